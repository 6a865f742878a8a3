import { ExpressionError } from '../errors.ts';

const maxUnscaled = 2n ** 96n - 1n;
const maxScale = 28;

/** A .NET `decimal`: a 96-bit whole number and a power of ten from 0 to 28. Trailing zeros are kept, as in .NET. */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** Rounds half to even until the value fits; throws OverflowException when even a whole number does not. */
  static fit(unscaled: bigint, scale: number): Decimal {
    let digits = 0;
    let divisor = 1n;
    const size = unscaled < 0n ? -unscaled : unscaled;
    while (scale - digits > maxScale || roundHalfEven(size, divisor) > maxUnscaled) {
      if (scale - digits <= 0)
        throw new ExpressionError('OverflowException', 'Value was either too large or too small for a Decimal.');
      digits++;
      divisor *= 10n;
    }
    return new Decimal(roundHalfEven(unscaled, divisor), scale - digits);
  }

  static fromNumber(value: number, significant: number): Decimal {
    if (!Number.isFinite(value) || Math.abs(value) >= 7.922816251426434e28)
      throw new ExpressionError('OverflowException', 'Value was either too large or too small for a Decimal.');
    const [mantissa = '0', exponent = '0'] = value.toExponential(significant - 1).split('e');
    const digits = mantissa.replace('.', '');
    let unscaled = BigInt(digits);
    let scale = significant - 1 - Number(exponent);
    while (scale > 0 && unscaled % 10n === 0n) {
      unscaled /= 10n;
      scale--;
    }
    return scale < 0 ? new Decimal(unscaled * 10n ** BigInt(-scale), 0) : Decimal.fit(unscaled, scale);
  }

  static parse(text: string): Decimal | undefined {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
    if (!match) return undefined;
    const [, sign, whole = '', fraction = '', exponent = '0'] = match;
    if (whole === '' && fraction === '') return undefined;
    const unscaled = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
    const scale = fraction.length - Number(exponent);
    return scale < 0 ? Decimal.fit(unscaled * 10n ** BigInt(-scale), 0) : Decimal.fit(unscaled, scale);
  }

  add(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return Decimal.fit(this.at(scale) + other.at(scale), scale);
  }

  subtract(other: Decimal): Decimal {
    return this.add(other.negate());
  }

  multiply(other: Decimal): Decimal {
    return Decimal.fit(this.unscaled * other.unscaled, this.scale + other.scale);
  }

  divide(other: Decimal): Decimal {
    if (other.unscaled === 0n) throw new ExpressionError('DivideByZeroException', 'Attempted to divide by zero.');
    const preferred = Math.max(0, this.scale - other.scale);
    const extra = maxScale + other.scale + 2;
    const numerator = this.unscaled * 10n ** BigInt(extra);
    const exact = numerator % other.unscaled === 0n;
    let quotient = numerator / other.unscaled;
    let scale = this.scale + extra - other.scale;
    if (!exact) {
      // One more digit, so that the final rounding sees that the value is not exactly half.
      quotient = quotient * 10n + (numerator < 0n === other.unscaled < 0n ? 1n : -1n);
      return Decimal.fit(quotient, scale + 1).withoutZeros();
    }
    for (; scale > preferred && quotient % 10n === 0n; scale--) quotient /= 10n;
    return Decimal.fit(quotient, scale);
  }

  /** The same value without zeros behind the point. */
  private withoutZeros(): Decimal {
    let { unscaled, scale } = this;
    for (; scale > 0 && unscaled % 10n === 0n; scale--) unscaled /= 10n;
    return new Decimal(unscaled, scale);
  }

  remainder(other: Decimal): Decimal {
    if (other.unscaled === 0n) throw new ExpressionError('DivideByZeroException', 'Attempted to divide by zero.');
    const scale = Math.max(this.scale, other.scale);
    const rest = this.at(scale) % other.at(scale);
    // What is less than the divisor is its own rest, digits and all.
    return rest === this.at(scale) ? this : new Decimal(rest, scale);
  }

  negate(): Decimal {
    return new Decimal(-this.unscaled, this.scale);
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const difference = this.at(scale) - other.at(scale);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** Rounds half to even, or half away from zero. */
  round(digits: number, awayFromZero = false): Decimal {
    if (digits >= this.scale) return this;
    const divisor = 10n ** BigInt(this.scale - digits);
    const rounded = awayFromZero ? roundHalfAway(this.unscaled, divisor) : roundHalfEven(this.unscaled, divisor);
    return new Decimal(rounded, digits);
  }

  truncate(): bigint {
    return this.unscaled / 10n ** BigInt(this.scale);
  }

  floor(): bigint {
    const whole = this.truncate();
    return this.unscaled < 0n && this.unscaled % 10n ** BigInt(this.scale) !== 0n ? whole - 1n : whole;
  }

  /** Equal values give one text, whatever their trailing zeros. */
  normalized(): string {
    const { unscaled, scale } = this.withoutZeros();
    return `${unscaled}e-${scale}`;
  }

  toNumber(): number {
    return Number(this.toString());
  }

  toString(): string {
    const negative = this.unscaled < 0n;
    const digits = String(negative ? -this.unscaled : this.unscaled).padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    return `${negative ? '-' : ''}${whole}${this.scale ? `.${digits.slice(-this.scale)}` : ''}`;
  }

  private at(scale: number): bigint {
    return this.unscaled * 10n ** BigInt(scale - this.scale);
  }
}

function roundHalfEven(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const rest = value % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return up ? quotient + (value < 0n ? -1n : 1n) : quotient;
}

function roundHalfAway(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  const up = (rest < 0n ? -rest : rest) * 2n >= divisor;
  return value / divisor + (up ? (value < 0n ? -1n : 1n) : 0n);
}
