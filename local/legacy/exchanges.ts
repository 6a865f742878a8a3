import { createHash } from 'node:crypto';
import { ProblemError } from '../../shared/contract/errors.ts';
import { parseBody } from './body.ts';
import { Checks, pageSize, rules } from './checks.ts';
import type { Connection } from './database.ts';
import { exchangeOf, type ExchangeRow } from './exchange-row.ts';
import { decodeCursor, encodeCursor } from './market.ts';
import { termsOf, timeSortedId, type QuoteRow } from './quotes.ts';
import type { LegacyRequest, LegacyResponse } from './router.ts';

interface Order {
  quoteId?: string;
  from?: string;
  to?: string;
  fromAmount?: string;
  payoutAddress: string;
  refundAddress?: string;
  reference?: string;
}

export async function createExchange(request: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  checks.query(request.query, {});
  const key = checks.header(
    request.headers['idempotency-key'] as string | undefined,
    'idempotency-key',
    rules.idempotencyKey,
  );
  const order = checks.body(
    parseBody(request.body, request.headers),
    {
      quoteId: { rule: rules.quoteId },
      from: { rule: rules.currency },
      to: { rule: rules.currency },
      fromAmount: { rule: rules.amount },
      payoutAddress: { rule: rules.address, required: true },
      refundAddress: { rule: rules.address },
      reference: { rule: rules.reference },
    },
    { together: oneWayOfPricing },
  ) as unknown as Order;
  checks.done();
  return request.database.inTransaction((connection) =>
    key === undefined
      ? makeExchange(connection, request, order)
      : onceForKey(connection, request, key, order, () => makeExchange(connection, request, order)),
  );
}

export async function getExchange({ database, partner, params, query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const id = checks.param(params, 'exchangeId', rules.exchangeId);
  checks.query(query, {});
  checks.done();
  return { status: 200, body: exchangeOf(await load(database, partner, id)) };
}

export async function listExchanges({ database, partner, query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const given = checks.query(query, { state: rules.state, limit: pageSize(100), cursor: rules.cursor });
  checks.done();
  const limit = Number(given.limit ?? 20);
  const rows = await database.rows<ExchangeRow>(
    `select * from exchanges
     where partner_id = $1 and ($2::text is null or state = $2) and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [partner, given.state, decodeCursor(given.cursor), limit + 1],
  );
  const items = rows.slice(0, limit).map(exchangeOf);
  return { status: 200, body: { items, nextCursor: rows.length > limit ? encodeCursor(items.at(-1)!.id) : null } };
}

export async function cancelExchange({
  database,
  partner,
  params,
  query,
  now,
}: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const id = checks.param(params, 'exchangeId', rules.exchangeId);
  checks.query(query, {});
  checks.done();
  return database.inTransaction(async (connection) => {
    const row = await load(connection, partner, id, 'for update');
    if (row.state === 'canceled') return { status: 200, body: exchangeOf(row) };
    if (row.state !== 'awaiting_deposit') {
      throw new ProblemError('exchange-not-cancelable', { detail: `The exchange is ${row.state}.` });
    }
    const [canceled] = await connection.rows<ExchangeRow>(
      `update exchanges set state = 'canceled', updated_at = $2 where id = $1 returning *`,
      [id, now],
    );
    await connection.rows(
      `insert into exchange_history (exchange_id, type, outcome, state, occurred_at, recorded_at)
       values ($1, 'exchange.canceled', 'applied', 'canceled', $2, $2)`,
      [id, now],
    );
    return { status: 200, body: exchangeOf(canceled!) };
  });
}

export async function listEvents({ database, partner, params, query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const id = checks.param(params, 'exchangeId', rules.exchangeId);
  checks.query(query, {});
  checks.done();
  const exchange = await load(database, partner, id);
  const history = await database.rows<{
    type: string;
    outcome: string;
    state: string | null;
    occurred_at: Date;
    recorded_at: Date;
  }>('select * from exchange_history where exchange_id = $1 order by id', [id]);
  const created = {
    type: 'exchange.created',
    outcome: 'applied',
    state: 'awaiting_deposit',
    occurred_at: exchange.created_at,
    recorded_at: exchange.created_at,
  };
  const items = [created, ...history].map((event, index) => ({
    sequence: index + 1,
    type: event.type,
    outcome: event.outcome,
    state: event.state,
    occurredAt: event.occurred_at.toISOString(),
    recordedAt: event.recorded_at.toISOString(),
    hash: null,
    previousHash: null,
  }));
  return { status: 200, body: { items } };
}

async function makeExchange(connection: Connection, request: LegacyRequest, order: Order): Promise<LegacyResponse> {
  const { partner, now } = request;
  const id = timeSortedId('ex', now);
  const terms = order.quoteId
    ? await useQuote(connection, request, order.quoteId, id)
    : await termsNow(connection, order as Required<Order>);
  const [row] = await connection.rows<ExchangeRow>(
    `insert into exchanges (id, partner_id, quote_id, state, from_code, to_code, from_amount, to_amount, rate,
       network_fee, deposit_address, payout_address, refund_address, reference, created_at, updated_at, expires_at)
     values ($1, $2, $3, 'awaiting_deposit', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
       $14::timestamptz, $14::timestamptz, $14::timestamptz + interval '1 hour') returning *`,
    [
      id,
      partner,
      order.quoteId ?? null,
      terms.from,
      terms.to,
      terms.fromAmount,
      terms.toAmount,
      terms.rate,
      terms.fee,
      `${terms.from.toLowerCase()}-${id.slice(-20).replace('-', '')}`,
      order.payoutAddress,
      order.refundAddress ?? null,
      order.reference ?? null,
      now,
    ],
  );
  return {
    status: 201,
    headers: { location: `/v1/exchanges/${id}` },
    body: JSON.stringify(exchangeOf(row!)),
  };
}

async function termsNow(connection: Connection, { from, to, fromAmount }: Required<Order>) {
  return { from, to, ...(await termsOf(connection, { from, to, fromAmount })) };
}

async function useQuote(connection: Connection, { partner, now }: LegacyRequest, quoteId: string, exchangeId: string) {
  const [quote] = await connection.rows<QuoteRow>('select * from quotes where id = $1 and partner_id = $2 for update', [
    quoteId,
    partner,
  ]);
  if (!quote) {
    throw new ProblemError('unknown-quote', { errors: [{ pointer: '/quoteId', detail: 'must be a quote of yours' }] });
  }
  if (quote.exchange_id) throw new ProblemError('quote-used', { detail: `It made exchange ${quote.exchange_id}.` });
  if (quote.expires_at <= now) {
    throw new ProblemError('quote-expired', { detail: `It expired at ${quote.expires_at.toISOString()}.` });
  }
  await connection.rows('update quotes set exchange_id = $2 where id = $1', [quoteId, exchangeId]);
  return {
    from: quote.from_code,
    to: quote.to_code,
    fromAmount: quote.from_amount,
    toAmount: quote.to_amount,
    rate: quote.rate,
    fee: quote.network_fee,
  };
}

// Keys are shared with the other arm, so the hash and the lock are computed the way it computes them.
async function onceForKey(
  connection: Connection,
  { partner, now }: LegacyRequest,
  key: string,
  order: Order,
  make: () => Promise<LegacyResponse>,
): Promise<LegacyResponse> {
  const members = Object.keys(order).sort();
  const hash = createHash('sha256')
    .update(`exchanges.create\n${JSON.stringify(order, members)}`)
    .digest('hex');
  const [lock] = await connection.rows<{ mine: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine',
    [`${partner}:${key}`],
  );
  if (!lock!.mine) throw new ProblemError('idempotency-key-in-progress', { headers: { 'retry-after': '1' } });
  const [kept] = await connection.rows<{ request_hash: string; status: number; response: string }>(
    `select * from idempotency_keys where partner_id = $1 and key = $2 and created_at > $3::timestamptz - interval '24 hours'`,
    [partner, key, now],
  );
  if (kept && kept.request_hash !== hash) throw new ProblemError('idempotency-key-reused');
  if (kept) {
    const { id } = JSON.parse(kept.response) as { id: string };
    const headers = { location: `/v1/exchanges/${id}`, 'idempotent-replayed': 'true' };
    return { status: kept.status, headers, body: kept.response };
  }
  const answer = await make();
  await connection.rows(
    `insert into idempotency_keys values ($1, $2, $3, $4, $5, $6)
     on conflict (partner_id, key) do update set request_hash = excluded.request_hash, status = excluded.status,
       response = excluded.response, created_at = excluded.created_at`,
    [partner, key, hash, answer.status, answer.body, now],
  );
  return answer;
}

async function load(connection: Connection, partner: string, id: string, lock = ''): Promise<ExchangeRow> {
  const [row] = await connection.rows<ExchangeRow>(
    `select * from exchanges where id = $1 and partner_id = $2 ${lock}`,
    [id, partner],
  );
  if (!row) throw new ProblemError('not-found', { detail: `There is no exchange ${id}.` });
  return row;
}

function oneWayOfPricing(order: Record<string, unknown>): string | undefined {
  const parts = [order.from, order.to, order.fromAmount].filter((part) => part !== undefined).length;
  const fine = order.quoteId === undefined ? parts === 3 : parts === 0;
  return fine ? undefined : 'give quoteId, or from, to and fromAmount';
}
