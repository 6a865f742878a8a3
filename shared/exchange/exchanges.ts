import { ProblemError } from '../contract/errors.ts';
import type { Context } from './context.ts';
import { readCurrencies } from './currencies.ts';
import { formatDecimal } from './decimal.ts';
import { newId } from './id.ts';
import { answerOnce, type Answer } from './idempotency.ts';
import { priceOf } from './pricing.ts';
import { plain, type QuoteRow } from './quotes.ts';
import type { Sql } from './sql.ts';
import type { ExchangeState } from './state-machine.ts';

const depositHours = 1;
const provider = 'simulator';

/** A row of `exchanges`. */
export interface ExchangeRow {
  id: string;
  partner_id: string;
  quote_id: string | null;
  state: ExchangeState;
  from_code: string;
  to_code: string;
  from_amount: string;
  to_amount: string;
  rate: string;
  network_fee: string;
  provider: string;
  deposit_address: string;
  payout_address: string;
  refund_address: string | null;
  reference: string | null;
  deposit_transaction: string | null;
  payout_transaction: string | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
}

export interface NewExchange {
  quoteId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  fromAmount?: string | undefined;
  payoutAddress: string;
  refundAddress?: string | undefined;
  reference?: string | undefined;
}

type Terms = Pick<
  ExchangeRow,
  'quote_id' | 'from_code' | 'to_code' | 'from_amount' | 'to_amount' | 'rate' | 'network_fee'
>;

/**
 * Makes an exchange from a quote or at the price of the moment, once for each idempotency key.
 * @throws {ProblemError} unknown-quote, quote-expired, quote-used, pair-not-available, amount-not-accepted,
 * idempotency-key-reused, idempotency-key-in-progress
 */
export function createExchange(
  context: Context,
  request: { partnerId: string; key: string | undefined; body: NewExchange },
): Promise<Answer & { exchange?: ExchangeRow }> {
  const { partnerId, body } = request;
  return context.sql.transaction(async (sql) => {
    let exchange: ExchangeRow | undefined;
    const answer = await answerOnce(sql, { ...request, operation: 'exchanges.create', now: context.now }, async () => {
      const id = newId('ex', context.now, context.randomBytes(10));
      const terms = body.quoteId
        ? await takeQuote(sql, { partnerId, quoteId: body.quoteId, exchangeId: id, now: context.now })
        : await priceNow(sql, body);
      exchange = await insert(sql, newRow(id, terms, request, context.now));
      return { status: 201, body: JSON.stringify(toExchange(exchange)) };
    });
    return { ...answer, ...(exchange && { exchange }) };
  });
}

/** A partner's exchange as it stands. */
export async function findExchange(sql: Sql, partnerId: string, id: string): Promise<ExchangeRow | undefined> {
  const [row] = await sql.query<ExchangeRow>('select * from exchanges where id = $1 and partner_id = $2', [
    id,
    partnerId,
  ]);
  return row;
}

/** A page of a partner's exchanges, newest first; `last` is where the next page begins, if there is one. */
export async function listExchanges(
  sql: Sql,
  partnerId: string,
  filter: { state?: string | undefined; limit: number; before?: string | undefined },
): Promise<{ rows: ExchangeRow[]; last: string | undefined }> {
  const found = await sql.query<ExchangeRow>(
    `select * from exchanges
     where partner_id = $1 and ($2::text is null or state = $2) and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [partnerId, filter.state ?? null, filter.before ?? null, filter.limit + 1],
  );
  const rows = found.slice(0, filter.limit);
  return { rows, last: found.length > rows.length ? rows.at(-1)?.id : undefined };
}

/**
 * Cancels an exchange that awaits its deposit. One that is canceled already stays so, `changed` false.
 * @throws {ProblemError} exchange-not-cancelable; not-found
 */
export async function cancelExchange(
  { sql, now }: Context,
  partnerId: string,
  id: string,
): Promise<{ exchange: ExchangeRow; changed: boolean }> {
  // One statement decides, so a deposit that is seen at the same moment either comes first or finds it canceled.
  const [canceled] = await sql.query<ExchangeRow>(
    `update exchanges set state = 'canceled', updated_at = $3
     where id = $1 and partner_id = $2 and state = 'awaiting_deposit' returning *`,
    [id, partnerId, now],
  );
  if (canceled) return { exchange: canceled, changed: true };
  const exchange = await findExchange(sql, partnerId, id);
  if (!exchange) throw new ProblemError('not-found', { detail: `There is no exchange ${id}.` });
  if (exchange.state === 'canceled') return { exchange, changed: false };
  throw new ProblemError('exchange-not-cancelable', { detail: `The exchange is ${exchange.state}.` });
}

/**
 * Ends up to `limit` exchanges whose deposit did not come in time, the oldest first. Their audit chains follow by the
 * sweeper, as for every change that no callback made.
 * @returns how many
 */
export async function expireExchanges({ sql, now }: Pick<Context, 'sql' | 'now'>, limit: number): Promise<number> {
  // Locked rows are being changed by a callback right now: the next run looks at them again.
  const expired = await sql.query(
    `update exchanges set state = 'expired', updated_at = $1
     where state = 'awaiting_deposit' and id in (
       select id from exchanges where state = 'awaiting_deposit' and expires_at < $1
       order by expires_at limit $2 for update skip locked)
     returning id`,
    [now, limit],
  );
  return expired.length;
}

/** An exchange as the API shows it. */
export function toExchange(row: ExchangeRow) {
  return {
    id: row.id,
    state: row.state,
    pair: `${row.from_code}-${row.to_code}`,
    from: row.from_code,
    to: row.to_code,
    fromAmount: plain(row.from_amount),
    toAmount: plain(row.to_amount),
    rate: plain(row.rate),
    networkFee: plain(row.network_fee),
    quoteId: row.quote_id,
    provider: row.provider,
    depositAddress: row.deposit_address,
    payoutAddress: row.payout_address,
    refundAddress: row.refund_address,
    reference: row.reference,
    depositTransaction: row.deposit_transaction,
    payoutTransaction: row.payout_transaction,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}

async function takeQuote(
  sql: Sql,
  { partnerId, quoteId, exchangeId, now }: { partnerId: string; quoteId: string; exchangeId: string; now: Date },
): Promise<Terms> {
  // The row lock makes a second exchange from the same quote wait, and then find it used.
  const [quote] = await sql.query<QuoteRow>('select * from quotes where id = $1 and partner_id = $2 for update', [
    quoteId,
    partnerId,
  ]);
  if (!quote) {
    const errors = [{ pointer: '/quoteId', detail: 'must be a quote of yours' }];
    throw new ProblemError('unknown-quote', { errors });
  }
  if (quote.exchange_id) throw new ProblemError('quote-used', { detail: `It made exchange ${quote.exchange_id}.` });
  if (quote.expires_at <= now) {
    throw new ProblemError('quote-expired', { detail: `It expired at ${quote.expires_at.toISOString()}.` });
  }
  await sql.query('update quotes set exchange_id = $2 where id = $1', [quoteId, exchangeId]);
  const { from_code, to_code, from_amount, to_amount, rate, network_fee } = quote;
  return { quote_id: quoteId, from_code, to_code, from_amount, to_amount, rate, network_fee };
}

async function priceNow(sql: Sql, { from = '', to = '', fromAmount = '' }: NewExchange): Promise<Terms> {
  const priced = priceOf(await readCurrencies(sql, [from, to]), { from, to }, fromAmount);
  return {
    quote_id: null,
    from_code: from,
    to_code: to,
    from_amount: formatDecimal(priced.fromAmount),
    to_amount: formatDecimal(priced.toAmount),
    rate: formatDecimal(priced.rate),
    network_fee: formatDecimal(priced.networkFee),
  };
}

function newRow(
  id: string,
  terms: Terms,
  { partnerId, body }: { partnerId: string; body: NewExchange },
  now: Date,
): ExchangeRow {
  return {
    id,
    partner_id: partnerId,
    state: 'awaiting_deposit',
    ...terms,
    provider,
    deposit_address: `${terms.from_code.toLowerCase()}-${id.slice(-20).replace('-', '')}`,
    payout_address: body.payoutAddress,
    refund_address: body.refundAddress ?? null,
    reference: body.reference ?? null,
    deposit_transaction: null,
    payout_transaction: null,
    created_at: now,
    updated_at: now,
    expires_at: new Date(now.getTime() + depositHours * 3_600_000),
  };
}

async function insert(sql: Sql, row: ExchangeRow): Promise<ExchangeRow> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await sql.query(`insert into exchanges (${columns.join(', ')}) values (${places.join(', ')})`, Object.values(row));
  return row;
}
