import { ProblemError } from '../../shared/contract/errors.ts';
import { parseBody } from './body.ts';
import { Checks, rules } from './checks.ts';
import type { Connection, Database } from './database.ts';
import { stepFor } from './exchange-states.ts';
import type { LegacyRequest, LegacyResponse } from './router.ts';
import { signatureIsGood } from './signature.ts';

export type Providers = Record<string, { scheme: string; secrets: string[] }>;

interface Callback {
  provider: string;
  event_id: string;
  exchange_id: string;
  type: string;
  transaction: string | null;
  occurred_at: Date;
}

/** Records a provider's event and applies it if its turn has come. A repeated event changes nothing. */
export async function receiveCallback(request: LegacyRequest, providers: Providers): Promise<LegacyResponse> {
  const checks = new Checks();
  const name = checks.param(request.params, 'provider', rules.provider);
  checks.query(request.query, {});
  checks.done();
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (!provider) throw new ProblemError('not-found', { detail: `There is no provider ${name}.` });
  if (!signatureIsGood(provider, request)) {
    throw new ProblemError('unauthorized', { detail: 'The signature does not match, or is too old.' });
  }
  const callback = readCallback(name, parseBody(request.body, request.headers));
  await request.database.inTransaction((connection) => record(connection, callback, request.now));
  return { status: 202, body: { status: 'accepted', eventId: callback.event_id } };
}

/** Tries again what waits: the events before it may have come by the other arm. */
export async function retryWaiting(database: Database): Promise<void> {
  const waiting = await database.rows<{ exchange_id: string }>(
    'select distinct exchange_id from waiting_callbacks limit 100',
  );
  for (const { exchange_id: exchangeId } of waiting) {
    await database.inTransaction((connection) => applyWaiting(connection, exchangeId, new Date()));
  }
}

function readCallback(provider: string, body: unknown): Callback {
  const checks = new Checks();
  const members = checks.body(
    body,
    {
      id: { rule: rules.token, required: true },
      type: { rule: rules.token, required: true },
      exchangeId: { rule: rules.token, required: true },
      occurredAt: { rule: rules.moment, required: true },
    },
    { open: true },
  );
  const data: unknown = members.data;
  if (data !== undefined && (typeof data !== 'object' || data === null || Array.isArray(data))) {
    checks.refuse({ pointer: '/data', detail: 'must be an object' });
  }
  checks.done();
  const { transaction } = (data ?? {}) as { transaction?: unknown };
  return {
    provider,
    event_id: members.id!,
    exchange_id: members.exchangeId!,
    type: members.type!,
    transaction: typeof transaction === 'string' ? transaction.replaceAll('\0', '') : null,
    occurred_at: new Date(members.occurredAt!),
  };
}

/** False when the event is known already. */
async function record(connection: Connection, callback: Callback, now: Date): Promise<void> {
  // The lock puts all callbacks of an exchange in line; an unknown exchange has no order to keep.
  const [exchange] = await connection.rows<{ state: string; provider: string }>(
    'select state, provider from exchanges where id = $1 for update',
    [callback.exchange_id],
  );
  const [known] = await connection.rows(
    `select 1 from exchange_history where provider = $1 and event_id = $2
     union all select 1 from waiting_callbacks where provider = $1 and event_id = $2`,
    [callback.provider, callback.event_id],
  );
  if (known) return;
  // A provider's secret is good for that provider's exchanges only.
  if (exchange && exchange.provider !== callback.provider) {
    return remember(connection, callback, { outcome: 'forbidden', state: exchange.state }, now);
  }
  const step = exchange && stepFor(exchange.state, callback.type);
  if (!step) {
    const outcome = exchange ? 'unknown-type' : 'unknown-exchange';
    return remember(connection, callback, { outcome, state: exchange?.state ?? null }, now);
  }
  await connection.rows(
    `insert into waiting_callbacks (provider, event_id, exchange_id, type, transaction, occurred_at, received_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      callback.provider,
      callback.event_id,
      callback.exchange_id,
      callback.type,
      callback.transaction,
      callback.occurred_at,
      now,
    ],
  );
  await applyWaiting(connection, callback.exchange_id, now);
}

// Events are tried in the order of arrival; each one applied may make an earlier arrival possible.
async function applyWaiting(connection: Connection, exchangeId: string, now: Date): Promise<void> {
  for (;;) {
    const [exchange] = await connection.rows<{ state: string }>(
      'select state from exchanges where id = $1 for update',
      [exchangeId],
    );
    const waiting = await connection.rows<Callback>(
      'select * from waiting_callbacks where exchange_id = $1 order by received_at, event_id',
      [exchangeId],
    );
    const ready = waiting.find(({ type }) => stepFor(exchange!.state, type) !== 'wait');
    if (!ready) return;
    await settle(connection, ready, exchange!.state, now);
  }
}

async function settle(connection: Connection, callback: Callback, state: string, now: Date): Promise<void> {
  const step = stepFor(state, callback.type);
  await connection.rows('delete from waiting_callbacks where provider = $1 and event_id = $2', [
    callback.provider,
    callback.event_id,
  ]);
  if (typeof step === 'string' || !step) {
    await remember(connection, callback, { outcome: step ?? 'unknown-type', state }, now);
    return;
  }
  await connection.rows(
    `update exchanges set state = $2, updated_at = $3,
       deposit_transaction = case when $4 like 'deposit.%' then coalesce($5, deposit_transaction) else deposit_transaction end,
       payout_transaction = case when $4 like 'payout.%' then coalesce($5, payout_transaction) else payout_transaction end
     where id = $1`,
    [callback.exchange_id, step.to, now, callback.type, callback.transaction],
  );
  await remember(connection, callback, { outcome: 'applied', state: step.to }, now);
}

async function remember(
  connection: Connection,
  callback: Callback,
  { outcome, state }: { outcome: string; state: string | null },
  now: Date,
): Promise<void> {
  await connection.rows(
    `insert into exchange_history (exchange_id, provider, event_id, type, outcome, state, occurred_at, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (provider, event_id) do nothing`,
    [
      callback.exchange_id,
      callback.provider,
      callback.event_id,
      callback.type,
      outcome,
      state,
      callback.occurred_at,
      now,
    ],
  );
}
