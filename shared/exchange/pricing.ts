import { ProblemError } from '../contract/errors.ts';
import type { BrokenRule } from '../contract/problems.ts';
import type { Currency } from './currencies.ts';
import {
  compare,
  cutDigits,
  cutPlaces,
  divide,
  formatDecimal,
  multiply,
  parseDecimal,
  placesOf,
  subtract,
  type Decimal,
} from './decimal.ts';

/** Significant digits of every rate. */
const rateDigits = 12;

export interface Price {
  fromAmount: Decimal;
  toAmount: Decimal;
  rate: Decimal;
  spreadBps: number;
  networkFee: Decimal;
}

/** Units of `to` for one unit of `from` before any spread, cut off after 12 significant digits. */
export function midRate(from: Currency, to: Currency): Decimal {
  return divide(from.usdRate, to.usdRate, rateDigits);
}

/**
 * Prices an exchange. Each step is exact and then cut off, never rounded up, so the house never owes a fraction: the rate
 * to 12 significant digits once the spread is off it, the payout to the precision of its currency once the fee is off it.
 * @throws {ProblemError} amount-not-accepted, listing every rule the amount breaks
 */
function price(from: Currency, to: Currency, fromAmount: Decimal): Price {
  const errors = limitsBroken(from, fromAmount);
  const spreadBps = from.spreadBps + to.spreadBps;
  const rate = cutDigits(multiply(midRate(from, to), { units: BigInt(10_000 - spreadBps), scale: 4 }), rateDigits);
  const toAmount = cutPlaces(subtract(multiply(fromAmount, rate), to.networkFee), to.decimals);
  if (toAmount.units <= 0n && errors.length === 0) {
    errors.push({ pointer: '/fromAmount', detail: `must be worth more than the network fee of ${to.code}` });
  }
  if (errors.length > 0) throw new ProblemError('amount-not-accepted', { errors });
  return { fromAmount, toAmount, rate, spreadBps, networkFee: to.networkFee };
}

/**
 * Prices a pair by its codes.
 * @throws {ProblemError} pair-not-available when a currency is not traded or both are the same; amount-not-accepted
 */
export function priceOf(
  currencies: readonly Currency[],
  pair: { from: string; to: string },
  fromAmount: string,
): Price {
  const from = currencies.find(({ code }) => code === pair.from);
  const to = currencies.find(({ code }) => code === pair.to);
  if (!from || !to || from === to) {
    throw new ProblemError('pair-not-available', { detail: `${pair.from}-${pair.to} is not traded.` });
  }
  return price(from, to, parseDecimal(fromAmount));
}

function limitsBroken(currency: Currency, amount: Decimal): BrokenRule[] {
  const { code, decimals, minAmount, maxAmount } = currency;
  const details = [
    placesOf(amount) > decimals && `must have at most ${decimals} decimals in ${code}`,
    compare(amount, minAmount) < 0 && `must be at least ${formatDecimal(minAmount)} ${code}`,
    compare(amount, maxAmount) > 0 && `must be at most ${formatDecimal(maxAmount)} ${code}`,
  ];
  return details.filter((detail) => detail !== false).map((detail) => ({ pointer: '/fromAmount', detail }));
}
