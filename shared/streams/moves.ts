import { link, type AuditNote } from '../audit/chain.ts';
import type { Applied, Decision } from './effect.ts';
import { dueTime, forever, hasOverflow, inlineLimit, type Entry, type Head } from './head.ts';
import type { Move } from './stream-store.ts';

/** Kept of what an error says, in characters: a chain keeps it for good. */
const keptReason = 200;

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
      blockedUntil: goneOn(head, held),
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

/** The attempt that just failed is counted, and its failure is an event. */
export function backedOff(head: Head, until: number, error: Error, now: number): Move {
  const attempt = head.attempts + 1;
  const data = {
    key: head.pending[0]?.key ?? null,
    attempt,
    until: new Date(until).toISOString(),
    reason: error.message.slice(0, keptReason),
  };
  const notes = isRecorded(attempt) ? [{ ...operation('stream.delayed', now), data }] : [];
  return finish({ ...head, attempts: attempt, blockedUntil: until }, notes, now);
}

/**
 * Which failed attempts in a row become events: the first ten, and from then on those that double the count. So a
 * stream that fails every few minutes for a year has 24 of them.
 */
export function isRecorded(attempt: number): boolean {
  return attempt <= 10 || Number.isInteger(Math.log2(attempt));
}

/** Tried again then, without counting an attempt. */
export function postponed(head: Head, until: number, now: number): Move {
  return finish({ ...head, blockedUntil: until }, [], now);
}

/** It was worked on, and there is nothing to do. */
export function lookedAt(head: Head, now: number): Move {
  return finish({ ...head, attempts: 0, blockedUntil: 0 }, [], now);
}

/** Something is recorded, and nothing else changes. */
export function noted(head: Head, note: AuditNote, now: number): Move {
  return finish(head, [note], now);
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
  // Not 0: what is held is looked at again, even if nobody is rung for it.
  return finish({ ...head, held, parked: null, attempts: 0, blockedUntil: now }, notes, now);
}

/** Entries that waited outside come in; appends go to the head again once nothing is left outside. */
export function refilled(head: Head, entries: readonly Entry[], last: number, now: number): Move {
  const taken = { first: head.overflow.first, last };
  const next = { ...head, pending: [...head.pending, ...entries], overflow: { ...head.overflow, first: last + 1 } };
  return { ...finish(next, [], now), taken };
}

export function handedOn(head: Head, ids: ReadonlySet<string>, now: number): Move {
  const outbox = head.outbox.filter(({ id }) => !ids.has(id));
  return finish({ ...head, outbox, attempts: 0, blockedUntil: goneOn(head, head.held) }, [], now);
}

// After an interruption decisions may only be repeated, which says nothing of what is held: it is still to be looked at.
function goneOn({ blockedUntil }: Head, held: Head['held']): number {
  return held.length > 0 ? blockedUntil : 0;
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
