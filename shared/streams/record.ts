import type { AuditNote } from '../audit/chain.ts';
import { ConflictError, StoreUnavailableError } from './errors.ts';
import { newHead } from './head.ts';
import { noted } from './moves.ts';
import type { StreamPorts } from './ports.ts';

/** The stream holds nothing to do, so nobody is ever rung for it. */
const noQueue = 'none';
/** Each time somebody gets through, so this many may write to one chain at once. */
const attempts = 64;

/**
 * Adds a note to the audit chain of a stream that holds nothing else. Two round trips: where the chain ends, and the
 * new end.
 * @param allowed waited for before anything is written, while the end is looked up; rejects with it
 * @throws {StoreUnavailableError} it may be recorded or not; the same call again is safe, and may record it twice
 */
export async function record(
  { store, now }: Pick<StreamPorts, 'store' | 'now'>,
  stream: string,
  note: AuditNote,
  allowed?: Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const [found] = await Promise.all([store.read(stream), allowed]);
    const move = noted(found?.head ?? newHead(stream, noQueue), note, now());
    try {
      await store.move(move, found?.version);
      return;
    } catch (error) {
      // Somebody else wrote between our read and our write: link to the new end.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  throw new StoreUnavailableError(`too many writers on the audit chain of ${stream}`);
}
