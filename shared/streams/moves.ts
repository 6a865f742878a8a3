import { link, type AuditNote } from '../audit/chain.ts';
import type { Applied, Decision } from './effect.ts';
import { dueTime, forever, hasOverflow, inlineLimit, type Entry, type Head } from './head.ts';
import type { Move } from './stream-store.ts';

// Pure: each function says what the head becomes, so that a move that lost a race against an append can be made again
// on the newer head.

/** Entries leave, entries are held, what follows goes to the outbox, and every decision enters the chain. */
export function decided(head: Head, applied: Pick<Applied, 'decisions' | 'followUps'>, now: number): Move {
  let { pending, held } = head;
  for (const decision of applied.decisions) {
    ({ pending, held } = settle(pending, held, decision, now));
  }
  const notes = applied.decisions.map(({ note }) => note);
  if (head.attempts > 0 && notes[0])
    notes[0] = { ...notes[0], data: { ...notes[0].data, attempts: head.attempts + 1 } };
  return finish(
    {
      ...head,
      number: head.number + applied.decisions.length,
      pending,
      held,
      outbox: [...head.outbox, ...(applied.followUps ?? [])],
      attempts: 0,
      blockedUntil: 0,
    },
    notes,
    now,
  );
}

function settle(
  pending: Entry[],
  held: Head['held'],
  { key, hold, again }: Decision,
  now: number,
): Pick<Head, 'pending' | 'held'> {
  if (key === null) return { pending, held };
  const mended = again ? [again] : [];
  const [front, ...rest] = pending;
  if (front?.key === key) {
    return { pending: [...mended, ...rest], held: hold ? [...held, { ...front, heldSince: now }] : held };
  }
  if (!hold && held.some((entry) => entry.key === key)) {
    return { pending: [...mended, ...pending], held: held.filter((entry) => entry.key !== key) };
  }
  throw new Error(`decision about ${key}, which is neither the next entry nor held`);
}

export function backedOff(head: Head, until: number, counts: boolean, now: number): Move {
  return finish({ ...head, attempts: head.attempts + (counts ? 1 : 0), blockedUntil: until }, [], now);
}

export function parked(head: Head, key: string | null, reason: string, now: number): Move {
  return finish(
    { ...head, parked: { key, reason, at: now }, blockedUntil: forever },
    [{ ...operation('stream.parked', now), data: { key, reason, attempts: head.attempts } }],
    now,
  );
}

/** The stream goes on where it stopped. */
export function released(head: Head, notes: readonly AuditNote[], now: number): Move {
  // Held entries get their full time again, or the one that was overdue would park the stream at once.
  const held = head.held.map((entry) => ({ ...entry, heldSince: now }));
  return finish({ ...head, held, parked: null, attempts: 0, blockedUntil: 0 }, notes, now);
}

/** Entries that waited outside come in; appends go to the head again once nothing is left outside. */
export function refilled(head: Head, entries: readonly Entry[], last: number, now: number): Move {
  const taken = { first: head.overflow.first, last };
  const next = { ...head, pending: [...head.pending, ...entries], overflow: { ...head.overflow, first: last + 1 } };
  return { ...finish(next, [], now), taken };
}

export function handedOn(head: Head, ids: ReadonlySet<string>, now: number): Move {
  return finish({ ...head, outbox: head.outbox.filter(({ id }) => !ids.has(id)) }, [], now);
}

export function operation(type: string, now: number): Omit<AuditNote, 'data'> {
  return { type, outcome: type.slice(type.indexOf('.') + 1), state: null, occurredAt: new Date(now).toISOString() };
}

function finish(head: Head, notes: readonly AuditNote[], now: number): Move {
  const { events, tip } = link(head.stream, head.tip, notes, now);
  const room = hasOverflow(head) ? 0 : Math.max(0, inlineLimit - head.pending.length);
  const next = { ...head, room, tip };
  return { head: { ...next, dueAt: dueTime(next, now) }, events };
}
