/**
 * A new id: the prefix, an underscore and a UUIDv7 (RFC 9562), whose first 48 bits are the time, so ids sort by it.
 * `random` gives 10 bytes from a cryptographic source: ids must not be guessable.
 */
export function newId(prefix: string, now: Date, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${prefix}_${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
