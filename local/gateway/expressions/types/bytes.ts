import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { ExpressionError } from '../../errors.ts';
import { type Integer, integer } from '../numbers.ts';
import { Hash } from '../hash.ts';
import { Guid } from '../time.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { formatGuid } from '../values.ts';

/** A .NET `Encoding`. */
export class Encoding {
  readonly name: BufferEncoding;
  readonly webName: string;
  constructor(name: BufferEncoding, webName: string) {
    this.name = name;
    this.webName = webName;
  }
}

const encodings = {
  UTF8: new Encoding('utf8', 'utf-8'),
  ASCII: new Encoding('ascii', 'us-ascii'),
  Unicode: new Encoding('utf16le', 'utf-16'),
  Latin1: new Encoding('latin1', 'iso-8859-1'),
};

function encodingNamed(name: string): Encoding {
  const found = Object.values(encodings).find(({ webName }) => webName === name.toLowerCase());
  if (!found) throw new ExpressionError('ArgumentException', `'${name}' is not a supported encoding name.`);
  return found;
}

function encode(encoding: Encoding, text: string): Uint8Array {
  if (encoding.name === 'ascii')
    return Uint8Array.from(text, (char) => (char.charCodeAt(0) < 128 ? char.charCodeAt(0) : 63));
  return new Uint8Array(Buffer.from(text, encoding.name));
}

export const encodingType = typeTable('Encoding', {
  'static UTF8: Encoding': () => encodings.UTF8,
  'static ASCII: Encoding': () => encodings.ASCII,
  'static Unicode: Encoding': () => encodings.Unicode,
  'static GetEncoding(string name): Encoding': encodingNamed,
  'GetBytes(string text): byte[]': encode,
  'GetString(byte[] bytes): string': (encoding: Encoding, bytes: Uint8Array) =>
    Buffer.from(bytes).toString(encoding.name),
  'GetString(byte[] bytes, int index, int count): string': (
    encoding: Encoding,
    bytes: Uint8Array,
    index: number,
    count: number,
  ) =>
    Buffer.from(bytes)
      .subarray(index, index + count)
      .toString(encoding.name),
  'GetByteCount(string text): int': (encoding: Encoding, text: string) => encode(encoding, text).length,
  'WebName: string': (encoding: Encoding) => encoding.webName,
});

const hashMembers = {
  'ComputeHash(byte[] bytes): byte[]': (hash: Hash, bytes: Uint8Array) => hash.digest(bytes),
  'Dispose(): void': () => undefined,
};
const algorithms = ['SHA1', 'SHA256', 'SHA384', 'SHA512', 'MD5'] as const;

export const hashTypes: readonly TypeTable[] = [
  typeTable('HashAlgorithm', hashMembers),
  ...algorithms.flatMap((name) => {
    const algorithm = name.toLowerCase();
    const plain = () => new Hash(algorithm);
    return [
      typeTable(name, { [`static Create(): HashAlgorithm`]: plain }, 'HashAlgorithm'),
      typeTable(`${name}Managed`, { 'new(): HashAlgorithm': plain }, 'HashAlgorithm'),
      typeTable(`${name}CryptoServiceProvider`, { 'new(): HashAlgorithm': plain }, 'HashAlgorithm'),
      typeTable(
        `HMAC${name}`,
        {
          'new(byte[] key?): HashAlgorithm': (key?: Uint8Array) =>
            new Hash(algorithm, key ?? new Uint8Array(randomBytes(64))),
        },
        'HashAlgorithm',
      ),
    ];
  }),
];

function view(bytes: Uint8Array, index: number, size: number): Buffer {
  if (index < 0 || index + size > bytes.length)
    throw new ExpressionError(
      'ArgumentException',
      'Destination array is not long enough to copy all the items in the collection.',
    );
  return Buffer.from(bytes.buffer, bytes.byteOffset + index, size);
}

export const bitConverterType = typeTable('BitConverter', {
  'static ToString(byte[] bytes): string': (bytes: Uint8Array) =>
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('-'),
  'static ToInt16(byte[] bytes, int index): object': (bytes: Uint8Array, index: number) =>
    integer('short', BigInt(view(bytes, index, 2).readInt16LE())),
  'static ToUInt16(byte[] bytes, int index): object': (bytes: Uint8Array, index: number) =>
    integer('ushort', BigInt(view(bytes, index, 2).readUInt16LE())),
  'static ToInt32(byte[] bytes, int index): int': (bytes: Uint8Array, index: number) =>
    view(bytes, index, 4).readInt32LE(),
  'static ToUInt32(byte[] bytes, int index): uint': (bytes: Uint8Array, index: number) =>
    view(bytes, index, 4).readUInt32LE(),
  'static ToInt64(byte[] bytes, int index): long': (bytes: Uint8Array, index: number) =>
    view(bytes, index, 8).readBigInt64LE(),
  'static ToUInt64(byte[] bytes, int index): ulong': (bytes: Uint8Array, index: number) =>
    view(bytes, index, 8).readBigUInt64LE(),
  'static ToDouble(byte[] bytes, int index): double': (bytes: Uint8Array, index: number) =>
    view(bytes, index, 8).readDoubleLE(),
  'static GetBytes(int value): byte[]': (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return new Uint8Array(bytes);
  },
  'static GetBytes(long value): byte[]': (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return new Uint8Array(bytes);
  },
  'static GetBytes(uint value): byte[]': (value: Integer) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(Number(value.value));
    return new Uint8Array(bytes);
  },
  'static IsLittleEndian: bool': () => true,
});

export const guidType = typeTable('Guid', {
  'static NewGuid(): Guid': () => new Guid(randomUUID()),
  'static Empty: Guid': () => new Guid('00000000-0000-0000-0000-000000000000'),
  'static Parse(string text): Guid': (text: string) => parseGuid(text) ?? badGuid(),
  'static TryParse(string text, out value): bool': (text: string | null, set: (value: unknown) => void) => {
    const found = text === null ? undefined : parseGuid(text);
    set(found ?? new Guid('00000000-0000-0000-0000-000000000000'));
    return found !== undefined;
  },
  'new()': () => new Guid('00000000-0000-0000-0000-000000000000'),
  'new(string text)': (text: string) => parseGuid(text) ?? badGuid(),
  'new(byte[] bytes)': (bytes: Uint8Array) => {
    if (bytes.length !== 16)
      throw new ExpressionError('ArgumentException', 'Byte array for GUID must be exactly 16 bytes long.');
    return parseGuid(inFieldOrder(bytes).toString('hex')) ?? badGuid();
  },
  'ToString(string format?): string': (guid: Guid, format = 'D') => formatGuid(guid, format),
  'ToByteArray(): byte[]': (guid: Guid) =>
    new Uint8Array(inFieldOrder(Buffer.from(guid.text.replaceAll('-', ''), 'hex'))),
});

/** The first three fields of a GUID are little-endian in bytes, and read from the left in text. */
function inFieldOrder(from: Uint8Array): Buffer {
  const bytes = Buffer.from(from);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function parseGuid(text: string): Guid | undefined {
  const plain = text.trim().replace(/^[{(]|[)}]$/g, '');
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(plain)) return undefined;
  const digits = plain.replaceAll('-', '');
  return new Guid(
    [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-'),
  );
}

function badGuid(): never {
  throw new ExpressionError(
    'FormatException',
    'Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).',
  );
}

/** A .NET `Random`. A seed is taken and ignored: its sequence is not reproduced. */
export class Random {
  next(low: number, high: number): number {
    return low + Math.floor(Math.random() * (high - low));
  }
}

export const randomType = typeTable('Random', {
  'new(int seed?)': () => new Random(),
  'Next(): int': (random: Random) => random.next(0, 2 ** 31 - 1),
  'Next(int high): int': (random: Random, high: number) => random.next(0, high),
  'Next(int low, int high): int': (random: Random, low: number, high: number) => random.next(low, high),
  'NextDouble(): double': () => Math.random(),
  'static Shared: Random': () => new Random(),
});

export const randomNumberType = typeTable('RandomNumberGenerator', {
  'static GetBytes(int count): byte[]': (count: number) => new Uint8Array(randomBytes(count)),
});

/** API Management's own `bytes.Encrypt("Aes", key, iv)`: CBC, padded. */
export const cipherMembers = {
  'Encrypt(string algorithm, byte[] key, byte[] iv): byte[]': (
    bytes: Uint8Array,
    algorithm: string,
    key: Uint8Array,
    iv: Uint8Array,
  ) => {
    const cipher = createCipheriv(aes(algorithm, key), key, iv);
    return new Uint8Array(Buffer.concat([cipher.update(bytes), cipher.final()]));
  },
  'Decrypt(string algorithm, byte[] key, byte[] iv): byte[]': (
    bytes: Uint8Array,
    algorithm: string,
    key: Uint8Array,
    iv: Uint8Array,
  ) => {
    const cipher = createDecipheriv(aes(algorithm, key), key, iv);
    return new Uint8Array(Buffer.concat([cipher.update(bytes), cipher.final()]));
  },
};

function aes(algorithm: string, key: Uint8Array): string {
  if (!/^aes$/i.test(algorithm) || ![16, 24, 32].includes(key.length))
    throw new ExpressionError('CryptographicException', 'Only Aes with a key of 16, 24 or 32 bytes is supported.');
  return `aes-${key.length * 8}-cbc`;
}
