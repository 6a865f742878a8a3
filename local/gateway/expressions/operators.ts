import { ExpressionError } from '../errors.ts';
import { Decimal } from './decimal.ts';
import { JsonToken } from './json-token.ts';
import { Char, fits, integer, Integer, integral, isNumeric, kindOf, Real, toDecimal, toDouble } from './numbers.ts';
import type { IntegerKind, Numeric } from './numbers.ts';
import { DateTime, DateTimeOffset, EnumValue, TimeSpan } from './time.ts';
import { areEqual, compareNumbers, nullReference, toText } from './values.ts';
import { XmlName, XmlNamespace } from './xml-node.ts';

/** Which side of an operator is an integer literal: C# lets one fit itself to the other side's unsigned type. */
export type LiteralSide = 'left' | 'right' | 'both' | 'none';
type Binary = (left: unknown, right: unknown, literal: LiteralSide) => unknown;

export const binaryOperators: Readonly<Record<string, Binary>> = {
  '+': (left, right, literal) => {
    if (typeof left === 'number' && typeof right === 'number') return (left + right) | 0;
    if (left instanceof XmlNamespace) return new XmlName(left.uri, toText(right));
    if (typeof left === 'string' || typeof right === 'string') return toText(left) + toText(right);
    return add(left, right, literal);
  },
  '-': (left, right, literal) =>
    typeof left === 'number' && typeof right === 'number' ? (left - right) | 0 : subtract(left, right, literal),
  '*': (left, right, literal) => arithmetic('*', left, right, literal),
  '/': (left, right, literal) => arithmetic('/', left, right, literal),
  '%': (left, right, literal) => arithmetic('%', left, right, literal),
  '&': (left, right, literal) => bitwise('&', left, right, literal),
  '|': (left, right, literal) => bitwise('|', left, right, literal),
  '^': (left, right, literal) => bitwise('^', left, right, literal),
  '<<': (left, right) => shift(left, right, true),
  '>>': (left, right) => shift(left, right, false),
  '==': (left, right) => areEqual(left, right),
  '!=': (left, right) => !areEqual(left, right),
  '<': (left, right) => order(left, right, '<') < 0,
  '>': (left, right) => order(left, right, '>') > 0,
  '<=': (left, right) => order(left, right, '<=') <= 0,
  '>=': (left, right) => order(left, right, '>=') >= 0,
};

function add(left: unknown, right: unknown, literal: LiteralSide): unknown {
  if (right instanceof TimeSpan) {
    if (left instanceof DateTime) return new DateTime(left.ticks + right.ticks, left.kind);
    if (left instanceof DateTimeOffset) return new DateTimeOffset(left.ticks + right.ticks, left.offsetMinutes);
    if (left instanceof TimeSpan) return new TimeSpan(left.ticks + right.ticks);
  }
  return arithmetic('+', left, right, literal);
}

function subtract(left: unknown, right: unknown, literal: LiteralSide): unknown {
  if (right instanceof TimeSpan) {
    if (left instanceof DateTime) return new DateTime(left.ticks - right.ticks, left.kind);
    if (left instanceof DateTimeOffset) return new DateTimeOffset(left.ticks - right.ticks, left.offsetMinutes);
    if (left instanceof TimeSpan) return new TimeSpan(left.ticks - right.ticks);
  }
  if (left instanceof DateTime && right instanceof DateTime) return new TimeSpan(left.ticks - right.ticks);
  if (left instanceof DateTimeOffset && right instanceof DateTimeOffset)
    return new TimeSpan(left.utcTicks - right.utcTicks);
  return arithmetic('-', left, right, literal);
}

function arithmetic(operator: string, left: unknown, right: unknown, literal: LiteralSide): unknown {
  // A missing side makes the result missing, as for C#'s nullable numbers.
  if ((left === null && isNumeric(right)) || (right === null && isNumeric(left))) return null;
  if (left === null || right === null) throw nullReference();
  if (!isNumeric(left) || !isNumeric(right)) throw unfit(operator, left, right);
  const kind = promote(left, right, literal);
  if (kind === 'decimal') return decimalArithmetic(operator, toDecimal(left), toDecimal(right));
  if (kind === 'double' || kind === 'float')
    return new Real(realArithmetic(operator, toDouble(left), toDouble(right)), kind);
  if (kind === 'int') return intArithmetic(operator, toDouble(left), toDouble(right));
  return wholeArithmetic(operator, integral(left as number), integral(right as number), kind);
}

/** C#'s binary numeric promotion. */
function promote(
  left: Numeric,
  right: Numeric,
  literal: LiteralSide,
): 'int' | IntegerKind | 'float' | 'double' | 'decimal' {
  const kinds = [kindOf(left), kindOf(right)];
  if (kinds.includes('decimal')) {
    if (kinds.includes('double') || kinds.includes('float')) throw unfit('an operator', left, right);
    return 'decimal';
  }
  if (kinds.includes('double')) return 'double';
  if (kinds.includes('float')) return 'float';
  const [first, second] = kinds as [string, string];
  const fitting = (kind: string) =>
    (first === kind && literal === 'right' && fits(kind as IntegerKind, integral(right as number))) ||
    (second === kind && literal === 'left' && fits(kind as IntegerKind, integral(left as number)));
  if (first === 'ulong' || second === 'ulong') {
    const other = first === 'ulong' ? second : first;
    if (['ulong', 'uint', 'ushort', 'byte', 'char'].includes(other) || fitting('ulong')) return 'ulong';
    throw unfit('an operator', left, right);
  }
  if (first === 'long' || second === 'long') return 'long';
  if (first === 'uint' || second === 'uint') {
    const other = first === 'uint' ? second : first;
    return ['uint', 'ushort', 'byte', 'char'].includes(other) || fitting('uint') ? 'uint' : 'long';
  }
  return 'int';
}

function intArithmetic(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return (left + right) | 0;
    case '-':
      return (left - right) | 0;
    case '*':
      return Math.imul(left, right);
    default:
      if (right === 0) throw divideByZero();
      if (right === -1 && left === -(2 ** 31))
        throw new ExpressionError('OverflowException', 'Arithmetic operation resulted in an overflow.');
      return operator === '/' ? Math.trunc(left / right) | 0 : (left % right) | 0;
  }
}

function wholeArithmetic(operator: string, left: bigint, right: bigint, kind: IntegerKind | 'int'): unknown {
  switch (operator) {
    case '+':
      return integer(kind, left + right);
    case '-':
      return integer(kind, left - right);
    case '*':
      return integer(kind, left * right);
    default:
      if (right === 0n) throw divideByZero();
      if (kind === 'long' && right === -1n && left === -(2n ** 63n))
        throw new ExpressionError('OverflowException', 'Arithmetic operation resulted in an overflow.');
      return integer(kind, operator === '/' ? left / right : left % right);
  }
}

function realArithmetic(operator: string, left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return operator === '/' ? left / right : left % right;
}

function decimalArithmetic(operator: string, left: Decimal, right: Decimal): Decimal {
  if (operator === '+') return left.add(right);
  if (operator === '-') return left.subtract(right);
  if (operator === '*') return left.multiply(right);
  return operator === '/' ? left.divide(right) : left.remainder(right);
}

function bitwise(operator: '&' | '|' | '^', left: unknown, right: unknown, literal: LiteralSide): unknown {
  if (typeof left === 'number' && typeof right === 'number')
    return operator === '&' ? left & right : operator === '|' ? left | right : left ^ right;
  if (typeof left === 'boolean' && typeof right === 'boolean')
    return operator === '&' ? left && right : operator === '|' ? left || right : left !== right;
  if (left instanceof EnumValue && right instanceof EnumValue) {
    const value =
      operator === '&'
        ? left.value & right.value
        : operator === '|'
          ? left.value | right.value
          : left.value ^ right.value;
    return new EnumValue(left.type, operator === '|' ? `${left.name}, ${right.name}` : String(value), value);
  }
  if (!isNumeric(left) || !isNumeric(right)) throw unfit(operator, left, right);
  const kind = promote(left, right, literal);
  if (kind === 'decimal' || kind === 'double' || kind === 'float') throw unfit(operator, left, right);
  const [a, b] = [integral(left as number), integral(right as number)];
  return integer(kind, operator === '&' ? a & b : operator === '|' ? a | b : a ^ b);
}

function shift(left: unknown, right: unknown, toLeft: boolean): unknown {
  if (typeof right !== 'number' && !(right instanceof Integer) && !(right instanceof Char))
    throw unfit('<<', left, right);
  const by = Number(integral(right));
  if (typeof left === 'number') return toLeft ? left << by : left >> by;
  if (left instanceof Char) return toLeft ? left.code << by : left.code >> by;
  if (!(left instanceof Integer)) throw unfit(toLeft ? '<<' : '>>', left, right);
  const wide = left.kind === 'long' || left.kind === 'ulong';
  const count = BigInt(by & (wide ? 63 : 31));
  const kind = wide || left.kind === 'uint' ? left.kind : 'int';
  return integer(kind, toLeft ? left.value << count : left.value >> count);
}

/** Ordering for `<` and its kin: NaN, which no comparison holds for, when a side is missing. */
function order(left: unknown, right: unknown, operator: string): number {
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right);
  if (left === null || right === null || left === undefined || right === undefined) return Number.NaN;
  const [a, b] = [ticksOf(left), ticksOf(right)];
  if (a === undefined || b === undefined || left.constructor !== right.constructor) throw unfit(operator, left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

function ticksOf(value: unknown): bigint | undefined {
  if (value instanceof DateTime || value instanceof TimeSpan) return value.ticks;
  if (value instanceof EnumValue) return BigInt(value.value);
  return value instanceof DateTimeOffset ? value.utcTicks : undefined;
}

export function negate(value: unknown): unknown {
  if (typeof value === 'number') return value === 0 ? 0 : -value | 0;
  if (value instanceof Real) return new Real(-value.value, value.kind);
  if (value instanceof Decimal) return value.negate();
  if (value instanceof TimeSpan) return new TimeSpan(-value.ticks);
  if (value instanceof Char) return -value.code;
  if (value === null) return null;
  if (!(value instanceof Integer) || value.kind === 'ulong') throw unfit('-', value, value);
  return integer(value.kind === 'long' || value.kind === 'uint' ? 'long' : 'int', -value.value);
}

export function complement(value: unknown): unknown {
  if (typeof value === 'number') return ~value;
  if (value instanceof Char) return ~value.code;
  if (!(value instanceof Integer)) throw unfit('~', value, value);
  return integer(/^(?:long|ulong|uint)$/.test(value.kind) ? value.kind : 'int', ~value.value);
}

function divideByZero(): ExpressionError {
  return new ExpressionError('DivideByZeroException', 'Attempted to divide by zero.');
}

function unfit(operator: string, left: unknown, right: unknown): ExpressionError {
  const name = (value: unknown) =>
    value instanceof JsonToken ? 'JToken' : isNumeric(value) ? kindOf(value) : typeof value;
  return new ExpressionError(
    'InvalidCastException',
    `Operator '${operator}' cannot be applied to operands of type '${name(left)}' and '${name(right)}'`,
  );
}
