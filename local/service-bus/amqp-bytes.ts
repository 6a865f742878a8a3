import { malformed } from './errors.ts';

/**
 * Reads AMQP 1.0 values where they lie. A broker looks at a few fields of each message; decoding all of it, as rhea
 * does, would be most of the cost of a send.
 */

/** Where the value that begins at `at` ends: the upper half of its type code says how wide it is. */
function valueEnd(bytes: Buffer, at: number): number {
  const code = bytes.readUInt8(at);
  if (code === 0) return valueEnd(bytes, valueEnd(bytes, at + 1));
  const width = code >> 4;
  let end = at + 1;
  if (width === 0xa || width === 0xc || width === 0xe) end = at + 2 + bytes.readUInt8(at + 1);
  else if (width === 0xb || width === 0xd || width === 0xf) end = at + 5 + bytes.readUInt32BE(at + 1);
  else if (width > 4 && width < 0xa) end = at + 1 + (1 << (width - 5));
  else if (width !== 4) throw malformed(`There is no AMQP type 0x${code.toString(16)}.`);
  if (end > bytes.length) throw malformed('The message ends inside a value.');
  return end;
}

/** Where each item of a list or map begins, and last where they end. */
export function itemStarts(bytes: Buffer, at: number): number[] {
  const code = bytes.readUInt8(at);
  const wide = (code & 0xf0) === 0xd0;
  if (code === 0x45) return [at + 1];
  if (!wide && (code & 0xf0) !== 0xc0) throw malformed('A list or a map was expected.');
  const starts = [at + (wide ? 9 : 3)];
  const count = wide ? bytes.readUInt32BE(at + 5) : bytes.readUInt8(at + 2);
  for (let item = 0; item < count; item++) starts.push(valueEnd(bytes, starts[item]!));
  return starts;
}

/** A scalar as a JavaScript value; binary and UUID as hexadecimal text, null as undefined. */
export function scalar(bytes: Buffer, at: number): string | number | boolean | undefined {
  const code = bytes.readUInt8(at);
  switch (code) {
    case 0x40:
      return undefined;
    case 0x41:
    case 0x42:
      return code === 0x41;
    case 0x56:
      return bytes.readUInt8(at + 1) === 1;
    case 0x43:
    case 0x44:
      return 0;
    case 0x50:
    case 0x52:
    case 0x53:
      return bytes.readUInt8(at + 1);
    case 0x60:
      return bytes.readUInt16BE(at + 1);
    case 0x70:
      return bytes.readUInt32BE(at + 1);
    case 0x80:
    case 0x83:
      return Number(bytes.readBigInt64BE(at + 1));
    case 0x98:
    case 0xa0:
    case 0xb0:
      return bytes.toString('hex', at + (code === 0x98 ? 1 : code === 0xa0 ? 2 : 5), valueEnd(bytes, at));
    case 0xa1:
    case 0xa3:
    case 0xb1:
    case 0xb3:
      return bytes.toString('utf8', at + (code < 0xb0 ? 2 : 5), valueEnd(bytes, at));
    default:
      throw malformed(`A value of the AMQP type 0x${code.toString(16)} was not expected here.`);
  }
}

/** A section of a message: its code, and where its value begins and ends. */
export function section(bytes: Buffer, at: number): { code: number; value: number; end: number } {
  const small = bytes.readUInt16BE(at) === 0x0053;
  if (!small && bytes.readUInt16BE(at) !== 0x0080) throw malformed('The message is not made of sections.');
  const value = at + (small ? 3 : 10);
  return { code: bytes.readUInt8(value - 1), value, end: valueEnd(bytes, value) };
}

/** The messages of a batch: one in each data section. */
export function batchedMessages(batch: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < batch.length;) {
    const { code, value, end } = section(batch, at);
    if (code === 0x75) messages.push(batch.subarray(value + (batch[value] === 0xa0 ? 2 : 5), end));
    at = end;
  }
  return messages;
}

export const sectionHeadLength = 12;

/** Writes how a list or map section begins whose items take `length` bytes. Returns where they go. */
export function writeSectionHead(
  out: Buffer,
  at: number,
  code: number,
  type: 0xd0 | 0xd1,
  items: number,
  length: number,
): number {
  out.writeUInt32BE(0x00530000 | (code << 8) | type, at);
  out.writeUInt32BE(length + 4, at + 4);
  return out.writeUInt32BE(items, at + 8);
}
