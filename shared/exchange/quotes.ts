import type { Context } from './context.ts';
import { readCurrencies } from './currencies.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { newId } from './id.ts';
import { priceOf } from './pricing.ts';
import type { Sql } from './sql.ts';

const quoteSeconds = 60;

/** A row of `quotes`. */
export interface QuoteRow {
  id: string;
  partner_id: string;
  from_code: string;
  to_code: string;
  from_amount: string;
  to_amount: string;
  rate: string;
  spread_bps: number;
  network_fee: string;
  created_at: Date;
  expires_at: Date;
  exchange_id: string | null;
}

/**
 * Prices an amount and keeps the price for 60 seconds.
 * @throws {ProblemError} pair-not-available, amount-not-accepted
 */
export async function createQuote(
  { sql, now, randomBytes }: Context,
  partnerId: string,
  wanted: { from: string; to: string; fromAmount: string },
): Promise<QuoteRow> {
  const currencies = await readCurrencies(sql, [wanted.from, wanted.to]);
  const { fromAmount, toAmount, rate, spreadBps, networkFee } = priceOf(currencies, wanted, wanted.fromAmount);
  const quote: QuoteRow = {
    id: newId('qt', now, randomBytes(10)),
    partner_id: partnerId,
    from_code: wanted.from,
    to_code: wanted.to,
    from_amount: formatDecimal(fromAmount),
    to_amount: formatDecimal(toAmount),
    rate: formatDecimal(rate),
    spread_bps: spreadBps,
    network_fee: formatDecimal(networkFee),
    created_at: now,
    expires_at: new Date(now.getTime() + quoteSeconds * 1000),
    exchange_id: null,
  };
  await sql.query(
    `insert into quotes (id, partner_id, from_code, to_code, from_amount, to_amount, rate, spread_bps, network_fee,
       created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    Object.values(quote).slice(0, 11),
  );
  return quote;
}

/** A partner's quote, expired or not. */
export async function findQuote(sql: Sql, partnerId: string, id: string): Promise<QuoteRow | undefined> {
  const [row] = await sql.query<QuoteRow>('select * from quotes where id = $1 and partner_id = $2', [id, partnerId]);
  return row;
}

/** A quote as the API shows it. */
export function toQuote(row: QuoteRow) {
  return {
    id: row.id,
    pair: `${row.from_code}-${row.to_code}`,
    from: row.from_code,
    to: row.to_code,
    fromAmount: plain(row.from_amount),
    toAmount: plain(row.to_amount),
    rate: plain(row.rate),
    spreadBps: row.spread_bps,
    networkFee: plain(row.network_fee),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}

/** PostgreSQL keeps the zeros a value was written with; answers have none. */
export function plain(numeric: string): string {
  return formatDecimal(parseDecimal(numeric));
}
