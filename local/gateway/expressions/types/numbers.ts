import { ExpressionError } from '../../errors.ts';
import { parseBoolean } from '../parse-boolean.ts';
import { Decimal } from '../decimal.ts';
import { JsonValue } from '../json-token.ts';
import { castNumber, checkedInteger, integral, isNumeric, kindOf, Real, toDecimal, toDouble } from '../numbers.ts';
import type { IntegerKind, NumberKind, Numeric } from '../numbers.ts';
import { parseNumber, tryParseNumber } from '../parse-number.ts';
import { parseDate } from '../parse-date.ts';
import { DateTime, EnumValue } from '../time.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { areEqual, compareNumbers, formatValue, toText } from '../values.ts';

type Out = (value: unknown) => void;

const limits: Readonly<Record<string, readonly [bigint, bigint]>> = {
  byte: [0n, 255n],
  sbyte: [-128n, 127n],
  short: [-32_768n, 32_767n],
  ushort: [0n, 65_535n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  uint: [0n, 2n ** 32n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  ulong: [0n, 2n ** 64n - 1n],
};

function numberType(kind: NumberKind): TypeTable {
  const extremes = limits[kind];
  const bound = (i: 0 | 1) => () => {
    if (extremes) return checkedInteger(kind as IntegerKind, extremes[i]);
    if (kind === 'decimal') return new Decimal((2n ** 96n - 1n) * (i ? 1n : -1n), 0);
    return new Real(
      kind === 'double' ? (i ? 1 : -1) * Number.MAX_VALUE : (i ? 1 : -1) * 3.402_823_466_385_288_6e38,
      kind as 'double',
    );
  };
  const tryParse = (text: string | null, set: Out) => {
    const parsed = text === null ? undefined : tryParseNumber(kind, text);
    set(parsed ?? castNumber(kind, 0));
    return parsed !== undefined;
  };
  const real = kind === 'double' || kind === 'float';
  return typeTable(kind, {
    [`static Parse(string text): ${kind === 'int' ? 'int' : 'object'}`]: (text: string | null) => {
      if (text === null) throw new ExpressionError('ArgumentNullException', 'Value cannot be null. Parameter name: s');
      return parseNumber(kind, text);
    },
    'static Parse(string text, NumberStyles style, CultureInfo culture?): object': (text: string, style: EnumValue) => {
      if (style.name === 'HexNumber') return castNumber(kind, checkedInteger('long', BigInt(`0x${text}`)));
      return parseNumber(kind, text);
    },
    'static Parse(string text, CultureInfo culture): object': (text: string) => parseNumber(kind, text),
    'static TryParse(string text, out value): bool': tryParse,
    'static TryParse(string text, NumberStyles style, CultureInfo culture, out value): bool': (
      text: string,
      _style: unknown,
      _culture: unknown,
      set: Out,
    ) => tryParse(text, set),
    [`static MaxValue: ${kind === 'int' ? 'int' : 'object'}`]: bound(1),
    [`static MinValue: ${kind === 'int' ? 'int' : 'object'}`]: bound(0),
    ...(kind === 'decimal' && {
      'static Zero: decimal': () => new Decimal(0n, 0),
      'static One: decimal': () => new Decimal(1n, 0),
      'static Round(decimal value, int digits?): decimal': (value: Decimal, digits = 0) => value.round(digits),
      'static Truncate(decimal value): decimal': (value: Decimal) => new Decimal(value.truncate(), 0),
      'static Floor(decimal value): decimal': (value: Decimal) => new Decimal(value.floor(), 0),
    }),
    ...(real && {
      'static IsNaN(double value): bool': (value: number) => Number.isNaN(value),
      'static IsInfinity(double value): bool': (value: number) => Math.abs(value) === Infinity,
      'static NaN: double': () => Number.NaN,
      'static PositiveInfinity: double': () => Infinity,
      'static NegativeInfinity: double': () => -Infinity,
    }),
    'ToString(): string': toText,
    'ToString(string format): string': (value: unknown, format: string) => formatValue(value, format),
    'ToString(CultureInfo culture): string': toText,
    'ToString(string format, CultureInfo culture): string': (value: unknown, format: string) =>
      formatValue(value, format),
    'CompareTo(object other): int': (value: Numeric, other: unknown) =>
      isNumeric(other) ? compareNumbers(value, other) : 1,
    'Equals(object other): bool': (value: Numeric, other: unknown) =>
      isNumeric(other) && kindOf(other) === kindOf(value) && areEqual(value, other),
    'HasValue: bool': () => true,
    'Value: object': (value: unknown) => value,
    'GetValueOrDefault(object fallback?): object': (value: unknown) => value,
  });
}

const kinds = [
  'int',
  'byte',
  'sbyte',
  'short',
  'ushort',
  'uint',
  'long',
  'ulong',
  'float',
  'double',
  'decimal',
] as const;
export const numberTypes: readonly TypeTable[] = kinds.map(numberType);

export const boolType = typeTable('bool', {
  'static Parse(string text): bool': parseBoolean,
  'static TryParse(string text, out value): bool': (text: string | null, set: Out) => {
    const parses = text !== null && /^\s*(?:true|false)\s*$/i.test(text);
    set(parses && /true/i.test(text));
    return parses;
  },
  'static TrueString: string': () => 'True',
  'static FalseString: string': () => 'False',
  'HasValue: bool': () => true,
  'Value: bool': (value: boolean) => value,
  'GetValueOrDefault(object fallback?): bool': (value: boolean) => value,
});

function toWhole(kind: IntegerKind | 'int', value: unknown, base?: number): unknown {
  if (base !== undefined && base !== 10) return fromBase(kind, String(value), base);
  if (value === null || value === undefined) return castNumber(kind, 0);
  if (typeof value === 'string') return parseNumber(kind, value);
  if (typeof value === 'boolean') return castNumber(kind, value ? 1 : 0);
  if (value instanceof JsonValue) return toWhole(kind, value.value);
  if (value instanceof EnumValue) return castNumber(kind, value.value);
  if (!isNumeric(value)) throw new ExpressionError('InvalidCastException', 'Unable to cast the value to IConvertible.');
  if (value instanceof Real && Math.abs(value.value) >= 2 ** 64) return checkedInteger(kind, 2n ** 65n);
  const rounded =
    value instanceof Real || value instanceof Decimal ? toDecimal(value).round(0).unscaled : integral(value);
  return checkedInteger(kind, rounded);
}

function fromBase(kind: IntegerKind | 'int', text: string, base: number): unknown {
  const digits = base === 16 ? text.replace(/^0x/i, '') : text;
  const allowed: Readonly<Record<number, [RegExp, string]>> = {
    2: [/^[01]+$/, '0b'],
    8: [/^[0-7]+$/, '0o'],
    16: [/^[0-9a-f]+$/i, '0x'],
  };
  const rule = allowed[base];
  if (!rule) throw new ExpressionError('ArgumentException', 'Invalid Base.');
  if (!rule[0].test(digits)) throw new ExpressionError('FormatException', 'Could not find any recognizable digits.');
  return castNumber(kind, castNumber('ulong', checkedInteger('ulong', BigInt(`${rule[1]}${digits}`))));
}

function toReal(value: unknown, kind: 'double' | 'float' | 'decimal'): unknown {
  if (value === null || value === undefined) return castNumber(kind, 0);
  if (typeof value === 'string') return parseNumber(kind, value);
  if (typeof value === 'boolean') return castNumber(kind, value ? 1 : 0);
  if (value instanceof JsonValue) return toReal(value.value, kind);
  if (!isNumeric(value)) throw new ExpressionError('InvalidCastException', 'Unable to cast the value to IConvertible.');
  return castNumber(kind, value);
}

function toBoolean(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return parseBoolean(value);
  if (value instanceof JsonValue) return toBoolean(value.value);
  if (isNumeric(value)) return toDouble(value) !== 0;
  throw new ExpressionError('InvalidCastException', 'Unable to cast the value to IConvertible.');
}

function toBase(value: Numeric, base: number): string {
  const kind = kindOf(value);
  const size = kind === 'long' ? 64 : kind === 'byte' ? 8 : kind === 'short' ? 16 : 32;
  return base === 10 ? toText(value) : BigInt.asUintN(size, integral(value as number)).toString(base);
}

export const convertType = typeTable('Convert', {
  'static ToInt32(object value): int': (value: unknown) => toWhole('int', value),
  'static ToInt32(string value, int base): int': (value: string, base: number) => toWhole('int', value, base),
  'static ToInt64(object value): object': (value: unknown) => toWhole('long', value),
  'static ToInt64(string value, int base): object': (value: string, base: number) => toWhole('long', value, base),
  'static ToInt16(object value): object': (value: unknown) => toWhole('short', value),
  'static ToUInt16(object value): object': (value: unknown) => toWhole('ushort', value),
  'static ToUInt32(object value): object': (value: unknown) => toWhole('uint', value),
  'static ToUInt32(string value, int base): object': (value: string, base: number) => toWhole('uint', value, base),
  'static ToUInt64(object value): object': (value: unknown) => toWhole('ulong', value),
  'static ToByte(object value): object': (value: unknown) => toWhole('byte', value),
  'static ToByte(string value, int base): object': (value: string, base: number) => toWhole('byte', value, base),
  'static ToDouble(object value): object': (value: unknown) => toReal(value, 'double'),
  'static ToSingle(object value): object': (value: unknown) => toReal(value, 'float'),
  'static ToDecimal(object value): object': (value: unknown) => toReal(value, 'decimal'),
  'static ToBoolean(object value): bool': toBoolean,
  'static ToChar(object value): char': (value: unknown) =>
    isNumeric(value) ? castNumber('char', value) : toText(value),
  'static ToString(object value): string': (value: unknown) => toText(value),
  'static ToString(object value, CultureInfo culture): string': (value: unknown) => toText(value),
  'static ToString(object value, int base): string': (value: Numeric, base: number) => toBase(value, base),
  'static ToDateTime(object value): DateTime': (value: unknown) => {
    const found = value instanceof DateTime ? value : parseDate(toText(value));
    if (!found) throw new ExpressionError('FormatException', 'String was not recognized as a valid DateTime.');
    return found;
  },
  'static ToBase64String(byte[] bytes): string': (bytes: Uint8Array) => Buffer.from(bytes).toString('base64'),
  'static ToBase64String(byte[] bytes, Base64FormattingOptions options): string': (bytes: Uint8Array) =>
    Buffer.from(bytes).toString('base64'),
  'static FromBase64String(string text): byte[]': (text: string) => {
    const plain = text.replace(/\s/g, '');
    if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain))
      throw new ExpressionError('FormatException', 'Invalid length for a Base-64 char array or string.');
    return new Uint8Array(Buffer.from(plain, 'base64'));
  },
  'static ToHexString(byte[] bytes): string': (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase(),
});

function pick(left: Numeric, right: Numeric, wantsLess: boolean): Numeric {
  const chosen = compareNumbers(left, right) < 0 === wantsLess ? left : right;
  const kind = kindOf(left);
  return kind === kindOf(right) ? chosen : castNumber(wider(kind, kindOf(right)) as NumberKind, chosen);
}

function wider(left: string, right: string): string {
  const order = ['byte', 'short', 'int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'];
  return order[Math.max(order.indexOf(left), order.indexOf(right))] ?? 'double';
}

const isAway = (mode: EnumValue | undefined) => mode?.name === 'AwayFromZero';

export const mathType = typeTable('Math', {
  'static Abs(object value): object': (value: Numeric) => {
    if (value instanceof Real) return new Real(Math.abs(value.value), value.kind);
    if (value instanceof Decimal) return value.unscaled < 0n ? value.negate() : value;
    const whole = integral(value);
    return checkedInteger(kindOf(value) as IntegerKind, whole < 0n ? -whole : whole);
  },
  'static Max(object left, object right): object': (left: Numeric, right: Numeric) => pick(left, right, false),
  'static Min(object left, object right): object': (left: Numeric, right: Numeric) => pick(left, right, true),
  'static Round(double value, int digits?, MidpointRounding mode?): double': (
    value: number,
    digits = 0,
    mode?: EnumValue,
  ) => roundDouble(value, digits, isAway(mode)),
  'static Round(double value, MidpointRounding mode): double': (value: number, mode: EnumValue) =>
    roundDouble(value, 0, isAway(mode)),
  'static Round(decimal value, int digits?, MidpointRounding mode?): decimal': (
    value: Decimal,
    digits = 0,
    mode?: EnumValue,
  ) => value.round(digits, isAway(mode)),
  'static Round(decimal value, MidpointRounding mode): decimal': (value: Decimal, mode: EnumValue) =>
    value.round(0, isAway(mode)),
  'static Floor(double value): double': Math.floor,
  'static Floor(decimal value): decimal': (value: Decimal) => new Decimal(value.floor(), 0),
  'static Ceiling(double value): double': Math.ceil,
  'static Ceiling(decimal value): decimal': (value: Decimal) => new Decimal(-value.negate().floor(), 0),
  'static Truncate(double value): double': Math.trunc,
  'static Truncate(decimal value): decimal': (value: Decimal) => new Decimal(value.truncate(), 0),
  'static Pow(double base, double exponent): double': (base: number, exponent: number) => base ** exponent,
  'static Sqrt(double value): double': Math.sqrt,
  'static Log(double value, double base?): double': (value: number, base?: number) =>
    base === undefined ? Math.log(value) : Math.log(value) / Math.log(base),
  'static Log10(double value): double': Math.log10,
  'static Exp(double value): double': Math.exp,
  'static Sign(object value): int': (value: Numeric) => compareNumbers(value, 0),
  'static PI: double': () => Math.PI,
  'static E: double': () => Math.E,
});

/** .NET rounds a double by scaling it, so that 2.675 to two digits is 2.68. */
function roundDouble(value: number, digits: number, awayFromZero: boolean): number {
  if (!Number.isFinite(value)) return value;
  const power = 10 ** digits;
  const scaled = value * power;
  if (Math.abs(scaled) > 2 ** 52) return value;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const even = floor % 2 === 0 ? floor : floor + 1;
  const half = awayFromZero ? (value < 0 ? floor : floor + 1) : even;
  return (rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : half) / power;
}
