import type { Typed } from 'rhea';
import { malformed } from './errors.ts';
import { codec } from './rhea-internals.ts';

/**
 * A message as bytes. The bare message (properties, application properties, body, footer) is kept as it was sent;
 * only the header and the annotations in front of it are the server's to write.
 */
export interface EncodedMessage {
  /** From the properties section to the end. */
  bare: Buffer;
  propertiesEnd: number;
  applicationPropertiesEnd: number;
  header: Header;
  /** The sender's annotations: encoded key and value pairs, and how many items they are. */
  annotations: Buffer;
  annotationItems: number;
  /** Undefined when the sender gave none; the bytes then carry one that the server made up. */
  messageId: string | undefined;
  sessionId: string | undefined;
  /** When to enqueue it, ms since 1970; 0 at once. */
  scheduledFor: number;
}

interface Header {
  durable: boolean;
  priority: number;
  /** Time to live in ms, if the sender set one. */
  ttl: number | undefined;
  firstAcquirer: boolean;
}

/** What the server writes in front of a delivered message. */
export interface Stamp {
  sequence: number;
  enqueuedSequence: number;
  enqueuedAt: number;
  deliveryCount: number;
  ttl: number;
  /** 0 active, 1 deferred, 2 scheduled: Service Bus' numbers. */
  state: number;
  lockedUntil: number | undefined;
}

const sectionCode = { header: 0x70, annotations: 0x72, properties: 0x73, applicationProperties: 0x74, data: 0x75 };
const scheduledEnqueueTime = 'x-opt-scheduled-enqueue-time';
/** Annotations only the server may set; a forwarded message still carries those of its first delivery. */
const ownAnnotations = new Set(
  ['sequence-number', 'enqueue-sequence-number', 'enqueued-time', 'locked-until', 'message-state'].map(
    (name) => `x-opt-${name}`,
  ),
);

/**
 * Takes a message apart without touching its body. `newId` names a message that came without an id, as the service
 * does. @throws ServiceBusError amqp:decode-error when the bytes are not an AMQP message.
 */
export function parseMessage(bytes: Buffer, newId: () => string): EncodedMessage {
  try {
    return parse(bytes, newId);
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError
      ? malformed('The message is not valid AMQP.')
      : error;
  }
}

function parse(bytes: Buffer, newId: () => string): EncodedMessage {
  let header: Header = { durable: false, priority: 4, ttl: undefined, firstAcquirer: false };
  let annotations: Typed[] = [];
  let position = 0;
  let start = bytes.length;
  let properties: Typed[] = [];
  let propertiesEnd = 0;
  let applicationPropertiesEnd = 0;
  while (position < bytes.length) {
    const code = descriptorOf(bytes, position);
    if (code >= sectionCode.properties) start = Math.min(start, position);
    if (code >= sectionCode.data) break;
    const end = sectionEnd(bytes, position);
    if (code === sectionCode.header) header = readHeader(items(bytes, position));
    else if (code === sectionCode.annotations) annotations = items(bytes, position);
    else if (code === sectionCode.properties) [properties, propertiesEnd] = [items(bytes, position), end];
    else if (code === sectionCode.applicationProperties) applicationPropertiesEnd = end;
    position = end;
  }
  let bare = bytes.subarray(start);
  propertiesEnd = Math.max(propertiesEnd - start, 0);
  applicationPropertiesEnd = Math.max(applicationPropertiesEnd - start, propertiesEnd);
  const messageId = idText(properties[0]?.value);
  if (messageId === undefined) {
    // Clients cannot renew a lock on a message without an id.
    const named = section(sectionCode.properties, codec.wrap_list([newId(), ...properties.slice(1)]));
    applicationPropertiesEnd += named.length - propertiesEnd;
    bare = Buffer.concat([named, bare.subarray(propertiesEnd)]);
    propertiesEnd = named.length;
  }
  const kept = keepAnnotations(annotations);
  return {
    // A copy: the bytes are a window on a network buffer that would otherwise stay in memory as long as the message.
    bare: Buffer.from(bare),
    propertiesEnd,
    applicationPropertiesEnd,
    header,
    ...kept,
    messageId,
    sessionId: (properties[10]?.value as string | null | undefined) ?? undefined,
  };
}

/** The message with application properties added or replaced; all else stays as it was, byte for byte. */
export function withApplicationProperties(message: EncodedMessage, changes: Record<string, unknown>): EncodedMessage {
  const { bare, propertiesEnd, applicationPropertiesEnd } = message;
  const pairs = applicationPropertiesEnd > propertiesEnd ? items(bare, propertiesEnd) : [];
  const kept = pairs.filter((_, index) => !Object.hasOwn(changes, String(pairs[index & ~1]!.value)));
  const added = Object.entries(changes).flatMap(([key, value]) => [codec.wrap_string(key), codec.wrap(value)]);
  const map = codec.wrap_map({});
  map.value = [...kept, ...added];
  const replaced = section(sectionCode.applicationProperties, map);
  return {
    ...message,
    bare: Buffer.concat([bare.subarray(0, propertiesEnd), replaced, bare.subarray(applicationPropertiesEnd)]),
    applicationPropertiesEnd: propertiesEnd + replaced.length,
  };
}

/** The bytes of a delivery. `bodyless` is how a peek asks for everything but the body. */
export function encodeDelivery(message: EncodedMessage, stamp: Stamp, bodyless = false): Buffer {
  const bare = bodyless ? message.bare.subarray(0, message.applicationPropertiesEnd) : message.bare;
  const front = Buffer.allocUnsafe(320 + message.annotations.length);
  let at = writeHeader(front, message.header, stamp);
  front.writeUIntBE(0x005372, at, 3);
  front[at + 3] = 0xd1;
  const sizeAt = at + 4;
  at = sizeAt + 8;
  let count = message.annotationItems;
  at += message.annotations.copy(front, at);
  const entry = (name: string, typecode: number) => {
    front[at] = 0xa3;
    front[at + 1] = name.length;
    at += 2 + front.write(name, at + 2, 'latin1');
    front[at++] = typecode;
    count += 2;
  };
  const whole = (name: string, typecode: number, value: number) => {
    entry(name, typecode);
    at = front.writeBigInt64BE(BigInt(value), at);
  };
  whole('x-opt-sequence-number', 0x81, stamp.sequence);
  whole('x-opt-enqueue-sequence-number', 0x81, stamp.enqueuedSequence);
  whole('x-opt-enqueued-time', 0x83, stamp.enqueuedAt);
  if (stamp.lockedUntil !== undefined) whole('x-opt-locked-until', 0x83, stamp.lockedUntil);
  entry('x-opt-message-state', 0x71);
  at = front.writeInt32BE(stamp.state, at);
  front.writeUInt32BE(at - sizeAt - 4, sizeAt);
  front.writeUInt32BE(count, sizeAt + 4);
  return Buffer.concat([front.subarray(0, at), bare]);
}

/** The bytes to store: what `parseMessage` makes the same message from. */
export function encodeForStorage(message: EncodedMessage): Buffer {
  const { durable, priority, ttl, firstAcquirer } = message.header;
  const header = section(sectionCode.header, codec.wrap_list([durable, priority, ttl ?? null, firstAcquirer]));
  if (!message.annotationItems) return Buffer.concat([header, message.bare]);
  const annotations = Buffer.alloc(12);
  annotations.writeUIntBE(0x005372, 0, 3);
  annotations[3] = 0xd1;
  annotations.writeUInt32BE(message.annotations.length + 4, 4);
  annotations.writeUInt32BE(message.annotationItems, 8);
  return Buffer.concat([header, annotations, message.annotations, message.bare]);
}

function writeHeader(out: Buffer, header: Header, stamp: Stamp): number {
  out.writeUIntBE(0x005370, 0, 3);
  out[3] = 0xc0;
  out[5] = 5;
  out[6] = header.durable ? 0x41 : 0x42;
  out[7] = 0x50;
  out[8] = header.priority;
  let at = 9;
  // A time to live beyond what the header's 32 bits hold means never, as in the service.
  if (stamp.ttl > 0xffff_ffff) out[at++] = 0x40;
  else {
    out[at] = 0x70;
    at = out.writeUInt32BE(stamp.ttl, at + 1);
  }
  out[at++] = header.firstAcquirer ? 0x41 : 0x42;
  out[at] = 0x70;
  at = out.writeUInt32BE(stamp.deliveryCount, at + 1);
  out[4] = at - 5;
  return at;
}

function readHeader([durable, priority, ttl, firstAcquirer]: Typed[]): Header {
  return {
    durable: (durable?.value as boolean | null) ?? false,
    priority: (priority?.value as number | null) ?? 4,
    ttl: (ttl?.value as number | null) ?? undefined,
    firstAcquirer: (firstAcquirer?.value as boolean | null) ?? false,
  };
}

function keepAnnotations(pairs: Typed[]) {
  const writer = new codec.Writer();
  let annotationItems = 0;
  let scheduledFor = 0;
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const [key, value] = [pairs[index]!, pairs[index + 1]!];
    if (ownAnnotations.has(String(key.value))) continue;
    if (key.value === scheduledEnqueueTime) scheduledFor = Number(value.value) || 0;
    writer.write(key);
    writer.write(value);
    annotationItems += 2;
  }
  const annotations = annotationItems ? Buffer.from(writer.toBuffer()) : Buffer.alloc(0);
  return { annotations, annotationItems, scheduledFor };
}

function section(code: number, value: Typed): Buffer {
  const writer = new codec.Writer();
  writer.write(codec.described(codec.wrap_ulong(code), value));
  return writer.toBuffer();
}

function items(bytes: Buffer, position: number): Typed[] {
  const reader = new codec.Reader(bytes);
  reader.position = position;
  return reader.read().value as Typed[];
}

function descriptorOf(bytes: Buffer, position: number): number {
  if (bytes[position] === 0x00 && bytes[position + 1] === 0x53) return bytes.readUInt8(position + 2);
  if (bytes[position] === 0x00 && bytes[position + 1] === 0x80) return bytes.readUInt8(position + 9);
  throw malformed('The message has a section this server does not know.');
}

function sectionEnd(bytes: Buffer, position: number): number {
  const value = position + (bytes[position + 1] === 0x53 ? 3 : 10);
  const type = bytes.readUInt8(value);
  let end = value + 1;
  if (type === 0xc0 || type === 0xc1) end = value + 2 + bytes.readUInt8(value + 1);
  else if (type === 0xd0 || type === 0xd1) end = value + 5 + bytes.readUInt32BE(value + 1);
  else if (type !== 0x45) throw malformed('The message has a section that is neither a list nor a map.');
  if (end > bytes.length) throw malformed('The message ends inside a section.');
  return end;
}

function idText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return Buffer.isBuffer(value) ? value.toString('hex') : `${value as string | number}`;
}
