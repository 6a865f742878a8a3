import { ExpressionError } from '../../errors.ts';
import { Decimal } from '../decimal.ts';
import {
  castNumber,
  checkedInteger,
  integral,
  isNumeric,
  kindOf,
  Real,
  type Integer,
  type IntegerKind,
  type NumberKind,
  type Numeric,
} from '../numbers.ts';
import { compareValues } from '../ordering.ts';
import { parseBoolean } from '../parse-boolean.ts';
import { parseNumber, tryParseNumber } from '../parse-number.ts';
import { decimalRounding } from './math.ts';
import { netType, shortName } from '../net-type.ts';
import { argumentNull } from '../text-parts.ts';
import type { EnumValue } from '../time.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { equals, formatValue, toText } from '../values.ts';

type Out = (value: unknown) => void;

const limits: Readonly<Partial<Record<NumberKind, readonly [bigint, bigint]>>> = {
  byte: [0n, 255n],
  sbyte: [-128n, 127n],
  short: [-32_768n, 32_767n],
  ushort: [0n, 65_535n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  uint: [0n, 2n ** 32n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  ulong: [0n, 2n ** 64n - 1n],
};

function bound(kind: NumberKind, i: 0 | 1): Numeric {
  const extremes = limits[kind];
  if (extremes) return checkedInteger(kind as IntegerKind, extremes[i]);
  if (kind === 'decimal') return new Decimal((2n ** 96n - 1n) * (i ? 1n : -1n), 0);
  return new Real((i ? 1 : -1) * (kind === 'double' ? Number.MAX_VALUE : 3.402_823_466_385_288_6e38), kind as 'double');
}

function parse(kind: NumberKind, text: string | null, styles?: number): Numeric {
  if (text === null) throw argumentNull(kind === 'int' ? 'String' : 's');
  return parseNumber(kind, text, styles);
}

/** The small types give the difference. */
function compareKind(kind: NumberKind, left: Numeric, right: Numeric): number {
  return small.has(kind) ? Number(integral(left as Integer) - integral(right as Integer)) : compareValues(left, right);
}

const small = new Set<NumberKind>(['byte', 'sbyte', 'short', 'ushort']);

function compareTo(kind: NumberKind, value: Numeric, other: unknown): number {
  if (other === null) return 1;
  if (isNumeric(other) && kindOf(other) === kind) return compareKind(kind, value, other);
  throw new ExpressionError('ArgumentException', `Object must be of type ${shortName(netType(kind))}.`);
}

/** Implementations get the number as it is kept, for members that give it back or look at its kind. */
function numberType(kind: NumberKind): TypeTable {
  const keep = (value: unknown) => castNumber(kind, value as Numeric);
  const tryParse = (text: string | null, set: Out, styles?: number) => {
    const parsed = text === null ? undefined : tryParseNumber(kind, text, styles);
    set(parsed ?? castNumber(kind, 0));
    return parsed !== undefined;
  };
  const provider = 'IFormatProvider provider';
  return typeTable(
    `struct System.${kind} : IComparable, IComparable<${kind}>, IFormattable, IConvertible, IEquatable<${kind}>`,
    {
      [`const MaxValue: ${kind}`]: () => bound(kind, 1),
      [`const MinValue: ${kind}`]: () => bound(kind, 0),
      [`static Parse(string s): ${kind}`]: (text: string | null) => parse(kind, text),
      [`static Parse(string s, NumberStyles style): ${kind}`]: (text: string | null, { value }: EnumValue) =>
        parse(kind, text, value),
      [`static Parse(string s, ${provider}): ${kind}`]: (text: string | null) => parse(kind, text),
      [`static Parse(string s, NumberStyles style, ${provider}): ${kind}`]: (
        text: string | null,
        { value }: EnumValue,
      ) => parse(kind, text, value),
      [`static TryParse(string s, out ${kind} result): bool`]: (text: string | null, set: Out) => tryParse(text, set),
      [`static TryParse(string s, NumberStyles style, ${provider}, out ${kind} result): bool`]: (
        text: string | null,
        { value }: EnumValue,
        _provider: unknown,
        set: Out,
      ) => tryParse(text, set, value),
      ...(kind === 'decimal' && decimalMembers),
      ...((kind === 'double' || kind === 'float') && realMembers(kind)),
      'ToString(): string': toText,
      'ToString(string format): string': (value: unknown, format: string | null) => formatValue(value, format ?? ''),
      [`ToString(${provider}): string`]: (value: unknown, culture: unknown) => formatValue(value, undefined, culture),
      [`ToString(string format, ${provider}): string`]: (value: unknown, format: string | null, culture: unknown) =>
        formatValue(value, format ?? '', culture),
      [`CompareTo(${kind} value): int`]: (value: Numeric, other: unknown) =>
        compareKind(kind, value, keep(plainNumeric(other))),
      'CompareTo(object value): int': (value: Numeric, other: unknown) => compareTo(kind, value, other),
      [`Equals(${kind} obj): bool`]: (value: Numeric, other: unknown) => equals(value, keep(plainNumeric(other))),
      'Equals(object obj): bool': equals,
    },
  );
}

/** What a member is handed: a number as JavaScript has it. */
const plainNumeric = (value: unknown): Numeric =>
  typeof value === 'bigint'
    ? checkedInteger(value < 2n ** 63n ? 'long' : 'ulong', value)
    : typeof value === 'number'
      ? new Real(value)
      : (value as Numeric);

const decimalMembers = {
  'const Zero: decimal': () => new Decimal(0n, 0),
  'const One: decimal': () => new Decimal(1n, 0),
  'const MinusOne: decimal': () => new Decimal(-1n, 0),
  'static Add(decimal d1, decimal d2): decimal': (left: Decimal, right: Decimal) => left.add(right),
  'static Subtract(decimal d1, decimal d2): decimal': (left: Decimal, right: Decimal) => left.subtract(right),
  'static Multiply(decimal d1, decimal d2): decimal': (left: Decimal, right: Decimal) => left.multiply(right),
  'static Divide(decimal d1, decimal d2): decimal': (left: Decimal, right: Decimal) => left.divide(right),
  'static Remainder(decimal d1, decimal d2): decimal': (left: Decimal, right: Decimal) => left.remainder(right),
  'static Negate(decimal d): decimal': (value: Decimal) => value.negate(),
  'static Compare(decimal d1, decimal d2): int': (left: Decimal, right: Decimal) => left.compare(right),
  ...decimalRounding,
  'static ToInt32(decimal d): int': (value: Decimal) => castNumber('int', value),
  'static ToInt64(decimal d): long': (value: Decimal) => castNumber('long', value),
  'static ToDouble(decimal d): double': (value: Decimal) => value.toNumber(),
};

const realMembers = (kind: 'double' | 'float') => ({
  [`const NaN: ${kind}`]: () => Number.NaN,
  [`const PositiveInfinity: ${kind}`]: () => Infinity,
  [`const NegativeInfinity: ${kind}`]: () => -Infinity,
  [`const Epsilon: ${kind}`]: () => (kind === 'double' ? Number.MIN_VALUE : 1.401298464324817e-45),
  [`static IsNaN(${kind} value): bool`]: (value: number) => Number.isNaN(value),
  [`static IsInfinity(${kind} value): bool`]: (value: number) => Math.abs(value) === Infinity,
  [`static IsPositiveInfinity(${kind} value): bool`]: (value: number) => value === Infinity,
  [`static IsNegativeInfinity(${kind} value): bool`]: (value: number) => value === -Infinity,
});

const kinds: readonly NumberKind[] = [
  ...(['int', 'byte', 'sbyte', 'short', 'ushort', 'uint'] as const),
  ...(['long', 'ulong', 'float', 'double', 'decimal'] as const),
];
export const numberTypes: readonly TypeTable[] = kinds.map(numberType);

export const boolType = typeTable(
  'struct System.bool : IComparable, IComparable<bool>, IConvertible, IEquatable<bool>',
  {
    'static Parse(string value): bool': (text: string | null) => {
      if (text === null) throw argumentNull('value');
      return parseBoolean(text);
    },
    'static TryParse(string value, out bool result): bool': (text: string | null, set: Out) => {
      const parses = text !== null && /^\s*(?:true|false)\s*$/i.test(text);
      set(parses && /true/i.test(text));
      return parses;
    },
    'static TrueString: string': () => 'True',
    'static FalseString: string': () => 'False',
    'ToString(): string': toText,
    'ToString(IFormatProvider provider): string': toText,
    'CompareTo(bool value): int': (value: boolean, other: boolean) => Number(value) - Number(other),
    'CompareTo(object obj): int': (value: boolean, other: unknown) => {
      if (other === null) return 1;
      if (typeof other === 'boolean') return Number(value) - Number(other);
      throw new ExpressionError('ArgumentException', 'Object must be of type Boolean.');
    },
    'Equals(bool obj): bool': (value: boolean, other: boolean) => value === other,
  },
);
