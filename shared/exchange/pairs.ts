import type { Currency } from './currencies.ts';
import { formatDecimal } from './decimal.ts';
import { midRate } from './pricing.ts';

/** One pair as the API shows it. */
export function toPair(from: Currency, to: Currency) {
  const older = from.asOf < to.asOf ? from.asOf : to.asOf;
  return {
    pair: `${from.code}-${to.code}`,
    from: from.code,
    to: to.code,
    rate: formatDecimal(midRate(from, to)),
    minAmount: formatDecimal(from.minAmount),
    maxAmount: formatDecimal(from.maxAmount),
    ratesAsOf: older.toISOString(),
  };
}

export interface PairFilter {
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  /** The pair the page before ended with. */
  after?: string | undefined;
}

/** A page of the pairs of `currencies`, which are sorted by code. */
export function listPairs(currencies: readonly Currency[], filter: PairFilter) {
  const pairs = currencies
    .filter(({ code }) => filter.from === undefined || code === filter.from)
    .flatMap((from) =>
      currencies
        .filter((to) => to !== from && (filter.to === undefined || to.code === filter.to))
        .map((to) => ({ from, to, name: `${from.code}-${to.code}` })),
    )
    .filter(({ name }) => filter.after === undefined || name > filter.after);
  const page = pairs.slice(0, filter.limit);
  return {
    items: page.map(({ from, to }) => toPair(from, to)),
    last: pairs.length > page.length ? page.at(-1)?.name : undefined,
  };
}
