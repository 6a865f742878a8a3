import type { Sql } from '../exchange/sql.ts';
import type { ExchangeState } from '../exchange/state-machine.ts';
import type { ExchangeRow, ExchangeRows, LastDecisions, RowChange } from './exchange-row.ts';

interface Columns {
  id: string;
  partner_id: string;
  provider: string;
  from_code: string;
  to_code: string;
  state: ExchangeState;
  callback_state: ExchangeState | null;
  callback_seq: string;
  callback_last: LastDecisions | null;
  created_at: Date;
  updated_at: Date;
}

const readRow = `select id, partner_id, provider, from_code, to_code, state, callback_state, callback_seq, callback_last, created_at, updated_at
  from exchanges where id = $1`;

// One statement is one transaction: the new state, the fence, the decisions, and the history that the legacy service
// answers from, or none of them.
const writeRow = `with moved as (
    update exchanges set
      state = $4, callback_state = $11, callback_seq = $5, callback_last = $6,
      deposit_transaction = coalesce($7, deposit_transaction), payout_transaction = coalesce($8, payout_transaction),
      updated_at = case when state = $4 and $7::text is null and $8::text is null then updated_at else $9 end
    where id = $1 and state = $2 and callback_seq = $3
    returning id
  ), recorded as (
    insert into exchange_history (exchange_id, provider, event_id, type, outcome, state, occurred_at, recorded_at)
    select moved.id, made.provider, made.event_id, made.type, made.outcome, made.state, made.occurred_at, $9
    from moved, jsonb_to_recordset($10::jsonb)
      as made(provider text, event_id text, type text, outcome text, state text, occurred_at timestamptz)
    on conflict (provider, event_id) do nothing
  )
  select id from moved`;

/** Exchanges in PostgreSQL. */
export function sqlExchangeRows(sql: () => Promise<Sql>): ExchangeRows {
  async function read(exchangeId: string): Promise<ExchangeRow | undefined> {
    const [row] = await (await sql()).query<Columns>(readRow, [exchangeId]);
    return (
      row && {
        id: row.id,
        partnerId: row.partner_id,
        provider: row.provider,
        pair: `${row.from_code}-${row.to_code}`,
        state: row.state,
        recordedState: row.callback_state,
        sequence: Number(row.callback_seq),
        last: row.callback_last,
        createdAt: row.created_at.toISOString(),
        updatedAt: row.updated_at.toISOString(),
      }
    );
  }

  async function write(row: ExchangeRow, change: RowChange, now: number): Promise<boolean> {
    const moved = await (
      await sql()
    ).query(writeRow, [
      row.id,
      row.state,
      row.sequence,
      change.state,
      change.sequence,
      JSON.stringify(change.last),
      change.depositTransaction ?? null,
      change.payoutTransaction ?? null,
      new Date(now),
      JSON.stringify(history(change.last)),
      change.recordedState,
    ]);
    return moved.length > 0;
  }

  return { read, write };
}

function history({ decisions }: LastDecisions): object[] {
  return decisions
    .filter(({ key, hold }) => key !== null && !hold)
    .map(({ note: { type, outcome, state, occurredAt, data } }) => {
      const { provider = null, eventId = null } = data;
      return { provider, event_id: eventId, type, outcome, state, occurred_at: occurredAt };
    });
}

/** Exchanges whose chain is behind their row, in the order of their ids, up to `limit`, from behind `after` on. */
export async function unrecordedExchanges(sql: Sql, after: string, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'select id from exchanges where callback_state is distinct from state and id > $1 order by id limit $2',
    [after, limit],
  );
  return rows.map(({ id }) => id);
}
