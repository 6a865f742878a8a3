import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The little of a PostgreSQL client that seeding needs. */
interface Queryable {
  query(text: string, values: unknown[]): Promise<unknown>;
}

interface Listing {
  name: string;
  network: string;
  decimals: number;
  spreadBps: number;
  /** Fee of a payout in US dollars when the listing was made; kept in the currency itself. */
  feeUsd: number;
}

// Smallest and largest exchange, in US dollars, from which each currency's own limits are rounded.
const minUsd = 10;
const maxUsd = 250_000;

const crypto: Record<string, Listing> = {
  ADA: coin('Cardano', 'cardano', 6, 50, 0.2),
  ALGO: coin('Algorand', 'algorand', 6, 60, 0.01),
  ATOM: coin('Cosmos', 'cosmos', 6, 60, 0.05),
  AVAX: coin('Avalanche', 'avalanche', 18, 50, 0.1),
  BCH: coin('Bitcoin Cash', 'bitcoin-cash', 8, 50, 0.05),
  BNB: coin('BNB', 'bnb-chain', 18, 40, 0.1),
  BTC: coin('Bitcoin', 'bitcoin', 8, 25, 2),
  DAI: coin('Dai', 'ethereum', 18, 30, 1),
  DOGE: coin('Dogecoin', 'dogecoin', 8, 50, 0.3),
  DOT: coin('Polkadot', 'polkadot', 10, 50, 0.1),
  ETC: coin('Ethereum Classic', 'ethereum-classic', 18, 60, 0.05),
  ETH: coin('Ether', 'ethereum', 18, 25, 1),
  LINK: coin('Chainlink', 'ethereum', 18, 50, 1),
  LTC: coin('Litecoin', 'litecoin', 8, 40, 0.05),
  SOL: coin('Solana', 'solana', 9, 40, 0.02),
  TRX: coin('Tron', 'tron', 6, 50, 0.3),
  USDC: coin('USD Coin', 'ethereum', 6, 20, 1),
  USDT: coin('Tether', 'tron', 6, 20, 1),
  XLM: coin('Stellar Lumen', 'stellar', 7, 50, 0.01),
  XMR: coin('Monero', 'monero', 12, 60, 0.05),
  XRP: coin('XRP', 'xrp-ledger', 6, 40, 0.02),
};

const fiat: Record<string, Listing> = {
  AUD: coin('Australian dollar', 'npp', 2, 30, 0.3),
  BRL: coin('Brazilian real', 'pix', 2, 60, 0.1),
  CAD: coin('Canadian dollar', 'interac', 2, 30, 0.5),
  CHF: coin('Swiss franc', 'sic', 2, 25, 0.3),
  CZK: coin('Czech koruna', 'certis', 2, 40, 0.2),
  DKK: coin('Danish krone', 'straksclearing', 2, 40, 0.2),
  EUR: coin('Euro', 'sepa', 2, 20, 0.2),
  GBP: coin('Pound sterling', 'faster-payments', 2, 20, 0.2),
  HKD: coin('Hong Kong dollar', 'fps', 2, 40, 0.3),
  INR: coin('Indian rupee', 'imps', 2, 60, 0.2),
  JPY: coin('Yen', 'zengin', 0, 30, 1),
  KRW: coin('Won', 'cd-network', 0, 60, 0.5),
  MXN: coin('Mexican peso', 'spei', 2, 60, 0.2),
  NOK: coin('Norwegian krone', 'straksbetalinger', 2, 40, 0.2),
  NZD: coin('New Zealand dollar', 'nzclear', 2, 40, 0.3),
  PLN: coin('Zloty', 'elixir', 2, 40, 0.2),
  SEK: coin('Swedish krona', 'rix', 2, 40, 0.2),
  SGD: coin('Singapore dollar', 'fast', 2, 30, 0.3),
  TRY: coin('Turkish lira', 'fast-tr', 2, 80, 0.2),
  USD: coin('US dollar', 'fedwire', 2, 20, 1),
  ZAR: coin('Rand', 'eft', 2, 80, 0.3),
};

/**
 * Fills the table `rates` with today's listings at the real prices of the rates data package. Running it again brings
 * prices, limits and fees up to date.
 */
export async function seed(database: Queryable): Promise<void> {
  const folder = `${dirname(createRequire(import.meta.url).resolve('@fawazahmed0/currency-api/package.json'))}/v1/currencies`;
  const listings = [
    ...Object.entries(crypto).map((entry) => ({ kind: 'crypto', entry })),
    ...Object.entries(fiat).map((entry) => ({ kind: 'fiat', entry })),
  ];
  const rows = await Promise.all(
    listings.map(async ({ kind, entry: [code, listing] }) => {
      const { usd, date } = await readPrice(folder, code);
      return {
        code,
        kind,
        name: listing.name,
        network: listing.network,
        decimals: listing.decimals,
        usd_rate: plain(usd, 12),
        spread_bps: listing.spreadBps,
        min_amount: inCurrency(minUsd, usd, listing.decimals),
        max_amount: inCurrency(maxUsd, usd, listing.decimals),
        network_fee: inCurrency(listing.feeUsd, usd, listing.decimals),
        as_of: `${date}T00:00:00.000Z`,
      };
    }),
  );
  await database.query(
    `insert into rates
     select * from jsonb_to_recordset($1::jsonb) as row (code text, name text, kind text, network text, decimals integer,
       usd_rate numeric, spread_bps integer, min_amount numeric, max_amount numeric, network_fee numeric, as_of timestamptz)
     on conflict (code) do update set name = excluded.name, kind = excluded.kind, network = excluded.network,
       decimals = excluded.decimals, usd_rate = excluded.usd_rate, spread_bps = excluded.spread_bps,
       min_amount = excluded.min_amount, max_amount = excluded.max_amount, network_fee = excluded.network_fee,
       as_of = excluded.as_of`,
    [JSON.stringify(rows)],
  );
}

function coin(name: string, network: string, decimals: number, spreadBps: number, feeUsd: number): Listing {
  return { name, network, decimals, spreadBps, feeUsd };
}

// A currency's own file has its price in dollars with most digits: the dollar's file would give bitcoin eight.
async function readPrice(folder: string, code: string): Promise<{ usd: number; date: string }> {
  const id = code.toLowerCase();
  const file = JSON.parse(await readFile(`${folder}/${id}.min.json`, 'utf8')) as Record<string, unknown>;
  const { usd } = file[id] as Record<string, number | undefined>;
  if (!usd || typeof file.date !== 'string') throw new Error(`the rates package has no price for ${code}`);
  return { usd, date: file.date };
}

// One significant digit: limits and fees are terms of business, not prices.
function inCurrency(dollars: number, usd: number, decimals: number): string {
  const amount = Number((dollars / usd).toPrecision(1));
  return plain(Math.max(amount, 10 ** -decimals), Math.min(decimals, 12));
}

// Decimal notation without an exponent or trailing zeros.
function plain(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
