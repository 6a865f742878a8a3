import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JsonObject } from './json.ts';

/** What is to be recorded, before it has a place in a chain. */
export interface AuditNote {
  type: string;
  /** `applied`, or why not. */
  outcome: string;
  /** State of the subject after it; null when it has none. */
  state: string | null;
  /** When it happened, as its source says; ISO 8601. */
  occurredAt: string;
  /** No personal data: what is hashed can never be erased. */
  data: JsonObject;
}

export interface AuditEvent extends AuditNote {
  stream: string;
  /** From 1, without gaps. */
  sequence: number;
  recordedAt: string;
  previousHash: string | null;
  /** SHA-256 in hex of the event without this member, in canonical JSON (RFC 8785). */
  hash: string;
}

/** The end of a chain: what the next event links to. */
export interface ChainTip {
  sequence: number;
  hash: string | null;
}

export const emptyChain: ChainTip = { sequence: 0, hash: null };

/** Gives notes their places at the end of a chain. */
export function link(
  stream: string,
  tip: ChainTip,
  notes: readonly AuditNote[],
  now: number,
): { events: AuditEvent[]; tip: ChainTip } {
  const recordedAt = new Date(now).toISOString();
  const events: AuditEvent[] = [];
  let end = tip;
  for (const { type, outcome, state, occurredAt, data } of notes) {
    const event = {
      stream,
      sequence: end.sequence + 1,
      type,
      outcome,
      state,
      occurredAt,
      recordedAt,
      data,
      previousHash: end.hash,
    };
    const linked = { ...event, hash: eventHash(event) };
    events.push(linked);
    end = { sequence: linked.sequence, hash: linked.hash };
  }
  return { events, tip: end };
}

/** The hash an event must carry. */
export function eventHash(event: Omit<AuditEvent, 'hash'>): string {
  const text = canonicalize(event);
  if (text === undefined) throw new TypeError('an audit event is an object');
  return hash('sha256', text, 'hex');
}

function hasHash(event: Omit<AuditEvent, 'hash'>, claimed: string): boolean {
  try {
    return eventHash(event) === claimed;
  } catch {
    // Half a surrogate pair has no canonical form, so no event was ever hashed with one.
    return false;
  }
}

/**
 * Checks the next event of a chain against its tip.
 * @returns the new tip, or what is wrong
 */
export function checkLink(tip: ChainTip, event: AuditEvent): ChainTip | string {
  const { hash: claimed, ...rest } = event;
  if (event.sequence !== tip.sequence + 1) return `expected event ${tip.sequence + 1}, found ${event.sequence}`;
  if (event.previousHash !== tip.hash) return `event ${event.sequence} does not link to the one before it`;
  if (!hasHash(rest, claimed)) return `event ${event.sequence} was changed: its hash does not match`;
  return { sequence: event.sequence, hash: claimed };
}
