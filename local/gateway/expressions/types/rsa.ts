import { HashName, NetRsa, Padding, SignaturePadding } from '../net-rsa.ts';
import { argumentNull } from '../text-parts.ts';
import { typeTable } from '../type-table.ts';
import { range } from './bytes.ts';

const path = 'System.Security.Cryptography';
type Bytes = Uint8Array | null;

function present<T>(value: T | null, name: string): T {
  if (value === null) throw argumentNull(name);
  return value;
}

const hashNames = ['MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512'].map((name) => new HashName(name));
const noHash = new HashName(null);
const signaturePaddings = ['Pkcs1', 'Pss'].map((name) => new SignaturePadding(name));
const paddings = [
  new Padding('Pkcs1'),
  ...['SHA1', 'SHA256', 'SHA384', 'SHA512'].map((hash) => new Padding(`Oaep${hash}`, hash.toLowerCase())),
];

/** RSA with keys of certificates: `certificate.GetRSAPrivateKey().SignData(...)`. */
export const rsaTypes = [
  [
    typeTable(`struct ${path}.HashAlgorithmName`, {
      'static default: HashAlgorithmName': () => noHash,
      ...Object.fromEntries(hashNames.map((hash) => [`static ${hash.name}: HashAlgorithmName`, () => hash])),
      'new(string name)': (name: string | null) => new HashName(name),
      'Name: string': ({ name }: HashName) => name,
      'Equals(HashAlgorithmName other): bool': (left: HashName, right: HashName) => left.name === right.name,
      'ToString(): string': (hash: HashName) => hash.toNetString(),
    }),
    HashName,
  ],
  [
    typeTable(
      `class ${path}.RSASignaturePadding`,
      Object.fromEntries(
        signaturePaddings.map((padding) => [`static ${padding.name}: RSASignaturePadding`, () => padding]),
      ),
    ),
    SignaturePadding,
  ],
  [
    typeTable(
      `class ${path}.RSAEncryptionPadding`,
      Object.fromEntries(paddings.map((padding) => [`static ${padding.name}: RSAEncryptionPadding`, () => padding])),
    ),
    Padding,
  ],
  [
    typeTable(`class ${path}.AsymmetricAlgorithm : IDisposable`, {
      'KeySize: int': (rsa: NetRsa) => rsa.size,
      'Clear(): void': () => undefined,
      'Dispose(): void': () => undefined,
    }),
  ],
  [
    typeTable(`class ${path}.RSA : AsymmetricAlgorithm`, {
      'KeyExchangeAlgorithm: string': () => 'RSA',
      'SignatureAlgorithm: string': () => 'RSA',
      'SignData(byte[] data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding): byte[]': (
        rsa: NetRsa,
        bytes: Bytes,
        hash: HashName,
        padding: SignaturePadding | null,
      ) => rsa.sign(present(bytes, 'data'), hash, present(padding, 'padding')),
      'SignData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding): byte[]':
        (rsa: NetRsa, bytes: Bytes, offset: number, count: number, hash: HashName, padding: SignaturePadding | null) =>
          rsa.sign(range(bytes, offset, count, 'data'), hash, present(padding, 'padding')),
      'VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding): bool': (
        rsa: NetRsa,
        bytes: Bytes,
        signature: Bytes,
        hash: HashName,
        padding: SignaturePadding | null,
      ) => rsa.verify(present(bytes, 'data'), present(signature, 'signature'), hash, present(padding, 'padding')),
      'Encrypt(byte[] data, RSAEncryptionPadding padding): byte[]': (
        rsa: NetRsa,
        bytes: Bytes,
        padding: Padding | null,
      ) => rsa.encrypt(present(bytes, 'data'), present(padding, 'padding')),
      'Decrypt(byte[] data, RSAEncryptionPadding padding): byte[]': (
        rsa: NetRsa,
        bytes: Bytes,
        padding: Padding | null,
      ) => rsa.decrypt(present(bytes, 'data'), present(padding, 'padding')),
    }),
    NetRsa,
  ],
] as const;
