import { ExpressionError } from '../errors.ts';
import { Decimal } from './decimal.ts';
import { castNumber, Char, checkedInteger, fits, overflow, Real, type NumberKind, type Numeric } from './numbers.ts';

/** The flags of NumberStyles. */
const style = {
  leadingWhite: 1,
  trailingWhite: 2,
  leadingSign: 4,
  trailingSign: 8,
  parentheses: 16,
  decimalPoint: 32,
  thousands: 64,
  exponent: 128,
  currency: 256,
  hex: 512,
} as const;

const sizes: Readonly<Partial<Record<NumberKind, number>>> = {
  byte: 2,
  sbyte: 2,
  short: 4,
  ushort: 4,
  int: 8,
  uint: 8,
};
const patterns = new Map<number, RegExp>();

/** What a number's text may hold unless it is said: Integer, Number, or Float with thousands. */
function usualStyles(kind: NumberKind): number {
  if (kind === 'decimal') return 111;
  return kind === 'double' || kind === 'float' ? 231 : 7;
}

/**
 * `int.Parse` and its kin in the invariant culture; `styles` are flags of NumberStyles.
 * Throws FormatException or OverflowException.
 */
export function parseNumber(kind: NumberKind | 'char', text: string, styles?: number): Numeric {
  if (kind === 'char') {
    if (text.length === 1) return new Char(text.charCodeAt(0));
    throw new ExpressionError('FormatException', 'String must be exactly one character long.');
  }
  const found = read(kind, text, styles ?? usualStyles(kind));
  if (found === 'format') throw new ExpressionError('FormatException', 'Input string was not in a correct format.');
  if (found === 'overflow') throw overflow(kind);
  return found;
}

/** Undefined where the text is no such number. */
export function tryParseNumber(kind: NumberKind | 'char', text: string, styles?: number): Numeric | undefined {
  if (kind === 'char') return text.length === 1 ? new Char(text.charCodeAt(0)) : undefined;
  const found = read(kind, text, styles ?? usualStyles(kind));
  return found === 'format' || found === 'overflow' ? undefined : found;
}

function read(kind: NumberKind, text: string, styles: number): Numeric | 'format' | 'overflow' {
  if (styles & style.hex) return hexadecimal(kind, text, styles);
  const plain = plainNumber(text, styles);
  if (kind === 'double' || kind === 'float') {
    const name = text.trim();
    if (/^(?:NaN|-?Infinity)$/.test(name)) return new Real(Number(name), kind);
    if (plain === undefined) return 'format';
    const value = new Real(Number(plain), kind);
    return Number.isFinite(value.value) ? value : 'overflow';
  }
  if (plain === undefined) return 'format';
  if (kind === 'decimal') return readDecimal(plain);
  const [, sign = '', digits = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(plain) ?? [];
  const shift = Number(exponent) - fraction.length;
  if (Math.abs(shift) > 400) return 'overflow';
  const all = BigInt(`${digits}${fraction}` || '0');
  const scale = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && all % scale !== 0n) return 'overflow';
  const size = shift < 0 ? all / scale : all * scale;
  const value = sign === '-' ? -size : size;
  return fits(kind, value) ? checkedInteger(kind, value) : 'overflow';
}

function readDecimal(plain: string): Decimal | 'overflow' {
  try {
    return Decimal.parse(plain) ?? 'overflow';
  } catch (error) {
    if (error instanceof ExpressionError) return 'overflow';
    throw error;
  }
}

function hexadecimal(kind: NumberKind, text: string, styles: number): Numeric | 'format' | 'overflow' {
  const lead = styles & style.leadingWhite ? String.raw`[\t-\r ]*` : '';
  const trail = styles & style.trailingWhite ? String.raw`[\t-\r ]*` : '';
  const digits = new RegExp(`^${lead}([0-9a-fA-F]+)${trail}\\0*$`).exec(text)?.[1];
  if (digits === undefined) return 'format';
  if (digits.replace(/^0+/, '').length > (sizes[kind] ?? 16)) return 'overflow';
  return castNumber(kind, checkedInteger('ulong', BigInt(`0x${digits}`)));
}

/** The number as JavaScript writes it; undefined where the styles do not allow what is there. */
function plainNumber(text: string, styles: number): string | undefined {
  const match = patternOf(styles).exec(text);
  if (!match) return undefined;
  const { before = '', open, whole = '', fraction = '', exponent = '', after = '', close } = match.groups ?? {};
  if (Boolean(open) !== Boolean(close) || (before !== '' && after !== '')) return undefined;
  if (!/\d/.test(whole + fraction)) return undefined;
  const sign = open || before === '-' || after === '-' ? '-' : '';
  return `${sign}${whole.replaceAll(',', '')}${fraction}${exponent}`;
}

function patternOf(styles: number): RegExp {
  const known = patterns.get(styles);
  if (known) return known;
  const when = (flag: number, part: string) => (styles & flag ? part : '');
  const white = String.raw`[\t-\r ]*`;
  const currency = when(style.currency, '¤?');
  const pattern = new RegExp(
    `^${when(style.leadingWhite, white)}${currency}${when(style.leadingSign, '(?<before>[+-]?)')}` +
      `${when(style.parentheses, String.raw`(?<open>\(?)`)}${currency}` +
      `(?<whole>${styles & style.thousands ? String.raw`(?:\d[\d,]*)?` : String.raw`\d*`})` +
      when(style.decimalPoint, String.raw`(?<fraction>(?:\.\d*)?)`) +
      when(style.exponent, String.raw`(?<exponent>(?:[eE][+-]?\d+)?)`) +
      `${currency}${when(style.trailingSign, '(?<after>[+-]?)')}${when(style.parentheses, String.raw`(?<close>\)?)`)}` +
      `${when(style.trailingWhite, white)}\\0*$`,
  );
  patterns.set(styles, pattern);
  return pattern;
}
