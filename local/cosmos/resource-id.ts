/** Resource ids as the service makes them: 4 bytes of a database, then 4 of a container, then 8 of a document. */
const written = (bytes: Buffer) => bytes.toString('base64').replaceAll('/', '-');

export function databaseRid(number: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return written(bytes);
}

export function containerRid(databaseRid: string, number: number): string {
  const bytes = Buffer.alloc(8);
  Buffer.from(databaseRid.replaceAll('-', '/'), 'base64').copy(bytes);
  bytes.writeUInt32BE((number | 0x8000_0000) >>> 0, 4);
  return written(bytes);
}

export function documentRid(containerRid: string, number: number): string {
  const bytes = Buffer.alloc(16);
  Buffer.from(containerRid.replaceAll('-', '/'), 'base64').copy(bytes);
  // Clients compare this part as little-endian when they resume a sorted query.
  bytes.writeBigUInt64LE(BigInt(number), 8);
  return written(bytes);
}
