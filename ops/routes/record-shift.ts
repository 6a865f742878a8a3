import type { AuditNote } from '../../shared/audit/chain.ts';
import { ConflictError } from '../../shared/streams/errors.ts';
import { newHead } from '../../shared/streams/head.ts';
import { released } from '../../shared/streams/moves.ts';
import type { StreamStore } from '../../shared/streams/stream-store.ts';
import type { ShiftEvent } from './route-tools.ts';

const stream = 'ops';
/** The stream holds nothing to do, so nobody is ever rung for it. */
const noQueue = 'none';
const attempts = 10;

/** Adds shifts to the audit chain of the stream `ops`. Rejects when the store is away, or too busy to get a word in. */
export function shiftRecorder(store: StreamStore, now: () => number): (event: ShiftEvent) => Promise<void> {
  return async (event) => {
    for (let attempt = 1; ; attempt++) {
      const found = await store.read(stream);
      const move = released(found?.head ?? newHead(stream, noQueue), [noteOf(event, now())], now());
      try {
        await store.move(move, found?.version);
        return;
      } catch (error) {
        // Another operator wrote between our read and our write: link to the new end.
        if (!(error instanceof ConflictError) || attempt === attempts) throw error;
      }
    }
  };
}

function noteOf({ type, outcome, to, ...data }: ShiftEvent, now: number): AuditNote {
  return { type, outcome, state: to, occurredAt: new Date(now).toISOString(), data: { ...data } };
}
