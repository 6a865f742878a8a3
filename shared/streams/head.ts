import { emptyChain, type ChainTip } from '../audit/chain.ts';
import type { JsonObject } from '../audit/json.ts';

/** One thing that must happen, in its turn, exactly once. */
export interface Entry {
  /** Unique in its stream: a second entry with the same key is a duplicate. */
  key: string;
  type: string;
  /** When it was appended, in milliseconds since 1970. */
  at: number;
  data: JsonObject;
}

/** An entry that came before its turn; it is offered again after every applied one. */
export interface HeldEntry extends Entry {
  heldSince: number;
}

/** Something a decision sets off elsewhere. It travels on the head until it is handed on, so a crash cannot lose it. */
export interface FollowUp {
  /** The same on every attempt: the receiver removes duplicates by it. */
  id: string;
  type: string;
  data: JsonObject;
}

/** Why a stream stands still until an operator decides. Null key: no single entry is to blame. */
interface Parked {
  key: string | null;
  reason: string;
  at: number;
}

/**
 * Everything a drain must know, in one document, so that reading it is the only read of the hot path. Its size is
 * bounded: entries beyond `inlineLimit` wait outside, in `overflow`.
 */
export interface Head {
  stream: string;
  /** The queue whose ring wakes this stream's consumer. */
  queue: string;
  /** Decisions made so far. The next one carries this number, and a store outside fences itself with it. */
  number: number;
  pending: Entry[];
  /** Entries that still fit into `pending`; 0 while `overflow` is in use, so nothing can overtake what waits there. */
  room: number;
  /** Numbers of the entries that wait outside the head: `first` to `last`, none when `first` is above `last`. */
  overflow: { first: number; last: number };
  held: HeldEntry[];
  outbox: FollowUp[];
  attempts: number;
  /**
   * Nothing is tried before; `forever` while parked. Above 0 the stream was stopped in the middle of something, so it is
   * worked on again whatever is waiting.
   */
  blockedUntil: number;
  parked: Parked | null;
  /** When the sweeper should ring if nobody else did; null when there is nothing to wake up for. */
  dueAt: number | null;
  tip: ChainTip;
}

export const inlineLimit = 32;
/** More events before their turn than any state machine explains. */
export const heldLimit = 32;
/** How long after a ring was due the sweeper takes it for lost, in milliseconds. */
export const ringGraceMs = 10_000;
/** How long an entry may wait for those before it, in milliseconds. */
export const heldTooLongMs = 24 * 3_600_000;
export const forever = Number.MAX_SAFE_INTEGER;

export function newHead(stream: string, queue: string): Head {
  return {
    stream,
    queue,
    number: 1,
    pending: [],
    room: inlineLimit,
    overflow: { first: 1, last: 0 },
    held: [],
    outbox: [],
    attempts: 0,
    blockedUntil: 0,
    parked: null,
    dueAt: null,
    tip: emptyChain,
  };
}

/** When somebody should look at the stream again, if every ring got lost. */
export function dueTime(head: Head, now: number): number | null {
  if (head.parked) return null;
  const waiting = head.pending.length > 0 || head.outbox.length > 0 || hasOverflow(head);
  if (waiting || head.blockedUntil > 0) return Math.max(now, head.blockedUntil) + ringGraceMs;
  const oldest = head.held[0];
  return oldest ? oldest.heldSince + heldTooLongMs : null;
}

export function hasOverflow(head: Head): boolean {
  return head.overflow.first <= head.overflow.last;
}
