import { ExpressionError } from '../errors.ts';
import type { Decimal } from './decimal.ts';
import { fits, type Integer, integer, Real, type IntegerKind } from './numbers.ts';

export type Operate = (left: unknown, right: unknown) => unknown;
export type ArithmeticKind = 'int' | 'uint' | 'long' | 'ulong' | 'float' | 'double' | 'decimal';

function divideByZero(): ExpressionError {
  return new ExpressionError('DivideByZeroException', 'Attempted to divide by zero.');
}

export function overflow(): ExpressionError {
  return new ExpressionError('OverflowException', 'Arithmetic operation resulted in an overflow.');
}

/** `+ - * / %` on two numbers of one kind. */
export function arithmetic(operator: string, kind: ArithmeticKind, checked: boolean): Operate {
  switch (kind) {
    case 'int':
      return intArithmetic(operator, checked);
    case 'double':
    case 'float':
      return (left, right) => new Real(realArithmetic(operator, (left as Real).value, (right as Real).value), kind);
    case 'decimal':
      return (left, right) => decimalArithmetic(operator, left as Decimal, right as Decimal);
    default:
      return (left, right) =>
        wholeArithmetic(operator, (left as Integer).value, (right as Integer).value, kind, checked);
  }
}

function intArithmetic(operator: string, checked: boolean): Operate {
  const guard = (value: number) => {
    if (value !== (value | 0)) throw overflow();
    return value;
  };
  switch (operator) {
    case '+':
      return checked
        ? (left, right) => guard((left as number) + (right as number))
        : (left, right) => ((left as number) + (right as number)) | 0;
    case '-':
      return checked
        ? (left, right) => guard((left as number) - (right as number))
        : (left, right) => ((left as number) - (right as number)) | 0;
    case '*':
      return checked
        ? (left, right) => guard((left as number) * (right as number) + 0)
        : (left, right) => Math.imul(left as number, right as number);
    default:
      return (left, right) => divideInts(operator, left as number, right as number);
  }
}

function divideInts(operator: string, left: number, right: number): number {
  if (right === 0) throw divideByZero();
  if (right === -1 && left === -(2 ** 31)) throw overflow();
  return operator === '/' ? (left / right) | 0 : (left % right) | 0;
}

function wholeArithmetic(operator: string, left: bigint, right: bigint, kind: IntegerKind, checked: boolean): unknown {
  if (operator === '/' || operator === '%') {
    if (right === 0n) throw divideByZero();
    if (kind === 'long' && right === -1n && left === -(2n ** 63n)) throw overflow();
    return integer(kind, operator === '/' ? left / right : left % right);
  }
  const value = operator === '+' ? left + right : operator === '-' ? left - right : left * right;
  if (checked && !fits(kind, value)) throw overflow();
  return integer(kind, value);
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

/** `& | ^` on two integers of one kind. */
export function bitwise(operator: string, kind: ArithmeticKind): Operate {
  if (kind === 'int') {
    if (operator === '&') return (left, right) => (left as number) & (right as number);
    if (operator === '|') return (left, right) => (left as number) | (right as number);
    return (left, right) => (left as number) ^ (right as number);
  }
  return (left, right) => {
    const [a, b] = [(left as Integer).value, (right as Integer).value];
    return integer(kind as IntegerKind, operator === '&' ? a & b : operator === '|' ? a | b : a ^ b);
  };
}

/** `<<` and `>>`: only the count's low bits count. */
export function shift(toLeft: boolean, kind: ArithmeticKind): Operate {
  if (kind === 'int')
    return toLeft
      ? (left, right) => (left as number) << (right as number)
      : (left, right) => (left as number) >> (right as number);
  const mask = kind === 'uint' ? 31 : 63;
  return (left, right) => {
    const { value } = left as Integer;
    const count = BigInt((right as number) & mask);
    return integer(kind as IntegerKind, toLeft ? value << count : value >> count);
  };
}

/** `-` and `~` on a number of a kind that promotion gives. */
export function negate(kind: ArithmeticKind, checked: boolean): (value: unknown) => unknown {
  switch (kind) {
    case 'int':
      return (value) => {
        if (checked && value === -(2 ** 31)) throw overflow();
        return (0 - (value as number)) | 0;
      };
    case 'double':
    case 'float':
      return (value) => new Real(-(value as Real).value, kind);
    case 'decimal':
      return (value) => (value as Decimal).negate();
    default:
      return (value) => wholeArithmetic('-', 0n, (value as Integer).value, kind, checked);
  }
}

export function complement(kind: ArithmeticKind): (value: unknown) => unknown {
  if (kind === 'int') return (value) => ~(value as number);
  return (value) => integer(kind as IntegerKind, ~(value as Integer).value);
}
