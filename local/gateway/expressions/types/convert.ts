import { ExpressionError } from '../../errors.ts';
import { Decimal } from '../decimal.ts';
import { displayName } from '../net-type.ts';
import {
  castNumber,
  Char,
  checkedInteger,
  integral,
  isNumeric,
  kindOf,
  Real,
  toDecimal,
  toDouble,
  type IntegerKind,
  type NumberKind,
  type Numeric,
} from '../numbers.ts';
import { parseBoolean } from '../parse-boolean.ts';
import { parseDate } from '../parse-date.ts';
import { parseNumber } from '../parse-number.ts';
import { argumentNull } from '../text-parts.ts';
import { DateTime, EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';
import type { TypeArguments } from '../type-arguments.ts';
import type { TypeValue } from '../type-value.ts';
import { toText } from '../values.ts';

const invalid = (from: string, to: string) =>
  new ExpressionError('InvalidCastException', `Invalid cast from '${from}' to '${to}'.`);
const noConvertible = () =>
  new ExpressionError('InvalidCastException', 'Unable to cast the object to type System.IConvertible.');

const names: Readonly<Record<string, string>> = {
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
const realKinds = new Set<string>(['float', 'double', 'decimal']);
const kindName = (value: unknown) =>
  value instanceof DateTime ? 'DateTime' : typeof value === 'boolean' ? 'Boolean' : (names[kindOf(value as Numeric)] ?? '');

/** `Convert.ToInt32(2.5)` rounds half to even and throws OverflowException where it does not fit. */
export function toNumber(kind: NumberKind, value: unknown): Numeric {
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
  if (value instanceof Real && !(Math.abs(value.value) < 2 ** 64)) return checkedInteger(kind as IntegerKind, 2n ** 70n);
  const whole =
    value instanceof Real || value instanceof Decimal ? roundedHalfEven(value) : integral(value as number);
  return checkedInteger(kind as IntegerKind, whole);
}

function roundedHalfEven(value: Real | Decimal): bigint {
  if (value instanceof Decimal) return value.round(0).truncate();
  const floor = Math.floor(value.value);
  const rest = value.value - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return BigInt(floor) + (up ? 1n : 0n);
}

function toBoolean(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return parseBoolean(value);
  if (value instanceof Char || value instanceof DateTime) throw invalid(kindName(value), 'Boolean');
  if (value instanceof EnumValue) return value.value !== 0;
  if (isNumeric(value)) return toDouble(value) !== 0;
  throw noConvertible();
}

function toChar(value: unknown): Char {
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

function toDateTime(value: unknown): DateTime {
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

const digits: Readonly<Record<number, readonly [RegExp, string]>> = {
  2: [/^[01]+$/, '0b'],
  8: [/^[0-7]+$/, '0o'],
  16: [/^[0-9a-f]+$/i, '0x'],
};

const badBase = () => new ExpressionError('ArgumentException', 'Invalid Base.');

/** `Convert.ToInt32("ff", 16)`: the bits of the number, so that "ffffffff" is -1. */
function fromBase(kind: IntegerKind | 'int', text: string | null, base: number): Numeric {
  const rule = digits[base];
  if (!rule && base !== 10) throw badBase();
  if (text === null) return castNumber(kind, 0);
  if (!rule) return parseNumber(kind, text);
  if (text === '')
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: startIndex',
    );
  if (text.startsWith('-')) throw new ExpressionError('ArgumentException', 'String cannot contain a minus sign if the base is not 10.');
  const plain = base === 16 ? text.replace(/^0x/i, '') : text;
  if (!rule[0].test(plain)) throw new ExpressionError('FormatException', 'Could not find any recognizable digits.');
  const value = BigInt(`${rule[1]}${plain}`);
  if (value >= 2n ** BigInt(sizeOf(kind))) return checkedInteger(kind, 2n ** 70n);
  return castNumber(kind, castNumber('ulong', checkedInteger('ulong', value)));
}

function sizeOf(kind: string): number {
  if (kind.endsWith('long')) return 64;
  return kind.endsWith('byte') ? 8 : kind.endsWith('short') ? 16 : 32;
}

function toBase(kind: IntegerKind | 'int', value: number | bigint, base: number): string {
  if (base === 10) return String(value);
  if (!digits[base]) throw badBase();
  return BigInt.asUintN(sizeOf(kind), BigInt(value)).toString(base);
}

function fromBase64(text: string | null): Uint8Array {
  if (text === null) throw argumentNull('s');
  const plain = text.replace(/[ \t\r\n]/g, '');
  if (plain.length % 4 !== 0)
    throw new ExpressionError('FormatException', 'Invalid length for a Base-64 char array or string.');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain))
    throw new ExpressionError(
      'FormatException',
      'The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters. ',
    );
  return new Uint8Array(Buffer.from(plain, 'base64'));
}

function toBase64(bytes: Uint8Array | null, options?: EnumValue): string {
  if (bytes === null) throw argumentNull('inArray');
  const text = Buffer.from(bytes).toString('base64');
  return options?.value === 1 ? (text.match(/.{1,76}/g) ?? []).join('\r\n') : text;
}

function changeType(by: TypeArguments, value: unknown, { type }: TypeValue): unknown {
  const { name } = type;
  if (name === 'string') return value === null ? null : toText(value);
  if (name === 'object') return value;
  if (value === null) {
    if (by.registry.isValueType(type))
      throw new ExpressionError('InvalidCastException', 'Null object cannot be converted to a value type.');
    return null;
  }
  if (name === 'bool') return toBoolean(value);
  if (name === 'char') return toChar(value);
  if (name === 'DateTime') return toDateTime(value);
  if (name in names) return toNumber(name as NumberKind, value);
  throw invalid(typeof value === 'string' ? 'System.String' : kindName(value), displayName(type));
}

type Signatures = Record<string, (...args: never[]) => unknown>;

/** The overloads that decide by the argument's static type what is boxed; the boxed value says the rest. */
function numberMembers(): Signatures {
  const made: Signatures = {};
  for (const kind of ['int', 'long', 'short', 'byte', 'uint', 'ulong', 'ushort', 'sbyte', 'double', 'float', 'decimal'] as const) {
    const method = `To${names[kind]}`;
    const convert = (value: unknown) => toNumber(kind, value);
    made[`static ${method}(object value): ${kind}`] = convert;
    made[`static ${method}(object value, IFormatProvider provider): ${kind}`] = convert;
    if (!realKinds.has(kind))
      made[`static ${method}(string value, int fromBase): ${kind}`] = (value: string | null, base: number) =>
        fromBase(kind as IntegerKind, value, base);
  }
  for (const kind of ['byte', 'short', 'int', 'long'] as const)
    made[`static ToString(${kind} value, int toBase): string`] = (value: number | bigint, base: number) =>
      toBase(kind, value, base);
  return made;
}

export const convertType = typeTable('static System.Convert', {
  ...numberMembers(),
  'static ToBoolean(object value): bool': toBoolean,
  'static ToBoolean(object value, IFormatProvider provider): bool': toBoolean,
  'static ToChar(object value): char': toChar,
  'static ToDateTime(object value): DateTime': toDateTime,
  'static ToDateTime(object value, IFormatProvider provider): DateTime': toDateTime,
  'static ToString(string value): string': (value: string | null) => value,
  'static ToString(object value): string': toText,
  'static ToString(object value, IFormatProvider provider): string': toText,
  'static ToBase64String(byte[] inArray): string': toBase64,
  'static ToBase64String(byte[] inArray, Base64FormattingOptions options): string': toBase64,
  'static ToBase64String(byte[] inArray, int offset, int length): string': (
    bytes: Uint8Array,
    offset: number,
    length: number,
  ) => toBase64(bytes.subarray(offset, offset + length)),
  'static FromBase64String(string s): byte[]': fromBase64,
  'static FromBase64CharArray(char[] inArray, int offset, int length): byte[]': (
    chars: unknown[],
    offset: number,
    length: number,
  ) => fromBase64(chars.slice(offset, offset + length).map(toText).join('')),
  // .NET 5 has it, which newer gateways run.
  'static ToHexString(byte[] inArray): string': (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase(),
  'typed static ChangeType(object value, Type conversionType): object': changeType,
  'typed static ChangeType(object value, Type conversionType, IFormatProvider provider): object': changeType,
  'static IsDBNull(object value): bool': () => false,
});
