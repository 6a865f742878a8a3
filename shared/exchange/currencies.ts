import { formatDecimal, parseDecimal, type Decimal } from './decimal.ts';
import type { Sql } from './sql.ts';

/** A currency with its terms, as the table `rates` has it. */
export interface Currency {
  code: string;
  name: string;
  kind: 'crypto' | 'fiat';
  network: string;
  decimals: number;
  /** Price of one unit in US dollars. */
  usdRate: Decimal;
  /** Its share of a pair's spread, in basis points. */
  spreadBps: number;
  minAmount: Decimal;
  maxAmount: Decimal;
  networkFee: Decimal;
  asOf: Date;
}

interface Row {
  code: string;
  name: string;
  kind: 'crypto' | 'fiat';
  network: string;
  decimals: number;
  usd_rate: string;
  spread_bps: number;
  min_amount: string;
  max_amount: string;
  network_fee: string;
  as_of: Date;
}

/** The currencies with these codes, or all of them, sorted by code. */
export async function readCurrencies(sql: Sql, codes?: readonly string[]): Promise<Currency[]> {
  const rows = await sql.query<Row>(
    `select * from rates where $1::text[] is null or code = any ($1) order by code collate "C"`,
    [codes ?? null],
  );
  return rows.map((row) => ({
    code: row.code,
    name: row.name,
    kind: row.kind,
    network: row.network,
    decimals: row.decimals,
    usdRate: parseDecimal(row.usd_rate),
    spreadBps: row.spread_bps,
    minAmount: parseDecimal(row.min_amount),
    maxAmount: parseDecimal(row.max_amount),
    networkFee: parseDecimal(row.network_fee),
    asOf: row.as_of,
  }));
}

/** A currency as the API shows it. */
export function toCurrency(currency: Currency) {
  return {
    code: currency.code,
    name: currency.name,
    kind: currency.kind,
    network: currency.network,
    decimals: currency.decimals,
    minAmount: formatDecimal(currency.minAmount),
    maxAmount: formatDecimal(currency.maxAmount),
    networkFee: formatDecimal(currency.networkFee),
  };
}
