/** An exact decimal: `units` / 10^`scale`. Never negative in this domain, though subtraction may say so. */
export interface Decimal {
  units: bigint;
  scale: number;
}

/** Reads plain decimal notation, as amounts and PostgreSQL's numeric have it. @throws {RangeError} on anything else */
export function parseDecimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new RangeError(`not a decimal: ${text}`);
  const [, sign = '', whole = '', fraction = ''] = match;
  return { units: BigInt(sign + whole + fraction), scale: fraction.length };
}

/** Plain notation without trailing zeros: the one text of a value. */
export function formatDecimal({ units, scale }: Decimal): string {
  const negative = units < 0n;
  const digits = String(negative ? -units : units).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: rescale(a, scale) - rescale(b, scale), scale };
}

/** Below, at or above zero as a is below, equal to or above b. */
export function compare(a: Decimal, b: Decimal): number {
  const { units } = subtract(a, b);
  return units < 0n ? -1 : Number(units > 0n);
}

/** a / b with `digits` significant digits, the rest cut off. Both above zero. */
export function divide(a: Decimal, b: Decimal, digits: number): Decimal {
  // Enough places that even the smallest quotient still has all its digits before the cut.
  const places = digits + lengthOf(b) + Math.max(0, a.scale - b.scale) + 1;
  const units = (a.units * 10n ** BigInt(b.scale + places)) / (b.units * 10n ** BigInt(a.scale));
  return cutDigits({ units, scale: places }, digits);
}

/** Keeps `digits` significant digits and cuts the rest off: rounds towards zero. */
export function cutDigits(value: Decimal, digits: number): Decimal {
  const excess = lengthOf(value) - digits;
  return excess > 0 ? cutPlaces(value, Math.max(0, value.scale - excess)) : value;
}

/** Keeps `places` digits after the point and cuts the rest off: rounds towards zero. */
export function cutPlaces(value: Decimal, places: number): Decimal {
  if (value.scale <= places) return value;
  return { units: value.units / 10n ** BigInt(value.scale - places), scale: places };
}

/** Digits after the point that are not trailing zeros. */
export function placesOf(value: Decimal): number {
  return formatDecimal(value).split('.')[1]?.length ?? 0;
}

function rescale({ units, scale }: Decimal, to: number): bigint {
  return units * 10n ** BigInt(to - scale);
}

function lengthOf({ units }: Decimal): number {
  return String(units < 0n ? -units : units).length;
}
