import { ProblemError } from '../../shared/contract/errors.ts';
import { Checks, pageSize, rules } from './checks.ts';
import type { Connection } from './database.ts';
import { middle, tidy, toText } from './money.ts';
import type { LegacyRequest, LegacyResponse } from './router.ts';

export interface RateRow {
  code: string;
  name: string;
  kind: string;
  network: string;
  decimals: number;
  usd_rate: string;
  spread_bps: number;
  min_amount: string;
  max_amount: string;
  network_fee: string;
  as_of: Date;
}

interface PairRow {
  from_code: string;
  to_code: string;
  from_usd: string;
  to_usd: string;
  min_amount: string;
  max_amount: string;
  as_of: Date;
}

const pairColumns = `f.code as from_code, t.code as to_code, f.usd_rate as from_usd, t.usd_rate as to_usd,
  f.min_amount, f.max_amount, least(f.as_of, t.as_of) as as_of`;

export async function listCurrencies({ database, query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const { kind } = checks.query(query, { kind: rules.kind });
  checks.done();
  const rows = await database.rows<RateRow>(
    'select * from rates where $1::text is null or kind = $1 order by code collate "C"',
    [kind],
  );
  const items = rows.map((row) => ({
    code: row.code,
    name: row.name,
    kind: row.kind,
    network: row.network,
    decimals: row.decimals,
    minAmount: tidy(row.min_amount),
    maxAmount: tidy(row.max_amount),
    networkFee: tidy(row.network_fee),
  }));
  return { status: 200, body: { items } };
}

export async function listPairs({ database, query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const given = checks.query(query, {
    from: rules.currency,
    to: rules.currency,
    limit: pageSize(200),
    cursor: rules.cursor,
  });
  const limit = Number(given.limit ?? 50);
  checks.done();
  const rows = await database.rows<PairRow>(
    `select ${pairColumns} from rates f join rates t on t.code <> f.code
     where ($1::text is null or f.code = $1) and ($2::text is null or t.code = $2)
       and ($3::text is null or (f.code || '-' || t.code) collate "C" > $3)
     order by f.code collate "C", t.code collate "C" limit $4`,
    [given.from, given.to, decodeCursor(given.cursor), limit + 1],
  );
  const items = rows.slice(0, limit).map(pairOf);
  const more = rows.length > limit;
  return { status: 200, body: { items, nextCursor: more ? encodeCursor(items.at(-1)!.pair) : null } };
}

export async function getPair({ database, params, query }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  const pair = checks.param(params, 'pair', rules.pair);
  checks.query(query, {});
  checks.done();
  const [row] = await database.rows<PairRow>(
    `select ${pairColumns} from rates f join rates t on t.code <> f.code where f.code = $1 and t.code = $2`,
    pair.split('-'),
  );
  if (!row) throw new ProblemError('not-found', { detail: `${pair} is not traded.` });
  return { status: 200, body: pairOf(row) };
}

/** The rates of two currencies, by code. */
export async function ratesOf(connection: Connection, from: string, to: string) {
  const rows = await connection.rows<RateRow>('select * from rates where code in ($1, $2)', [from, to]);
  return { from: rows.find(({ code }) => code === from), to: rows.find(({ code }) => code === to) };
}

export function encodeCursor(last: string): string {
  return Buffer.from(last, 'utf8').toString('base64url');
}

/** What a cursor says, or null without one. */
export function decodeCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const last = Buffer.from(cursor, 'base64url').toString('latin1');
  if (/^[A-Za-z0-9_-]+$/.test(last)) return last;
  const checks = new Checks();
  checks.refuse({ parameter: 'cursor', detail: rules.cursor.message });
  checks.done();
  return null;
}

function pairOf(row: PairRow) {
  return {
    pair: `${row.from_code}-${row.to_code}`,
    from: row.from_code,
    to: row.to_code,
    rate: toText(middle(row.from_usd, row.to_usd)),
    minAmount: tidy(row.min_amount),
    maxAmount: tidy(row.max_amount),
    ratesAsOf: row.as_of.toISOString(),
  };
}
