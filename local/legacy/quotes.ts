import { randomBytes } from 'node:crypto';
import { ProblemError } from '../../shared/contract/errors.ts';
import type { BrokenRule } from '../../shared/contract/problems.ts';
import { parseBody } from './body.ts';
import { Checks, rules } from './checks.ts';
import type { Connection } from './database.ts';
import { ratesOf } from './market.ts';
import { convert, decimalsOf, fromText, tidy, toText } from './money.ts';
import type { LegacyRequest, LegacyResponse } from './router.ts';

export interface QuoteRow {
  id: string;
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

export async function createQuote(request: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  checks.query(request.query, {});
  const wanted = checks.body(parseBody(request.body, request.headers), {
    from: { rule: rules.currency, required: true },
    to: { rule: rules.currency, required: true },
    fromAmount: { rule: rules.amount, required: true },
  }) as { from: string; to: string; fromAmount: string };
  checks.done();
  const terms = await termsOf(request.database, wanted);
  const [row] = await request.database.rows<QuoteRow>(
    `insert into quotes (id, partner_id, from_code, to_code, from_amount, to_amount, rate, spread_bps, network_fee,
       created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz, $10::timestamptz + interval '60 seconds') returning *`,
    [
      timeSortedId('qt', request.now),
      request.partner,
      wanted.from,
      wanted.to,
      terms.fromAmount,
      terms.toAmount,
      terms.rate,
      terms.spreadBps,
      terms.fee,
      request.now,
    ],
  );
  return { status: 201, headers: { location: `/v1/quotes/${row!.id}` }, body: quoteOf(row!) };
}

export async function getQuote({ database, partner, params, query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const id = checks.param(params, 'quoteId', rules.quoteId);
  checks.query(query, {});
  checks.done();
  const [row] = await database.rows<QuoteRow>('select * from quotes where id = $1 and partner_id = $2', [id, partner]);
  if (!row) throw new ProblemError('not-found', { detail: `There is no quote ${id}.` });
  return { status: 200, body: quoteOf(row) };
}

/** Today's terms for an amount, as numeric text. */
export async function termsOf(
  connection: Connection,
  wanted: { from: string; to: string; fromAmount: string },
): Promise<{ fromAmount: string; toAmount: string; rate: string; fee: string; spreadBps: number }> {
  const { from, to } = await ratesOf(connection, wanted.from, wanted.to);
  if (!from || !to || wanted.from === wanted.to) {
    throw new ProblemError('pair-not-available', { detail: `${wanted.from}-${wanted.to} is not traded.` });
  }
  const amount = fromText(wanted.fromAmount);
  const spreadBps = from.spread_bps + to.spread_bps;
  const { rate, payout } = convert(amount, {
    fromUsd: from.usd_rate,
    toUsd: to.usd_rate,
    spreadBps,
    fee: to.network_fee,
    decimals: to.decimals,
  });
  const errors: BrokenRule[] = [];
  const refuse = (detail: string) => errors.push({ pointer: '/fromAmount', detail });
  if (decimalsOf(wanted.fromAmount) > from.decimals) {
    refuse(`must have at most ${from.decimals} decimals in ${from.code}`);
  }
  if (amount < fromText(from.min_amount)) refuse(`must be at least ${tidy(from.min_amount)} ${from.code}`);
  if (amount > fromText(from.max_amount)) refuse(`must be at most ${tidy(from.max_amount)} ${from.code}`);
  if (errors.length === 0 && payout <= 0n) refuse(`must be worth more than the network fee of ${to.code}`);
  if (errors.length > 0) throw new ProblemError('amount-not-accepted', { errors });
  return { fromAmount: toText(amount), toAmount: toText(payout), rate: toText(rate), fee: to.network_fee, spreadBps };
}

/** An id that sorts by time: a UUID of version 7 behind a prefix. */
export function timeSortedId(prefix: string, now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  const variant = ((Number.parseInt(random[3]!, 16) & 3) | 8).toString(16);
  return `${prefix}_${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

function quoteOf(row: QuoteRow) {
  return {
    id: row.id,
    pair: `${row.from_code}-${row.to_code}`,
    from: row.from_code,
    to: row.to_code,
    fromAmount: tidy(row.from_amount),
    toAmount: tidy(row.to_amount),
    rate: tidy(row.rate),
    spreadBps: row.spread_bps,
    networkFee: tidy(row.network_fee),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
