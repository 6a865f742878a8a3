import type { AuditEvent } from '../audit/chain.ts';
import type { Entry, Head } from './head.ts';

/** A head as it was read, and what proves later that nobody moved it since. */
export interface VersionedHead {
  head: Head;
  version: string;
}

export type Appended = { status: 'appended'; head: Head } | { status: 'duplicate' };

/** A change of a head: the new head, and the audit events that come with it or not at all. */
export interface Move {
  head: Head;
  events: readonly AuditEvent[];
  /** Set when entries were taken in from outside the head: their numbers. */
  taken?: { first: number; last: number };
}

/**
 * Where streams live. Every method is one round trip when nothing is in the way, and may throw
 * `StoreUnavailableError`, which leaves open whether a write happened.
 */
export interface StreamStore {
  /**
   * Adds an entry behind all others and makes the stream if need be, in one atomic write that conflicts with nobody.
   * An entry whose key is known leaves everything as it was.
   */
  append(queue: string, stream: string, entry: Entry): Promise<Appended>;
  read(stream: string): Promise<VersionedHead | undefined>;
  /**
   * Replaces the head and adds the events, atomically. Without a `version` the stream must be new.
   * @throws {ConflictError} when the head is no longer the one that was read
   */
  move(move: Move, version: string | undefined): Promise<VersionedHead>;
  /** Entries that wait outside the head, by number, in order. */
  readOverflow(stream: string, first: number, last: number): Promise<Entry[]>;
  /** Streams whose `dueAt` has come and that are not blocked, up to `limit`; the longest due first. */
  due(now: number, limit: number): Promise<{ stream: string; queue: string }[]>;
  /** Heads of parked streams, up to `limit`. */
  parked(limit: number): Promise<Head[]>;
}
