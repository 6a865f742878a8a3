import { createHash, createHmac } from 'node:crypto';
import { Generic } from './collections.ts';
import { netType } from './net-type.ts';

/** A hash algorithm, keyed or not. */
export class Hash extends Generic {
  readonly algorithm: string;
  key: Uint8Array | undefined;
  /** What was digested last. */
  last: Uint8Array | null = null;
  /** What `TransformBlock` was given so far. */
  pending: Uint8Array[] = [];

  /** @param name The .NET class, such as `SHA256Managed`. */
  constructor(name: string, algorithm: string, key?: Uint8Array) {
    super(netType(name));
    this.algorithm = algorithm;
    this.key = key && Uint8Array.from(key);
  }

  digest(bytes: Uint8Array): Uint8Array {
    const made = this.key ? createHmac(this.algorithm, this.key) : createHash(this.algorithm);
    for (const part of this.pending) made.update(part);
    this.pending = [];
    this.last = new Uint8Array(made.update(bytes).digest());
    return this.last;
  }
}
