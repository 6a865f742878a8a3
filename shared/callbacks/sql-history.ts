import type { Sql } from '../exchange/sql.ts';
import type { ExchangeState } from '../exchange/state-machine.ts';
import type { Start } from './shadow-store.ts';

/** What was made of one event, as the history that both arms keep has it. */
export interface HistoryEntry {
  exchangeId: string;
  /** Provider and event id; null for a change that no callback made. */
  key: string | null;
  type: string;
  outcome: string;
  state: ExchangeState | null;
  /** In milliseconds since 1970. */
  recordedAt: number;
}

interface Columns {
  exchange_id: string;
  provider: string | null;
  event_id: string | null;
  type: string;
  outcome: string;
  state: ExchangeState | null;
  recorded_at: Date;
}

/** The histories of exchanges, each in the order in which it happened. One round trip. */
export async function historiesOf(sql: Sql, exchangeIds: readonly string[]): Promise<Map<string, HistoryEntry[]>> {
  const rows = await sql.query<Columns>(
    `select exchange_id, provider, event_id, type, outcome, state, recorded_at
     from exchange_history where exchange_id = any($1) order by id`,
    [exchangeIds],
  );
  const entries = rows.map(
    ({
      exchange_id: exchangeId,
      provider,
      event_id: eventId,
      type,
      outcome,
      state,
      recorded_at: at,
    }): HistoryEntry => ({
      exchangeId,
      key: eventId === null ? null : `${provider}:${eventId}`,
      type,
      outcome,
      state,
      recordedAt: at.getTime(),
    }),
  );
  return Map.groupBy(entries, ({ exchangeId }) => exchangeId);
}

/** Copies of callbacks that legacy decided so recently may still be under way, in milliseconds. */
const underWayMs = 30_000;

/**
 * How an exchange stood before one of its callbacks was decided, whether that has happened by now or not, and before
 * those whose copies may still be under way; undefined when there is no such exchange. One statement, so row and history
 * are of one moment.
 */
export async function startBefore(sql: Sql, exchangeId: string, key: string, now: number): Promise<Start | undefined> {
  const rows = await sql.query<{
    carrier: string;
    present: ExchangeState;
    key: string | null;
    state: ExchangeState | null;
    recent: boolean;
  }>(
    `select e.provider as carrier, e.state as present, h.provider || ':' || h.event_id as key, h.state,
       coalesce(h.recorded_at > $2, false) as recent
     from exchanges e left join exchange_history h on h.exchange_id = e.id where e.id = $1 order by h.id`,
    [exchangeId, new Date(now - underWayMs)],
  );
  const [first] = rows;
  if (!first) return undefined;
  const at = rows.findIndex((row) => row.key === key || (row.key !== null && row.recent));
  const earlier = at < 0 ? rows : rows.slice(0, at);
  const before = earlier.flatMap((row) => row.key ?? []);
  const state = at < 0 ? first.present : earlier.findLast((row) => row.state !== null)?.state;
  return { provider: first.carrier, state: state ?? 'awaiting_deposit', before };
}
