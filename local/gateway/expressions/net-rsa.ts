import { constants, createPublicKey, privateDecrypt, publicEncrypt, sign, verify, type KeyObject } from 'node:crypto';
import { ExpressionError } from '../errors.ts';

/** A .NET `RSASignaturePadding` or `RSAEncryptionPadding`. */
export class Padding {
  readonly name: string;
  /** The hash of OAEP. */
  readonly hash: string | undefined;
  constructor(name: string, hash?: string) {
    this.name = name;
    this.hash = hash;
  }

  toNetString(): string {
    return this.name;
  }
}

export class SignaturePadding extends Padding {}

/** A .NET `HashAlgorithmName`. */
export class HashName {
  readonly name: string | null;
  constructor(name: string | null) {
    this.name = name;
  }

  toNetString(): string {
    return this.name ?? '';
  }
}

const failed = (text: string) => new ExpressionError('CryptographicException', text);

/** A .NET `RSA` with the key of a certificate. */
export class NetRsa {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** In bits. */
  get size(): number {
    return this.#key.asymmetricKeyDetails?.modulusLength ?? 0;
  }

  sign(bytes: Uint8Array, { name }: HashName, padding: SignaturePadding): Uint8Array {
    if (this.#key.type !== 'private') throw failed('The key has no private part.');
    return new Uint8Array(sign(digest(name), bytes, { key: this.#key, ...signatureOptions(padding) }));
  }

  verify(bytes: Uint8Array, signature: Uint8Array, { name }: HashName, padding: SignaturePadding): boolean {
    return verify(digest(name), bytes, { key: this.#key, ...signatureOptions(padding) }, signature);
  }

  encrypt(bytes: Uint8Array, padding: Padding): Uint8Array {
    const key = this.#key.type === 'private' ? createPublicKey(this.#key) : this.#key;
    return attempt(() => publicEncrypt({ key, ...encryptionOptions(padding) }, bytes));
  }

  decrypt(bytes: Uint8Array, padding: Padding): Uint8Array {
    if (this.#key.type !== 'private') throw failed('The key has no private part.');
    return attempt(() => privateDecrypt({ key: this.#key, ...encryptionOptions(padding) }, bytes));
  }
}

function attempt(work: () => Uint8Array): Uint8Array {
  try {
    return new Uint8Array(work());
  } catch (error) {
    throw failed((error as Error).message);
  }
}

function digest(name: string | null): string {
  if (name !== null && /^(?:MD5|SHA1|SHA256|SHA384|SHA512)$/.test(name)) return name.toLowerCase();
  throw failed(`'${name ?? ''}' is not a known hash algorithm.`);
}

function signatureOptions({ name }: SignaturePadding) {
  return name === 'Pss'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
}

function encryptionOptions({ hash }: Padding) {
  return hash === undefined
    ? { padding: constants.RSA_PKCS1_PADDING }
    : { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash };
}
