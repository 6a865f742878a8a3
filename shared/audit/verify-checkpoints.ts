import type { KeyObject } from 'node:crypto';
import type { AuditLog } from './audit-log.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { checkpointFault, type Checkpoint, type Leaf } from './checkpoint.ts';
import { UnreadableCheckpointError } from './errors.ts';

/**
 * Checks every checkpoint, and that the chains still hold what was signed: a chain that was rewritten from some event
 * on verifies by itself, but not against these. Yields what is wrong.
 * @param only the one chain to look at; all of them without
 */
export async function* checkpointFaults(
  log: AuditLog,
  store: CheckpointStore,
  key: KeyObject,
  only?: string,
): AsyncIterable<string> {
  const latest = await store.latest();
  let previous: Checkpoint | undefined;
  // The last that was signed of each chain; it holds all that went before.
  const signedEnds = new Map<string, Leaf>();
  for (let number = 1; number <= latest; number++) {
    const signed = await store.get(number).catch(unlessUnreadable);
    if (!signed || signed instanceof UnreadableCheckpointError) {
      yield `checkpoint ${number} ${signed ? `cannot be read: ${signed.message}` : 'is missing'}`;
      return;
    }
    const fault = checkpointFault(signed, previous, key);
    if (fault) yield fault;
    previous = signed.checkpoint;
    for (const leaf of signed.leaves) {
      if (only !== undefined && leaf.stream !== only) continue;
      const known = signedEnds.get(leaf.stream);
      if (!known || known.sequence <= leaf.sequence) signedEnds.set(leaf.stream, leaf);
    }
  }
  for (const leaf of signedEnds.values()) {
    if (!(await holds(log, leaf))) yield `${leaf.stream}: event ${leaf.sequence} is not the one that was signed`;
  }
}

async function holds(log: AuditLog, leaf: Leaf): Promise<boolean> {
  for await (const [event] of log.chain(leaf.stream, leaf.sequence)) return event?.hash === leaf.hash;
  return false;
}

function unlessUnreadable(error: Error): UnreadableCheckpointError {
  if (error instanceof UnreadableCheckpointError) return error;
  throw error;
}
