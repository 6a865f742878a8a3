import { displayName, type NetType } from './net-type.ts';
import type { TypeRegistry } from './type-registry.ts';
import { toText } from './values.ts';
import { ExpressionError } from '../errors.ts';
import { Decimal } from './decimal.ts';
import {
  castNumber,
  Char,
  checkedInteger,
  integral,
  isNumeric,
  kindOf,
  Real,
  toDouble,
  type IntegerKind,
  type NumberKind,
  type Numeric,
} from './numbers.ts';
import { JsonValue } from './json/json-token.ts';
import { parseBoolean } from './parse-boolean.ts';
import { parseDate } from './parse-date.ts';
import { parseNumber } from './parse-number.ts';
import { DateTime, EnumValue } from './time.ts';

const invalid = (from: string, to: string) =>
  new ExpressionError('InvalidCastException', `Invalid cast from '${from}' to '${to}'.`);
const noConvertible = () =>
  new ExpressionError('InvalidCastException', 'Unable to cast the object to type System.IConvertible.');

export const names: Readonly<Record<string, string>> = {
  int: 'Int32',
  uint: 'UInt32',
  long: 'Int64',
  ulong: 'UInt64',
  short: 'Int16',
  ushort: 'UInt16',
  byte: 'Byte',
  sbyte: 'SByte',
  float: 'Single',
  double: 'Double',
  decimal: 'Decimal',
  char: 'Char',
};
export const realKinds = new Set<string>(['float', 'double', 'decimal']);
const kindName = (value: unknown) =>
  value instanceof DateTime
    ? 'DateTime'
    : typeof value === 'boolean'
      ? 'Boolean'
      : (names[kindOf(value as Numeric)] ?? '');

/** `Convert.ToInt32(2.5)` rounds half to even and throws OverflowException where it does not fit. */
export function toNumber(kind: NumberKind, value: unknown): Numeric {
  if (value instanceof JsonValue) return toNumber(kind, value.value);
  if (value === null || value === undefined) return castNumber(kind, 0);
  if (typeof value === 'string') return parseNumber(kind, value);
  if (typeof value === 'boolean') return castNumber(kind, value ? 1 : 0);
  if (value instanceof EnumValue) return toNumber(kind, value.value);
  if (value instanceof DateTime) throw invalid('DateTime', names[kind] as string);
  if (!isNumeric(value)) throw noConvertible();
  if (realKinds.has(kind)) {
    if (value instanceof Char) throw invalid('Char', names[kind] as string);
    return castNumber(kind, value);
  }
  if (value instanceof Real && !(Math.abs(value.value) < 2 ** 64))
    return checkedInteger(kind as IntegerKind, 2n ** 70n);
  const whole = value instanceof Real || value instanceof Decimal ? roundedHalfEven(value) : integral(value);
  return checkedInteger(kind as IntegerKind, whole);
}

function roundedHalfEven(value: Real | Decimal): bigint {
  if (value instanceof Decimal) return value.round(0).truncate();
  const floor = Math.floor(value.value);
  const rest = value.value - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return BigInt(floor) + (up ? 1n : 0n);
}

/** `Convert.ToBoolean`. Throws InvalidCastException or FormatException. */
export function toBoolean(value: unknown): boolean {
  if (value instanceof JsonValue) return toBoolean(value.value);
  if (value === null || value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return parseBoolean(value);
  if (value instanceof Char || value instanceof DateTime) throw invalid(kindName(value), 'Boolean');
  if (value instanceof EnumValue) return value.value !== 0;
  if (isNumeric(value)) return toDouble(value) !== 0;
  throw noConvertible();
}

/** `Convert.ToChar`. Throws InvalidCastException, FormatException or OverflowException. */
export function toChar(value: unknown): Char {
  if (value === null || value === undefined) return new Char(0);
  if (value instanceof Char) return value;
  if (typeof value === 'string') return parseNumber('char', value) as Char;
  if (typeof value === 'boolean' || value instanceof Real || value instanceof Decimal || value instanceof DateTime)
    throw invalid(kindName(value), 'Char');
  if (!isNumeric(value)) throw noConvertible();
  const code = integral(value as number);
  if (code < 0n || code > 0xffffn)
    throw new ExpressionError('OverflowException', 'Value was either too large or too small for a character.');
  return new Char(Number(code));
}

/** `Convert.ToDateTime`. Throws InvalidCastException or FormatException. */
export function toDateTime(value: unknown): DateTime {
  if (value instanceof JsonValue) return toDateTime(value.value);
  if (value instanceof DateTime) return value;
  if (value === null || value === undefined) return new DateTime(0n);
  if (typeof value === 'string') {
    const found = parseDate(value);
    if (!found) throw new ExpressionError('FormatException', 'String was not recognized as a valid DateTime.');
    return found;
  }
  if (isNumeric(value) || typeof value === 'boolean') throw invalid(kindName(value), 'DateTime');
  throw noConvertible();
}

/** `Convert.ChangeType`. Throws InvalidCastException, FormatException or OverflowException. */
export function changeType(type: NetType, value: unknown, registry: TypeRegistry): unknown {
  const { name } = type;
  if (name === 'string') return value === null ? null : toText(value);
  if (name === 'object') return value;
  if (value === null) {
    if (registry.isValueType(type))
      throw new ExpressionError('InvalidCastException', 'Null object cannot be converted to a value type.');
    return null;
  }
  if (name === 'bool') return toBoolean(value);
  if (name === 'char') return toChar(value);
  if (name === 'DateTime') return toDateTime(value);
  if (name in names) return toNumber(name as NumberKind, value);
  throw invalid(typeof value === 'string' ? 'System.String' : kindName(value), displayName(type));
}
