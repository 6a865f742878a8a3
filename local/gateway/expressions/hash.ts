import { createHash, createHmac } from 'node:crypto';

/** A hash algorithm, keyed or not. */
export class Hash {
  readonly algorithm: string;
  key: Uint8Array | undefined;
  constructor(algorithm: string, key?: Uint8Array) {
    this.algorithm = algorithm;
    this.key = key;
  }

  digest(bytes: Uint8Array): Uint8Array {
    const made = this.key ? createHmac(this.algorithm, this.key) : createHash(this.algorithm);
    return new Uint8Array(made.update(bytes).digest());
  }
}
