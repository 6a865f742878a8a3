import { ExpressionError } from '../errors.ts';
import { Decimal } from './decimal.ts';

export type IntegerKind = 'byte' | 'sbyte' | 'short' | 'ushort' | 'uint' | 'long' | 'ulong';
export type NumberKind = 'int' | IntegerKind | 'float' | 'double' | 'decimal';

/** A .NET integer other than `int`; an `int` is a plain JavaScript number, since nearly all are. */
export class Integer {
  readonly kind: IntegerKind;
  readonly value: bigint;
  constructor(kind: IntegerKind, value: bigint) {
    this.kind = kind;
    this.value = value;
  }
}

/** A .NET `double` or `float`. */
export class Real {
  readonly kind: 'double' | 'float';
  readonly value: number;
  constructor(value: number, kind: 'double' | 'float' = 'double') {
    this.kind = kind;
    this.value = kind === 'float' ? Math.fround(value) : value;
  }
}

/** A .NET `char`: one UTF-16 code unit. */
export class Char {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

export type Numeric = number | Integer | Real | Decimal | Char;

const bits: Readonly<Record<IntegerKind | 'int', readonly [size: number, signed: boolean]>> = {
  byte: [8, false],
  sbyte: [8, true],
  short: [16, true],
  ushort: [16, false],
  int: [32, true],
  uint: [32, false],
  long: [64, true],
  ulong: [64, false],
};

export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' ||
    value instanceof Integer ||
    value instanceof Real ||
    value instanceof Decimal ||
    value instanceof Char
  );
}

export function kindOf(value: Numeric): NumberKind | 'char' {
  if (typeof value === 'number') return 'int';
  if (value instanceof Decimal) return 'decimal';
  if (value instanceof Char) return 'char';
  return value.kind;
}

/** An integer of the given kind, wrapped around as C# does outside `checked`. */
export function integer(kind: IntegerKind | 'int', value: bigint): number | Integer {
  const [size, signed] = bits[kind];
  const wrapped = signed ? BigInt.asIntN(size, value) : BigInt.asUintN(size, value);
  return kind === 'int' ? Number(wrapped) : new Integer(kind, wrapped);
}

export function fits(kind: IntegerKind | 'int', value: bigint): boolean {
  const [size, signed] = bits[kind];
  return (signed ? BigInt.asIntN(size, value) : BigInt.asUintN(size, value)) === value;
}

/** The integer value of an integral number or character. */
export function integral(value: number | Integer | Char): bigint {
  if (typeof value === 'number') return BigInt(value);
  return value instanceof Char ? BigInt(value.code) : value.value;
}

export function toDouble(value: Numeric): number {
  if (typeof value === 'number') return value;
  if (value instanceof Char) return value.code;
  if (value instanceof Decimal) return value.toNumber();
  return Number(value.value);
}

export function toDecimal(value: Numeric): Decimal {
  if (value instanceof Decimal) return value;
  if (value instanceof Real) return Decimal.fromNumber(value.value, value.kind === 'float' ? 7 : 15);
  return new Decimal(integral(value), 0);
}

/** A cast such as `(int)x`: truncates towards zero and wraps around. */
export function castNumber(kind: NumberKind | 'char', value: Numeric): Numeric {
  if (kind === 'int' && typeof value === 'number') return value;
  if (kind === 'double' || kind === 'float') return new Real(toDouble(value), kind);
  if (kind === 'decimal') return toDecimal(value);
  let whole: bigint;
  if (value instanceof Real) whole = truncate(value.value, kind);
  else if (value instanceof Decimal) {
    whole = value.truncate();
    if (!fits(kind === 'char' ? 'ushort' : kind, whole)) throw overflow(kind);
  } else whole = integral(value);
  return kind === 'char' ? new Char(Number(BigInt.asUintN(16, whole))) : integer(kind, whole);
}

/** A double out of range casts to the smallest value, as the x86 instruction that .NET uses gives. */
function truncate(value: number, kind: IntegerKind | 'int' | 'char'): bigint {
  const whole = Math.trunc(value);
  if (!Number.isFinite(whole) || Math.abs(whole) >= 2 ** 64) return kind === 'int' ? -(2n ** 31n) : -(2n ** 63n);
  if (kind === 'int' && Math.abs(whole) >= 2 ** 31) return -(2n ** 31n);
  return BigInt(whole);
}

/** An exact conversion as `Convert.ToInt32` and `checked` do it. Throws OverflowException when out of range. */
export function checkedInteger(kind: IntegerKind | 'int', value: bigint): number | Integer {
  if (!fits(kind, value)) throw overflow(kind);
  return integer(kind, value);
}

/** What does not fit a type of numbers. */
export function overflow(kind: string): ExpressionError {
  const names: Readonly<Record<string, string>> = {
    byte: 'an unsigned byte',
    sbyte: 'a signed byte',
    short: 'an Int16',
    ushort: 'a UInt16',
    int: 'an Int32',
    uint: 'a UInt32',
    long: 'an Int64',
    ulong: 'a UInt64',
    float: 'a Single',
    double: 'a Double',
    decimal: 'a Decimal',
  };
  return new ExpressionError(
    'OverflowException',
    `Value was either too large or too small for ${names[kind] ?? kind}.`,
  );
}
