import { randomUUID } from 'node:crypto';
import { ExpressionError } from '../../errors.ts';
import { formatGuid, guidOf, parseGuid } from '../format-guid.ts';
import { argumentNull } from '../text-parts.ts';
import { Guid } from '../time.ts';
import { typeTable } from '../type-table.ts';

type Out = (value: unknown) => void;
const empty = new Guid('00000000-0000-0000-0000-000000000000');

function parsed(text: string | null, name: string, format?: string | null): Guid {
  if (text === null) throw argumentNull(name);
  if (format === null) throw argumentNull('format');
  const found = parseGuid(text, format);
  if (found) return found;
  throw new ExpressionError(
    'FormatException',
    'Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).',
  );
}

function tried(text: string | null, format: string | undefined, set: Out): boolean {
  const found = text === null ? undefined : parseGuid(text, format);
  set(found ?? empty);
  return found !== undefined;
}

/** The first three fields of a GUID are little-endian in bytes, and read from the left in text. */
function inFieldOrder(from: Uint8Array): Buffer {
  const bytes = Buffer.from(from);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function fromFields(a: number, b: number, c: number, rest: Iterable<number>): Guid {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(a >>> 0);
  bytes.writeUInt16BE(b & 0xffff, 4);
  bytes.writeUInt16BE(c & 0xffff, 6);
  bytes.set([...rest], 8);
  return guidOf(bytes.toString('hex'));
}

export const guidType = typeTable('struct System.Guid : IComparable, IFormattable', {
  'static default: Guid': () => empty,
  'static Empty: Guid': () => empty,
  'static NewGuid(): Guid': () => new Guid(randomUUID()),
  'static Parse(string input): Guid': (text: string | null) => parsed(text, 'input'),
  'static ParseExact(string input, string format): Guid': (text: string | null, format: string | null) =>
    parsed(text, 'input', format),
  'static TryParse(string input, out Guid result): bool': (text: string | null, set: Out) =>
    tried(text, undefined, set),
  'static TryParseExact(string input, string format, out Guid result): bool': (
    text: string | null,
    format: string | null,
    set: Out,
  ) => tried(text, format ?? 'D', set),
  'new(string g)': (text: string | null) => parsed(text, 'g'),
  'new(byte[] b)': (bytes: Uint8Array | null) => {
    if (bytes === null) throw argumentNull('b');
    if (bytes.length !== 16)
      throw new ExpressionError(
        'ArgumentException',
        'Byte array for GUID must be exactly 16 bytes long.\r\nParameter name: b',
      );
    return guidOf(inFieldOrder(bytes).toString('hex'));
  },
  'new(int a, short b, short c, byte[] d)': (a: number, b: number, c: number, rest: Uint8Array | null) => {
    if (rest === null) throw argumentNull('d');
    if (rest.length !== 8)
      throw new ExpressionError(
        'ArgumentException',
        'Byte array for GUID must be exactly 8 bytes long.\r\nParameter name: d',
      );
    return fromFields(a, b, c, rest);
  },
  'new(int a, short b, short c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)': (
    a: number,
    b: number,
    c: number,
    ...rest: number[]
  ) => fromFields(a, b, c, rest),
  'ToString(): string': (guid: Guid) => guid.text,
  'ToString(string format): string': (guid: Guid, format: string | null) => formatGuid(guid, format),
  'ToString(string format, IFormatProvider provider): string': (guid: Guid, format: string | null) =>
    formatGuid(guid, format),
  'ToByteArray(): byte[]': (guid: Guid) =>
    new Uint8Array(inFieldOrder(Buffer.from(guid.text.replaceAll('-', ''), 'hex'))),
  'CompareTo(Guid value): int': (guid: Guid, other: Guid) => order(guid, other),
  'CompareTo(object value): int': (guid: Guid, other: unknown) => {
    if (other === null) return 1;
    if (other instanceof Guid) return order(guid, other);
    throw new ExpressionError('ArgumentException', 'Object must be of type GUID.\r\nParameter name: value');
  },
  'Equals(Guid g): bool': (guid: Guid, other: Guid) => guid.text === other.text,
});

const order = (left: Guid, right: Guid) => (left.text < right.text ? -1 : Number(left.text > right.text));
