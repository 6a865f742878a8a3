import type { Json } from './json.ts';

const mask = 0xffff_ffff_ffff_ffffn;
const multiply = (a: bigint, b: bigint) => (a * b) & mask;
const rotate = (x: bigint, bits: bigint) => ((x << bits) | (x >> (64n - bits))) & mask;
const c1 = 0x87c3_7b91_1142_53d5n;
const c2 = 0x4cf5_ad43_2745_937fn;

function finish(hash: bigint): bigint {
  let h = hash;
  h = multiply(h ^ (h >> 33n), 0xff51_afd7_ed55_8ccdn);
  h = multiply(h ^ (h >> 33n), 0xc4ce_b9fe_1a85_ec53n);
  return h ^ (h >> 33n);
}

/** MurmurHash3, x64, 128 bits, seed 0 (Austin Appleby's public-domain algorithm), as 16 bytes, low half first. */
function murmurHash128(bytes: Buffer): Buffer {
  const padded = Buffer.concat([bytes, Buffer.alloc(16 - (bytes.length % 16))]);
  const whole = bytes.length - (bytes.length % 16);
  const [mix1, mix2] = [
    (k: bigint) => multiply(rotate(multiply(k, c1), 31n), c2),
    (k: bigint) => multiply(rotate(multiply(k, c2), 33n), c1),
  ];
  let [h1, h2] = [0n, 0n];
  for (let at = 0; at < whole; at += 16) {
    h1 = rotate(h1 ^ mix1(padded.readBigUInt64LE(at)), 27n);
    h1 = (multiply((h1 + h2) & mask, 5n) + 0x52dc_e729n) & mask;
    h2 = rotate(h2 ^ mix2(padded.readBigUInt64LE(at + 8)), 31n);
    h2 = (multiply((h2 + h1) & mask, 5n) + 0x3849_5ab5n) & mask;
  }
  h1 ^= mix1(padded.readBigUInt64LE(whole)) ^ BigInt(bytes.length);
  h2 ^= mix2(padded.readBigUInt64LE(whole + 8)) ^ BigInt(bytes.length);
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  [h1, h2] = [finish(h1), finish(h2)];
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  const hash = Buffer.alloc(16);
  hash.writeBigUInt64LE(h1, 0);
  hash.writeBigUInt64LE(h2, 8);
  return hash;
}

/** The bytes that the service hashes for one value of a partition key (version 2). */
function encoded(value: Json): Buffer {
  if (typeof value === 'string') return Buffer.concat([Buffer.of(8), Buffer.from(value), Buffer.of(0xff)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9, 5);
    bytes.writeDoubleLE(value, 1);
    return bytes;
  }
  if (typeof value === 'boolean') return Buffer.of(value ? 3 : 2);
  return Buffer.of(value === null ? 1 : 0);
}

function hashed(bytes: Buffer): string {
  const hash = murmurHash128(bytes).reverse();
  // The two highest bits are cleared: the hash space ends below FF.
  hash[0]! &= 0x3f;
  return hash.toString('hex').toUpperCase();
}

/** A partition key's place in the hash space, in hexadecimal; each level of a hierarchical key is hashed by itself. */
export function effectivePartitionKey(key: readonly Json[], hierarchical: boolean): string {
  const parts = key.map(encoded);
  return hierarchical ? parts.map(hashed).join('') : hashed(Buffer.concat(parts));
}
