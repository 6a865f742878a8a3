import { ExpressionError } from '../../errors.ts';
import { castNumber, checkedInteger, type IntegerKind, type Numeric } from '../numbers.ts';
import { parseNumber } from '../parse-number.ts';
import { argumentNull } from '../text-parts.ts';
import type { EnumValue } from '../time.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import type { TypeValue } from '../type-value.ts';
import { formatValue, toText } from '../values.ts';
import { changeType, names, realKinds, toBoolean, toChar, toDateTime, toNumber } from '../to-type.ts';

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
  if (text === '')
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: startIndex',
    );
  if (!rule) return parseNumber(kind, text);
  if (text.startsWith('-'))
    throw new ExpressionError('ArgumentException', 'String cannot contain a minus sign if the base is not 10.');
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

const changed = (by: TypeArguments, value: unknown, { type }: TypeValue) => changeType(type, value, by.registry);

type Signatures = Record<string, (...args: never[]) => unknown>;

/** The overloads that decide by the argument's static type what is boxed; the boxed value says the rest. */
function numberMembers(): Signatures {
  const made: Signatures = {};
  for (const kind of [
    'int',
    'long',
    'short',
    'byte',
    'uint',
    'ulong',
    'ushort',
    'sbyte',
    'double',
    'float',
    'decimal',
  ] as const) {
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
  'static ToChar(string value): char': (value: string | null) => {
    if (value === null) throw argumentNull('value');
    return toChar(value);
  },
  'static ToDateTime(object value): DateTime': toDateTime,
  'static ToDateTime(object value, IFormatProvider provider): DateTime': toDateTime,
  'static ToString(string value): string': (value: string | null) => value,
  'static ToString(object value): string': toText,
  'static ToString(object value, IFormatProvider provider): string': (value: unknown, provider: unknown) =>
    formatValue(value, undefined, provider),
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
  ) =>
    fromBase64(
      chars
        .slice(offset, offset + length)
        .map(toText)
        .join(''),
    ),
  // .NET 5 has it, which newer gateways run.
  'static ToHexString(byte[] inArray): string': (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase(),
  'typed static ChangeType(object value, Type conversionType): object': changed,
  'typed static ChangeType(object value, Type conversionType, IFormatProvider provider): object': changed,
  'static IsDBNull(object value): bool': () => false,
});
