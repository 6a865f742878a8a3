import type { AuditNote } from '../audit/chain.ts';
import type { Entry, FollowUp, HeldEntry } from './head.ts';

/** What became of one entry: durable before it is returned. */
export interface Decision {
  /** The entry's key; null for something the effect found out by itself. */
  key: string | null;
  /** It came before its turn: kept aside, and offered again. */
  hold?: true;
  /** What takes the entry's place at the front: it was mended. */
  again?: Entry;
  note: AuditNote;
}

export interface Work {
  stream: string;
  /** Number of the first decision: what an effect fences itself with. */
  number: number;
  held: readonly HeldEntry[];
  /** In order of arrival. */
  pending: readonly Entry[];
  attempts: number;
  now: number;
}

export interface Applied {
  /** In the order in which they were made. Pending entries leave strictly from the front. */
  decisions: Decision[];
  followUps?: FollowUp[];
  /** What stopped it behind those decisions; the same as throwing when there are none. */
  failure?: Error;
}

/** What a stream's entries do. */
export interface Effect {
  /**
   * Works on what is waiting, from the front, as far as it gets in one go. Called again with the same `number` after a
   * crash, it must not do anything twice and must return the decisions it made the first time.
   * @throws {PermanentError} parks the stream
   * @throws {PostponedError} not an attempt, later
   * @throws {ConflictError} others have decided beyond `number`
   */
  apply(work: Work): Promise<Applied>;
  /**
   * Makes sure that whoever still works on decision `number` can no longer have an effect, before an operator decides.
   * @throws {ConflictError} the effect has happened after all
   */
  fence(stream: string, number: number, decision: Decision): Promise<void>;
}
