import type { KeyObject } from 'node:crypto';
import type { AuditLog } from './audit-log.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import { leafOf, signCheckpoint, type Leaf } from './checkpoint.ts';
import { CheckpointExistsError } from './errors.ts';

/** Clocks of the store and of this host may differ by so much, in milliseconds; a chain in two checkpoints does no harm. */
const overlapMs = 60_000;

/**
 * Signs where the chains that moved since the last checkpoint end now.
 * @returns the number of chains; 0 when none moved, or when another host was faster
 */
export async function makeCheckpoint(
  log: AuditLog,
  store: CheckpointStore,
  key: KeyObject,
  now: Date,
): Promise<number> {
  const previous = (await store.get(await store.latest()))?.checkpoint;
  const since = previous ? Date.parse(previous.at) - overlapMs : 0;
  const leaves: Leaf[] = [];
  for await (const page of log.tips(since)) {
    for (const { stream, tip } of page) leaves.push(...[leafOf(stream, tip) ?? []].flat());
  }
  if (leaves.length === 0) return 0;
  try {
    await store.add(signCheckpoint(leaves, previous, now, key));
    return leaves.length;
  } catch (error) {
    if (error instanceof CheckpointExistsError) return 0;
    throw error;
  }
}
