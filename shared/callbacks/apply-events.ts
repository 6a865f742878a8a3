import type { Applied, Decision, Effect, Work } from '../streams/effect.ts';
import { ConflictError, TransientError } from '../streams/errors.ts';
import type { FollowUp } from '../streams/head.ts';
import { decide, decision } from './decide.ts';
import type { ExchangeRow, ExchangeRows } from './exchange-row.ts';

/** How long a callback may be ahead of its exchange becoming visible, before the exchange counts as unknown. */
const visibleWithinMs = 10_000;

/**
 * What callbacks do: they move exchanges through their states. Exactly once: the decisions are written with the row
 * they change, in one statement fenced by their number, so whoever repeats the work finds them there.
 * Two round trips for any number of events of one exchange.
 */
export function callbackEffect(rows: ExchangeRows, hasSubscribers: (partnerId: string) => Promise<boolean>): Effect {
  async function apply(work: Work): Promise<Applied> {
    for (;;) {
      const row = await rows.read(work.stream);
      if (!row) return unknownExchange(work);
      if (row.sequence >= work.number) return complete(row, repeated(row, work.number), work.number);
      const { decisions, change, failure } = decide(row, work);
      if (failure && decisions.length === 0) throw failure;
      if (change) {
        const last = { first: work.number, decisions };
        const sequence = work.number + decisions.length - 1;
        // Somebody moved the row since it was read (a cancelation): decide again on what it is now.
        if (!(await rows.write(row, { ...change, sequence, last }, work.now))) continue;
      }
      return { ...(await complete(row, decisions, work.number)), ...(failure && { failure }) };
    }
  }

  async function complete(row: ExchangeRow, decisions: Decision[], first: number): Promise<Applied> {
    const followUps = decisions.flatMap((made, index) => stateChange(row, made, first + index));
    if (followUps.length === 0 || !(await hasSubscribers(row.partnerId))) return { decisions };
    return { decisions, followUps };
  }

  async function fence(stream: string, number: number, made: Decision): Promise<void> {
    for (;;) {
      const row = await rows.read(stream);
      if (!row) return;
      if (row.sequence >= number) {
        if (repeated(row, number)[0]?.note.type === made.note.type) return;
        throw new ConflictError(`decision ${number} of ${stream} has had its effect: replay the stream instead`);
      }
      const last = { first: number, decisions: [made] };
      const { state, recordedState } = row;
      const change = { state, recordedState, sequence: number, last };
      if (await rows.write(row, change, Date.parse(made.note.occurredAt))) return;
    }
  }

  return { apply, fence };
}

function repeated(row: ExchangeRow, number: number): Decision[] {
  if (row.last?.first !== number) throw new ConflictError(`others decided beyond ${number} of ${row.id}`);
  return row.last.decisions;
}

function unknownExchange(work: Work): Applied {
  const [entry] = work.pending;
  if (!entry) return { decisions: [] };
  const sinceMs = work.now - entry.at;
  if (sinceMs < visibleWithinMs) {
    throw new TransientError(`exchange ${work.stream} is not there`, { retryAfterMs: visibleWithinMs - sinceMs });
  }
  return { decisions: [decision(entry, 'unknown-exchange', null)] };
}

function stateChange(row: ExchangeRow, { note }: Decision, number: number): FollowUp[] {
  const { state, outcome, occurredAt, data } = note;
  const { id: exchangeId, partnerId, pair } = row;
  const created = note.type === 'exchange.created';
  if (outcome !== 'applied' || state === null || (!created && data.from === state)) return [];
  return [
    {
      id: `${row.id}-${number}`,
      type: created ? 'exchange.created' : `exchange.${state}`,
      data: { partnerId, exchangeId, pair, state, previousState: data.from ?? null, occurredAt },
    },
  ];
}

/** A retryable failure waits up to five minutes for as long as it takes; anything unexpected parks after ten attempts. */
export function callbackRetryDelay(attempt: number, error: Error, jitter: (attempt: number) => number): number | null {
  const retryable = error instanceof TransientError || (error as { retryable?: boolean }).retryable === true;
  return retryable || attempt < 10 ? jitter(attempt) : null;
}
