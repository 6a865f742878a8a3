import type { Sql } from '../exchange/sql.ts';
import { classify, isProviderEventType, type ExchangeState } from '../exchange/state-machine.ts';

/** What an arm made of one event, as the history that both arms keep has it. */
export interface RecordedTransition {
  exchangeId: string;
  eventId: string | null;
  type: string;
  outcome: string;
  state: ExchangeState | null;
}

/** An event of which this engine would have made something else. */
export interface Difference {
  exchangeId: string;
  eventId: string;
  type: string;
  before: ExchangeState;
  recorded: { outcome: string; state: ExchangeState | null };
  expected: { outcome: string; state: ExchangeState };
}

const firstState: ExchangeState = 'awaiting_deposit';

/**
 * Processes callbacks in shadow: decides about each from the state it was met with, without effect, and compares the
 * transition with the recorded one. `history` is in the order in which it happened, of any number of exchanges.
 */
export function* differences(history: Iterable<RecordedTransition>): Iterable<Difference> {
  const states = new Map<string, ExchangeState>();
  for (const { exchangeId, eventId, type, outcome, state } of history) {
    const before = states.get(exchangeId) ?? firstState;
    if (eventId !== null && state !== null) {
      const expected = decideFrom(before, type);
      // Sent by another provider than the exchange's: no state allows it, and the state machine does not know providers.
      const foreign = outcome === 'forbidden' && state === before;
      if (!foreign && (expected.outcome !== outcome || expected.state !== state)) {
        yield { exchangeId, eventId, type, before, recorded: { outcome, state }, expected };
      }
    }
    if (state !== null) states.set(exchangeId, state);
  }
}

function decideFrom(before: ExchangeState, type: string): { outcome: string; state: ExchangeState } {
  if (!isProviderEventType(type)) return { outcome: 'unknown-type', state: before };
  const decided = classify(before, type);
  if (decided.outcome === 'apply') return { outcome: 'applied', state: decided.next };
  return { outcome: decided.outcome, state: before };
}

interface Columns {
  exchange_id: string;
  event_id: string | null;
  type: string;
  outcome: string;
  state: ExchangeState | null;
}

/** The history of the exchanges that were made since a time, in order; up to `limit` rows. */
export async function recordedTransitions(sql: Sql, since: Date, limit: number): Promise<RecordedTransition[]> {
  const rows = await sql.query<Columns>(
    `select h.exchange_id, h.event_id, h.type, h.outcome, h.state
     from exchange_history h join exchanges e on e.id = h.exchange_id
     where e.created_at >= $1 order by h.id limit $2`,
    [since, limit],
  );
  return rows.map(({ exchange_id: exchangeId, event_id: eventId, type, outcome, state }) => {
    return { exchangeId, eventId, type, outcome, state };
  });
}
