import { ExpressionError } from '../errors.ts';
import { Decimal } from './decimal.ts';
import { formatCustomNumber } from './format-custom-number.ts';
import { Char, integral, kindOf, Real, toDecimal, type Numeric } from './numbers.ts';

/**
 * A number's text in the invariant culture, or in the American one. `double` prints 15 significant digits and `float` 7, as .NET Framework
 * does. Throws FormatException for a format that the number's type has not.
 */
export function formatNumber(value: Numeric, format: string | undefined, american = false): string {
  if (value instanceof Char) return String.fromCharCode(value.code);
  if (!format)
    return value instanceof Real
      ? realText(value)
      : value instanceof Decimal
        ? value.toString()
        : String(integral(value));
  const match = /^([a-zA-Z])(\d{0,2})$/.exec(format);
  const special = value instanceof Real ? specialText(value.value) : undefined;
  if (special) return special;
  if (!match) return formatCustomNumber(exactDecimal(value), format, value instanceof Real && value.value < 0);
  const [, letter = '', digits = ''] = match;
  const precision = digits === '' ? undefined : Number(digits);
  switch (letter.toUpperCase()) {
    case 'F':
      return fixed(value, precision ?? 2);
    case 'N':
      return grouped(fixed(value, precision ?? 2));
    case 'C':
      return currency(fixed(value, precision ?? 2), american ? '$' : '\u00a4');
    case 'P':
      return `${grouped(fixed(scaled(value, 2), precision ?? 2))} %`;
    case 'E':
      return exponential(value, precision ?? 6, letter);
    case 'G':
      return general(value, precision, letter);
    case 'R':
      return roundTrip(value);
    case 'D':
      return wholeDigits(value, precision ?? 1);
    case 'X':
      return hexadecimal(value, precision ?? 1, letter);
    default:
      throw formatError();
  }
}

function formatError(): ExpressionError {
  return new ExpressionError('FormatException', 'Format specifier was invalid.');
}

function specialText(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? 'Infinity' : '-Infinity';
}

function realText(value: Real): string {
  return specialText(value.value) ?? significant(value.value, value.kind === 'float' ? 7 : 15, 'E');
}

/** Up to `digits` significant digits, in scientific notation below 1e-4 and from 10^digits. */
function significant(value: number, digits: number, letter: string): string {
  if (value === 0) return '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential(digits - 1).split('e');
  return shortest(mantissa, Number(exponentText), digits, letter);
}

function shortest(mantissa: string, exponent: number, digits: number, letter: string): string {
  const negative = mantissa.startsWith('-');
  const all = mantissa.replace(/[-.]/g, '').replace(/0+$/, '') || '0';
  const sign = negative ? '-' : '';
  if (exponent >= digits || exponent < -4) {
    const fraction = all.length > 1 ? `.${all.slice(1)}` : '';
    return `${sign}${all[0]}${fraction}${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${all}`;
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = all.slice(exponent + 1);
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}

/** A double's first 15 digits are what .NET Framework formats. */
function exactDecimal(value: Numeric): Decimal {
  if (!(value instanceof Real)) return toDecimal(value);
  const text = value.value.toExponential(value.kind === 'float' ? 6 : 14);
  const [mantissa = '0', exponent = '0'] = text.split('e');
  const digits = BigInt(mantissa.replace('.', ''));
  const scale = (mantissa.split('.')[1]?.length ?? 0) - Number(exponent);
  return scale < 0 ? new Decimal(digits * 10n ** BigInt(-scale), 0) : new Decimal(digits, scale);
}

function scaled(value: Numeric, power: number): Decimal {
  const { unscaled, scale } = exactDecimal(value);
  return scale >= power
    ? new Decimal(unscaled, scale - power)
    : new Decimal(unscaled * 10n ** BigInt(power - scale), 0);
}

function fixed(value: Numeric, digits: number): string {
  const rounded = exactDecimal(value).round(digits, true);
  const padded = new Decimal(rounded.unscaled * 10n ** BigInt(digits - rounded.scale), digits);
  return padded.toString();
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction ? `.${fraction}` : ''}`;
}

function currency(text: string, symbol: string): string {
  return text.startsWith('-') ? `(${symbol}${grouped(text.slice(1))})` : `${symbol}${grouped(text)}`;
}

function exponential(value: Numeric, digits: number, letter: string): string {
  const { unscaled, scale } = exactDecimal(value);
  const negative = unscaled < 0n;
  let text = String(negative ? -unscaled : unscaled);
  let exponent = unscaled === 0n ? 0 : text.length - 1 - scale;
  if (text.length > digits + 1) {
    const rounded = new Decimal(BigInt(text), text.length - digits - 1).round(0, true).unscaled;
    const roundedText = String(rounded);
    if (roundedText.length > digits + 1) exponent++;
    text = roundedText.slice(0, digits + 1);
  }
  text = text.padEnd(digits + 1, '0');
  const sign = exponent < 0 ? '-' : '+';
  const fraction = digits ? `.${text.slice(1, digits + 1)}` : '';
  return `${negative ? '-' : ''}${text[0]}${fraction}${letter}${sign}${String(Math.abs(exponent)).padStart(3, '0')}`;
}

function general(value: Numeric, precision: number | undefined, letter: string): string {
  const mark = letter === 'g' ? 'e' : 'E';
  if (!precision) return value instanceof Real ? realText(value).replace('E', mark) : formatNumber(value, undefined);
  if (value instanceof Real) return significant(value.value, Math.min(precision, 17), mark);
  const { unscaled, scale } = exactDecimal(value);
  const negative = unscaled < 0n;
  const text = String(negative ? -unscaled : unscaled);
  if (unscaled === 0n) return '0';
  let digits = BigInt(text);
  let exponent = text.length - 1 - scale;
  if (text.length > precision) {
    digits = new Decimal(digits, text.length - precision).round(0, true).unscaled;
    if (String(digits).length > precision) exponent++;
  }
  return shortest(`${negative ? '-' : ''}${digits}`, exponent, precision, mark);
}

function roundTrip(value: Numeric): string {
  if (!(value instanceof Real)) throw formatError();
  if (value.value === 0) return '0';
  // .NET Framework tries the digits that are always exact, and takes two more where they are not enough.
  const [fewer, more] = value.kind === 'float' ? [7, 9] : [15, 17];
  const short = significant(value.value, fewer, 'E');
  const read = value.kind === 'float' ? Math.fround(Number(short)) : Number(short);
  if (read === value.value) return short;
  const [mantissa = '', exponent = '0'] = value.value.toExponential(more - 1).split('e');
  return shortest(mantissa, Number(exponent), more, 'E');
}

function wholeDigits(value: Numeric, digits: number): string {
  if (value instanceof Real || value instanceof Decimal) throw formatError();
  const whole = integral(value);
  return `${whole < 0n ? '-' : ''}${String(whole < 0n ? -whole : whole).padStart(digits, '0')}`;
}

const sizes: Readonly<Record<string, number>> = { byte: 8, sbyte: 8, short: 16, ushort: 16, long: 64, ulong: 64 };

function hexadecimal(value: Numeric, digits: number, letter: string): string {
  if (value instanceof Real || value instanceof Decimal) throw formatError();
  const text = BigInt.asUintN(sizes[kindOf(value)] ?? 32, integral(value))
    .toString(16)
    .padStart(digits, '0');
  return letter === 'X' ? text.toUpperCase() : text;
}
