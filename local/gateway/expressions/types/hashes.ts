import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ExpressionError } from '../../errors.ts';
import { Hash } from '../hash.ts';
import { argumentNull } from '../text-parts.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { nullReference } from '../values.ts';

const path = 'System.Security.Cryptography';
const bits: Readonly<Record<string, number>> = { MD5: 128, SHA1: 160, SHA256: 256, SHA384: 384, SHA512: 512 };

function part(bytes: Uint8Array | null, offset: number, count: number, name: string): Uint8Array {
  if (bytes === null) throw argumentNull(name);
  if (offset < 0)
    throw new ExpressionError('ArgumentOutOfRangeException', 'Non-negative number required.\r\nParameter name: offset');
  if (count < 0 || count > bytes.length) throw new ExpressionError('ArgumentException', 'Value was invalid.');
  if (bytes.length - count < offset)
    throw new ExpressionError(
      'ArgumentException',
      'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
    );
  return bytes.slice(offset, offset + count);
}

/** The class that `Create` makes where none is named. */
const standard = (name: string) =>
  new Hash(`${name}${name === 'MD5' || name === 'SHA1' ? 'CryptoServiceProvider' : 'Managed'}`, name.toLowerCase());

function named(given: string | null): Hash | null {
  if (given === null) throw argumentNull('name');
  const name = given
    .replace(/^System\.Security\.Cryptography\./, '')
    .replace('-', '')
    .toUpperCase();
  return Object.hasOwn(bits, name) ? standard(name) : null;
}

function keyed(name: string, key: Uint8Array | null = new Uint8Array(randomBytes(64))): Hash {
  if (key === null) throw nullReference();
  return new Hash(`HMAC${name}`, name.toLowerCase(), key);
}

function keyedNamed(given: string | null): Hash | null {
  if (given === null) throw argumentNull('name');
  const name = given
    .replace(/^System\.Security\.Cryptography\./, '')
    .toUpperCase()
    .replace(/^HMAC/, '');
  return Object.hasOwn(bits, name) && /HMAC/i.test(given) ? keyed(name) : null;
}

const sizeOf = (hash: Hash) => bits[hash.algorithm.toUpperCase()] as number;

const bases = [
  typeTable(`class ${path}.HashAlgorithm : IDisposable`, {
    'static Create(): HashAlgorithm': () => standard('SHA1'),
    'static Create(string hashName): HashAlgorithm': named,
    'ComputeHash(byte[] buffer): byte[]': (hash: Hash, bytes: Uint8Array | null) => {
      if (bytes === null) throw argumentNull('buffer');
      return hash.digest(bytes);
    },
    'ComputeHash(byte[] buffer, int offset, int count): byte[]': (
      hash: Hash,
      bytes: Uint8Array | null,
      offset: number,
      count: number,
    ) => hash.digest(part(bytes, offset, count, 'buffer')),
    'TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, int outputOffset): int': (
      hash: Hash,
      bytes: Uint8Array | null,
      offset: number,
      count: number,
      to: Uint8Array | null,
      toOffset: number,
    ) => {
      const given = part(bytes, offset, count, 'inputBuffer');
      hash.pending.push(given);
      to?.set(given, toOffset);
      return count;
    },
    'TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount): byte[]': (
      hash: Hash,
      bytes: Uint8Array | null,
      offset: number,
      count: number,
    ) => {
      const given = part(bytes, offset, count, 'inputBuffer');
      hash.digest(given);
      return given;
    },
    'Hash: byte[]': (hash: Hash) => hash.last,
    'HashSize: int': sizeOf,
    'InputBlockSize: int': () => 1,
    'OutputBlockSize: int': () => 1,
    'CanReuseTransform: bool': () => true,
    'CanTransformMultipleBlocks: bool': () => true,
    'Initialize(): void': (hash: Hash) => void (hash.pending = []),
    'Clear(): void': () => undefined,
    'Dispose(): void': () => undefined,
  }),
  typeTable(`class ${path}.KeyedHashAlgorithm : HashAlgorithm`, {
    'static Create(): KeyedHashAlgorithm': () => keyed('SHA1'),
    'static Create(string algName): KeyedHashAlgorithm': keyedNamed,
    'Key: byte[]': (hash: Hash) => hash.key?.slice() ?? null,
    'set_Key(byte[] value): void': (hash: Hash, key: Uint8Array) => void (hash.key = key.slice()),
  }),
  typeTable(`class ${path}.HMAC : KeyedHashAlgorithm`, {
    'static Create(): HMAC': () => keyed('SHA1'),
    'static Create(string algorithmName): HMAC': keyedNamed,
    'HashName: string': (hash: Hash) => hash.algorithm.toUpperCase(),
  }),
];

/** `SHA1Managed` and its like; not all algorithms have both. */
function implementations(name: string): TypeTable[] {
  const kinds = name === 'MD5' ? ['CryptoServiceProvider', 'Cng'] : ['Managed', 'CryptoServiceProvider', 'Cng'];
  return kinds.map((kind) =>
    typeTable(`class ${path}.${name}${kind} : ${name}`, {
      'new()': () => new Hash(`${name}${kind}`, name.toLowerCase()),
    }),
  );
}

export const hashTypes: readonly TypeTable[] = [
  ...bases,
  ...Object.keys(bits).flatMap((name) => [
    typeTable(`class ${path}.${name} : HashAlgorithm`, {
      [`static Create(): ${name}`]: () => standard(name),
      [`static Create(string algName): ${name}`]: named,
    }),
    ...implementations(name),
    typeTable(`class ${path}.HMAC${name} : HMAC`, {
      'new()': () => keyed(name),
      'new(byte[] key)': (key: Uint8Array | null) => keyed(name, key),
      ...(name === 'SHA1' && {
        'new(byte[] key, bool useManagedSha1)': (key: Uint8Array | null) => keyed(name, key),
      }),
    }),
  ]),
];

/** API Management's own, on arrays of bytes: `bytes.Encrypt("Aes", key, iv)`, in blocks that follow from each other. */
export const cipherType = typeTable('static CipherExtensions', {
  'static Encrypt(this byte[] input, string alg, byte[] key, byte[] iv): byte[]': (
    bytes: Uint8Array,
    algorithm: string,
    key: Uint8Array,
    iv: Uint8Array,
  ) => {
    const cipher = createCipheriv(aes(algorithm, key), key, iv);
    return new Uint8Array(Buffer.concat([cipher.update(bytes), cipher.final()]));
  },
  'static Decrypt(this byte[] input, string alg, byte[] key, byte[] iv): byte[]': (
    bytes: Uint8Array,
    algorithm: string,
    key: Uint8Array,
    iv: Uint8Array,
  ) => {
    const cipher = createDecipheriv(aes(algorithm, key), key, iv);
    return new Uint8Array(Buffer.concat([cipher.update(bytes), cipher.final()]));
  },
});

function aes(algorithm: string, key: Uint8Array): string {
  if (!/^aes$/i.test(algorithm) || ![16, 24, 32].includes(key.length))
    throw new ExpressionError('CryptographicException', 'Only Aes with a key of 16, 24 or 32 bytes is supported.');
  return `aes-${key.length * 8}-cbc`;
}
