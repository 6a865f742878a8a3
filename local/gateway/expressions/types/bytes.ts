import { ExpressionError } from '../../errors.ts';
import { arrayWith } from '../collections.ts';
import { encodingOf, encodings, windows, type Encoding } from '../encoding.ts';
import { types } from '../net-type.ts';
import { Char } from '../numbers.ts';
import { argumentNull } from '../text-parts.ts';
import { typeTable } from '../type-table.ts';
import { toText } from '../values.ts';

/** A part of an array of bytes. Throws as .NET does where there is none. */
export function range(bytes: Uint8Array | null, index: number, count: number, name = 'bytes'): Uint8Array {
  if (bytes === null) throw argumentNull(name);
  if (index < 0 || count < 0) throw negative(index < 0 ? 'index' : 'count');
  if (index + count > bytes.length)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      `Index and count must refer to a location within the buffer.\r\nParameter name: ${name}`,
    );
  return bytes.subarray(index, index + count);
}

const negative = (name: string) =>
  new ExpressionError('ArgumentOutOfRangeException', `Non-negative number required.\r\nParameter name: ${name}`);

function present<T>(value: T | null, name: string): T {
  if (value === null) throw argumentNull(name);
  return value;
}

const joined = (chars: readonly unknown[] | null) => present(chars, 'chars').map(toText).join('');
const chars = (text: string) =>
  arrayWith(
    Array.from({ length: text.length }, (_, i) => new Char(text.charCodeAt(i))),
    types.char,
  );

const encoding = { get: (made: Encoding) => () => made };

export const encodingType = typeTable('class System.Text.Encoding', {
  ...Object.fromEntries(
    Object.entries(encodings).map(([name, made]) => [`static ${name}: Encoding`, encoding.get(made)]),
  ),
  'static Default: Encoding': encoding.get(windows),
  'static GetEncoding(string name): Encoding': encodingOf,
  'static GetEncoding(int codepage): Encoding': encodingOf,
  'static Convert(Encoding srcEncoding, Encoding dstEncoding, byte[] bytes): byte[]': (
    from: Encoding,
    to: Encoding,
    bytes: Uint8Array | null,
  ) => to.encode(from.decode(present(bytes, 'bytes'))),
  'GetBytes(string s): byte[]': (made: Encoding, text: string | null) => made.encode(present(text, 's')),
  'GetBytes(char[] chars): byte[]': (made: Encoding, items: unknown[] | null) => made.encode(joined(items)),
  'GetBytes(char[] chars, int index, int count): byte[]': (
    made: Encoding,
    items: unknown[] | null,
    index: number,
    count: number,
  ) => made.encode(joined(present(items, 'chars').slice(index, index + count))),
  'GetString(byte[] bytes): string': (made: Encoding, bytes: Uint8Array | null) => made.decode(present(bytes, 'bytes')),
  'GetString(byte[] bytes, int index, int count): string': (
    made: Encoding,
    bytes: Uint8Array | null,
    index: number,
    count: number,
  ) => made.decode(range(bytes, index, count)),
  'GetByteCount(string s): int': (made: Encoding, text: string | null) => made.encode(present(text, 's')).length,
  'GetByteCount(char[] chars): int': (made: Encoding, items: unknown[] | null) => made.encode(joined(items)).length,
  'GetChars(byte[] bytes): char[]': (made: Encoding, bytes: Uint8Array | null) =>
    chars(made.decode(present(bytes, 'bytes'))),
  'GetChars(byte[] bytes, int index, int count): char[]': (
    made: Encoding,
    bytes: Uint8Array | null,
    index: number,
    count: number,
  ) => chars(made.decode(range(bytes, index, count))),
  'GetCharCount(byte[] bytes): int': (made: Encoding, bytes: Uint8Array | null) =>
    made.decode(present(bytes, 'bytes')).length,
  'GetCharCount(byte[] bytes, int index, int count): int': (
    made: Encoding,
    bytes: Uint8Array | null,
    index: number,
    count: number,
  ) => made.decode(range(bytes, index, count)).length,
  'GetMaxByteCount(int charCount): int': (made: Encoding, count: number) => {
    if (count < 0) throw negative('charCount');
    return (count + 1) * (made.width ?? 3);
  },
  'GetMaxCharCount(int byteCount): int': (made: Encoding, count: number) => {
    if (count < 0) throw negative('byteCount');
    if (made.width === undefined) return count + 1;
    if (made.width === 2) return (count >> 1) + (count & 1) + 1;
    return made.width === 4 ? Math.trunc(count / 2) + 2 : count;
  },
  'GetPreamble(): byte[]': (made: Encoding) => Uint8Array.from(made.preamble),
  'WebName: string': (made: Encoding) => made.webName,
  'BodyName: string': (made: Encoding) => made.webName,
  'HeaderName: string': (made: Encoding) => made.webName,
  'EncodingName: string': (made: Encoding) => made.title,
  'CodePage: int': (made: Encoding) => made.codePage,
  'IsSingleByte: bool': (made: Encoding) => made.width === 1,
  'Equals(object value): bool': (made: Encoding, other: unknown) => made === other,
});

function view(bytes: Uint8Array | null, index: number, size: number): DataView {
  if (bytes === null) throw argumentNull('value');
  if (index < 0 || index >= bytes.length)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: startIndex',
    );
  if (index > bytes.length - size)
    throw new ExpressionError(
      'ArgumentException',
      'Destination array is not long enough to copy all the items in the collection. Check array index and length.\r\nParameter name: value',
    );
  return new DataView(bytes.buffer, bytes.byteOffset + index, size);
}

function written(size: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

function dashed(bytes: Uint8Array | null, index = 0, length?: number): string {
  if (bytes === null) throw argumentNull('value');
  const count = length ?? bytes.length - index;
  if (index < 0 || (index >= bytes.length && index > 0))
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'StartIndex cannot be less than zero.\r\nParameter name: startIndex',
    );
  if (count < 0)
    throw new ExpressionError('ArgumentOutOfRangeException', 'Value must be positive.\r\nParameter name: length');
  if (index + count > bytes.length)
    throw new ExpressionError(
      'ArgumentException',
      'Destination array is not long enough to copy all the items in the collection. Check array index and length.',
    );
  return Array.from(bytes.subarray(index, index + count), (byte) =>
    byte.toString(16).padStart(2, '0').toUpperCase(),
  ).join('-');
}

const readers = {
  'ToInt16|short': (bytes: Uint8Array, at: number) => view(bytes, at, 2).getInt16(0, true),
  'ToUInt16|ushort': (bytes: Uint8Array, at: number) => view(bytes, at, 2).getUint16(0, true),
  'ToInt32|int': (bytes: Uint8Array, at: number) => view(bytes, at, 4).getInt32(0, true),
  'ToUInt32|uint': (bytes: Uint8Array, at: number) => view(bytes, at, 4).getUint32(0, true),
  'ToInt64|long': (bytes: Uint8Array, at: number) => view(bytes, at, 8).getBigInt64(0, true),
  'ToUInt64|ulong': (bytes: Uint8Array, at: number) => view(bytes, at, 8).getBigUint64(0, true),
  'ToSingle|float': (bytes: Uint8Array, at: number) => view(bytes, at, 4).getFloat32(0, true),
  'ToDouble|double': (bytes: Uint8Array, at: number) => view(bytes, at, 8).getFloat64(0, true),
  'ToChar|char': (bytes: Uint8Array, at: number) => String.fromCharCode(view(bytes, at, 2).getUint16(0, true)),
  'ToBoolean|bool': (bytes: Uint8Array, at: number) => view(bytes, at, 1).getUint8(0) !== 0,
};

const writers = {
  short: (value: number) => written(2, (to) => to.setInt16(0, value, true)),
  ushort: (value: number) => written(2, (to) => to.setUint16(0, value, true)),
  int: (value: number) => written(4, (to) => to.setInt32(0, value, true)),
  uint: (value: number) => written(4, (to) => to.setUint32(0, value, true)),
  long: (value: bigint) => written(8, (to) => to.setBigInt64(0, value, true)),
  ulong: (value: bigint) => written(8, (to) => to.setBigUint64(0, value, true)),
  float: (value: number) => written(4, (to) => to.setFloat32(0, value, true)),
  double: (value: number) => written(8, (to) => to.setFloat64(0, value, true)),
  char: (value: string) => written(2, (to) => to.setUint16(0, value.charCodeAt(0), true)),
  bool: (value: boolean) => written(1, (to) => to.setUint8(0, Number(value))),
};

export const bitConverterType = typeTable('static System.BitConverter', {
  'static ToString(byte[] value): string': (bytes: Uint8Array | null) => dashed(bytes),
  'static ToString(byte[] value, int startIndex): string': (bytes: Uint8Array | null, index: number) =>
    dashed(bytes, index),
  'static ToString(byte[] value, int startIndex, int length): string': dashed,
  ...Object.fromEntries(
    Object.entries(readers).map(([key, read]) => {
      const [name, type] = key.split('|');
      return [`static ${name}(byte[] value, int startIndex): ${type}`, read];
    }),
  ),
  ...Object.fromEntries(
    Object.entries(writers).map(([type, write]) => [`static GetBytes(${type} value): byte[]`, write]),
  ),
  'static DoubleToInt64Bits(double value): long': (value: number) =>
    new DataView(writers.double(value).buffer).getBigInt64(0, true),
  'static Int64BitsToDouble(long value): double': (value: bigint) =>
    new DataView(writers.long(value).buffer).getFloat64(0, true),
  'const IsLittleEndian: bool': () => true,
});
