import type { AuditNote } from '../../shared/audit/chain.ts';
import { record } from '../../shared/streams/record.ts';
import type { StreamStore } from '../../shared/streams/stream-store.ts';
import type { ShiftEvent } from './route-tools.ts';

/** Adds shifts to the audit chain of the stream `ops`. Rejects when the store is away, or too busy to get a word in. */
export function shiftRecorder(store: StreamStore, now: () => number): (event: ShiftEvent) => Promise<void> {
  return (event) => record({ store, now }, 'ops', noteOf(event, now()));
}

function noteOf({ type, outcome, to, ...data }: ShiftEvent, now: number): AuditNote {
  return { type, outcome, state: to, occurredAt: new Date(now).toISOString(), data: { ...data } };
}
