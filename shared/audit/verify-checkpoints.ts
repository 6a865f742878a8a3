import type { KeyObject } from 'node:crypto';
import type { AuditLog } from './audit-log.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { checkpointFault, type Checkpoint, type Leaf } from './checkpoint.ts';

/**
 * Checks every checkpoint, and that the chains still hold what was signed: a chain that was rewritten from some event
 * on verifies by itself, but not against these. Yields what is wrong.
 */
export async function* checkpointFaults(log: AuditLog, store: CheckpointStore, key: KeyObject): AsyncIterable<string> {
  const latest = await store.latest();
  let previous: Checkpoint | undefined;
  // The last that was signed of each chain; it holds all that went before.
  const signedEnds = new Map<string, Leaf>();
  for (let number = 1; number <= latest; number++) {
    const signed = await store.get(number);
    if (!signed) {
      yield `checkpoint ${number} is missing`;
      return;
    }
    const fault = checkpointFault(signed, previous, key);
    if (fault) yield fault;
    previous = signed.checkpoint;
    for (const leaf of signed.leaves) {
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
