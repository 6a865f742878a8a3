// Money is a bigint of 10^-40: finer than any product of an amount and a rate that decides a digit we keep.
const PLACES = 40;
const ONE = 10n ** 40n;

export function fromText(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(PLACES, '0').slice(0, PLACES));
}

/** Without trailing zeros. */
export function toText(money: bigint): string {
  const digits = money.toString().padStart(PLACES + 1, '0');
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`.replace(/\.?0+$/, '');
}

/** A numeric column as answers show it. */
export function tidy(numeric: string): string {
  return toText(fromText(numeric));
}

export function decimalsOf(text: string): number {
  return (text.split('.')[1] ?? '').replace(/0+$/, '').length;
}

/** What a conversion of `amount` comes to. All roundings are downwards. */
export function convert(
  amount: bigint,
  terms: { fromUsd: string; toUsd: string; spreadBps: number; fee: string; decimals: number },
): { rate: bigint; payout: bigint } {
  const rate = twelveDigits((middle(terms.fromUsd, terms.toUsd) * BigInt(10_000 - terms.spreadBps)) / 10_000n);
  const gross = (amount * rate) / ONE;
  const step = 10n ** BigInt(PLACES - terms.decimals);
  const net = gross - fromText(terms.fee);
  return { rate, payout: net - (net % step) };
}

/** The rate between two dollar prices before the spread. */
export function middle(fromUsd: string, toUsd: string): bigint {
  return twelveDigits((fromText(fromUsd) * ONE) / fromText(toUsd));
}

function twelveDigits(value: bigint): bigint {
  const text = value.toString();
  return text.length <= 12 ? value : BigInt(text.slice(0, 12).padEnd(text.length, '0'));
}
