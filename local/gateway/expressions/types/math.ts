import { ExpressionError } from '../../errors.ts';
import { Decimal } from '../decimal.ts';
import { checkedInteger, type IntegerKind } from '../numbers.ts';
import type { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';

type Signatures = Record<string, (...args: never[]) => unknown>;

const notNumber = () =>
  new ExpressionError('ArithmeticException', 'Function does not accept floating point Not-a-Number values.');
const overflow = () =>
  new ExpressionError('OverflowException', 'Negating the minimum value of a twos complement number is invalid.');
const isAway = (mode: EnumValue | undefined) => mode?.value === 1;

/** Members that .NET has once for each type of number. */
function eachKind(): Signatures {
  const made: Signatures = {};
  for (const kind of ['sbyte', 'short', 'int', 'long'] as const) {
    const least = { sbyte: -128, short: -32_768, int: -(2 ** 31), long: -(2n ** 63n) }[kind];
    made[`static Abs(${kind} value): ${kind}`] = (value: number | bigint) => {
      if (value === least) throw overflow();
      return value < 0 ? -value : value;
    };
    made[`static Sign(${kind} value): int`] = (value: number | bigint) => (value > 0 ? 1 : value < 0 ? -1 : 0);
  }
  for (const kind of ['sbyte', 'byte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong'] as const) {
    made[`static Max(${kind} val1, ${kind} val2): ${kind}`] = (a: number | bigint, b: number | bigint) =>
      a >= b ? a : b;
    made[`static Min(${kind} val1, ${kind} val2): ${kind}`] = (a: number | bigint, b: number | bigint) =>
      a <= b ? a : b;
  }
  for (const kind of ['float', 'double'] as const) {
    made[`static Abs(${kind} value): ${kind}`] = Math.abs;
    made[`static Sign(${kind} value): int`] = (value: number) => {
      if (Number.isNaN(value)) throw notNumber();
      return Math.sign(value);
    };
    made[`static Max(${kind} val1, ${kind} val2): ${kind}`] = (a: number, b: number) =>
      a > b || Number.isNaN(a) ? a : b;
    made[`static Min(${kind} val1, ${kind} val2): ${kind}`] = (a: number, b: number) =>
      a < b || Number.isNaN(a) ? a : b;
  }
  return made;
}

/** .NET rounds a double by scaling it, so that 2.675 to two digits is 2.68. */
function round(value: number, digits: number, awayFromZero: boolean): number {
  if (digits < 0 || digits > 15)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Rounding digits must be between 0 and 15, inclusive.\r\nParameter name: digits',
    );
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

/** Throws ArgumentOutOfRangeException. */
function roundDecimal(value: Decimal, digits: number, awayFromZero = false): Decimal {
  if (digits < 0 || digits > 28)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Decimal can only round to between 0 and 28 digits of precision.\r\nParameter name: decimals',
    );
  return value.round(digits, awayFromZero);
}

/** What `Math` and `decimal` itself both have. */
export const decimalRounding = {
  'static Round(decimal d): decimal': (value: Decimal) => value.round(0),
  'static Round(decimal d, int decimals): decimal': (value: Decimal, digits: number) => roundDecimal(value, digits),
  'static Round(decimal d, MidpointRounding mode): decimal': (value: Decimal, mode: EnumValue) =>
    value.round(0, isAway(mode)),
  'static Round(decimal d, int decimals, MidpointRounding mode): decimal': (
    value: Decimal,
    digits: number,
    mode: EnumValue,
  ) => roundDecimal(value, digits, isAway(mode)),
  'static Truncate(decimal d): decimal': (value: Decimal) => new Decimal(value.truncate(), 0),
  'static Floor(decimal d): decimal': (value: Decimal) => new Decimal(value.floor(), 0),
  'static Ceiling(decimal d): decimal': (value: Decimal) => new Decimal(-value.negate().floor(), 0),
};

function divRem(kind: IntegerKind | 'int', set: (value: unknown) => void, a: bigint, b: bigint): unknown {
  if (b === 0n) throw new ExpressionError('DivideByZeroException', 'Attempted to divide by zero.');
  const rest = a % b;
  set(kind === 'int' ? Number(rest) : rest);
  return checkedInteger(kind, a / b);
}

export const mathType = typeTable('static System.Math', {
  ...eachKind(),
  'const PI: double': () => Math.PI,
  'const E: double': () => Math.E,
  'static Abs(decimal value): decimal': (value: Decimal) => (value.unscaled < 0n ? value.negate() : value),
  'static Sign(decimal value): int': (value: Decimal) => (value.unscaled > 0n ? 1 : value.unscaled < 0n ? -1 : 0),
  'static Max(decimal val1, decimal val2): decimal': (a: Decimal, b: Decimal) => (a.compare(b) >= 0 ? a : b),
  'static Min(decimal val1, decimal val2): decimal': (a: Decimal, b: Decimal) => (a.compare(b) < 0 ? a : b),
  'static Round(double a): double': (value: number) => round(value, 0, false),
  'static Round(double value, int digits): double': (value: number, digits: number) => round(value, digits, false),
  'static Round(double value, MidpointRounding mode): double': (value: number, mode: EnumValue) =>
    round(value, 0, isAway(mode)),
  'static Round(double value, int digits, MidpointRounding mode): double': (
    value: number,
    digits: number,
    mode: EnumValue,
  ) => round(value, digits, isAway(mode)),
  ...decimalRounding,
  'static Floor(double d): double': Math.floor,
  'static Ceiling(double a): double': Math.ceil,
  'static Truncate(double d): double': Math.trunc,
  'static Pow(double x, double y): double': (base: number, exponent: number) =>
    Number.isNaN(base) || Number.isNaN(exponent) ? Number.NaN : base ** exponent,
  'static Sqrt(double d): double': Math.sqrt,
  'static Log(double d): double': Math.log,
  'static Log(double a, double newBase): double': (value: number, base: number) => Math.log(value) / Math.log(base),
  'static Log10(double d): double': Math.log10,
  'static Exp(double d): double': Math.exp,
  'static Sin(double a): double': Math.sin,
  'static Cos(double d): double': Math.cos,
  'static Tan(double a): double': Math.tan,
  'static Sinh(double value): double': Math.sinh,
  'static Cosh(double value): double': Math.cosh,
  'static Tanh(double value): double': Math.tanh,
  'static Asin(double d): double': Math.asin,
  'static Acos(double d): double': Math.acos,
  'static Atan(double d): double': Math.atan,
  'static Atan2(double y, double x): double': Math.atan2,
  'static BigMul(int a, int b): long': (a: number, b: number) => BigInt(a) * BigInt(b),
  'static DivRem(int a, int b, out int result): int': (a: number, b: number, set: (value: unknown) => void) =>
    divRem('int', set, BigInt(a), BigInt(b)),
  'static DivRem(long a, long b, out long result): long': (a: bigint, b: bigint, set: (value: unknown) => void) =>
    divRem('long', set, a, b),
  'static IEEERemainder(double x, double y): double': (x: number, y: number) => x - y * round(x / y, 0, false),
});
