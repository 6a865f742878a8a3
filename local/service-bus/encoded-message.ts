import { itemStarts, scalar, section, sectionHeadLength, writeSectionHead } from './amqp-bytes.ts';
import { malformed, ServiceBusError } from './errors.ts';
import { codec } from './rhea-internals.ts';

/**
 * A message as bytes. The bare message (properties, application properties, body, footer) is kept as it was sent;
 * only the header and the annotations in front of it are the server's to write.
 */
export interface EncodedMessage {
  /** All of it, as it is stored. */
  bytes: Buffer;
  /** Where in it the bare message begins, and where its parts end. */
  bareStart: number;
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
  deadLetterSource: string | undefined;
}

const sectionCode = { header: 0x70, annotations: 0x72, properties: 0x73, applicationProperties: 0x74, data: 0x75 };
const noAnnotations = Buffer.alloc(0);
const plainHeader: Header = { durable: false, priority: 4, ttl: undefined, firstAcquirer: false };
const scheduledEnqueueTime = 'x-opt-scheduled-enqueue-time';
/** Annotations only the server may set; a forwarded message still carries those of its first delivery. */
const ownAnnotations = new Set(
  [
    'sequence-number',
    'enqueue-sequence-number',
    'enqueued-time',
    'locked-until',
    'message-state',
    'deadletter-source',
  ].map((name) => `x-opt-${name}`),
);

/**
 * Takes a message apart without touching its body. `newId` names a message that came without an id, as the service
 * does. @throws ServiceBusError amqp:decode-error when the bytes are not an AMQP message.
 */
export function parseMessage(bytes: Buffer, newId: () => string): EncodedMessage {
  try {
    return parse(bytes, newId);
  } catch (error) {
    // Reading beyond the end is what half a message comes to.
    throw error instanceof ServiceBusError ? error : malformed('The message is not valid AMQP.');
  }
}

function parse(sent: Buffer, newId: () => string): EncodedMessage {
  const message: EncodedMessage = {
    bytes: sent,
    bareStart: 0,
    propertiesEnd: 0,
    applicationPropertiesEnd: 0,
    header: plainHeader,
    annotations: noAnnotations,
    annotationItems: 0,
    messageId: undefined,
    sessionId: undefined,
    scheduledFor: 0,
  };
  let properties: number[] = [];
  for (let at = 0; at < sent.length;) {
    const { code, value, end } = section(sent, at);
    if (code >= sectionCode.data) break;
    if (code < sectionCode.properties) message.bareStart = end;
    if (code === sectionCode.header) message.header = readHeader(sent, itemStarts(sent, value));
    else if (code === sectionCode.annotations) readAnnotations(message, sent, itemStarts(sent, value));
    else if (code === sectionCode.properties) {
      properties = itemStarts(sent, value);
      message.propertiesEnd = end;
    } else if (code === sectionCode.applicationProperties) message.applicationPropertiesEnd = end;
    at = end;
  }
  message.propertiesEnd ||= message.bareStart;
  message.applicationPropertiesEnd ||= message.propertiesEnd;
  const field = (index: number) => (index + 1 < properties.length ? scalar(sent, properties[index]!) : undefined);
  message.messageId = field(0)?.toString();
  message.sessionId = field(10)?.toString();
  // Clients cannot renew a lock on a message without an id. Else a copy: the bytes are a window on a network buffer
  // that would stay in memory as long as the message.
  if (message.messageId === undefined) addId(message, properties, newId());
  else message.bytes = Buffer.from(sent);
  return message;
}

function addId(message: EncodedMessage, properties: number[], id: string): void {
  const { bytes: sent, bareStart, propertiesEnd } = message;
  const others = properties.length > 1 ? properties[1]! : propertiesEnd;
  const itemsLength = 2 + id.length + propertiesEnd - others;
  const added = sectionHeadLength + itemsLength - (propertiesEnd - bareStart);
  const bytes = Buffer.allocUnsafe(sent.length + added);
  let at = sent.copy(bytes, 0, 0, bareStart);
  at = writeSectionHead(bytes, at, sectionCode.properties, 0xd0, Math.max(properties.length - 1, 1), itemsLength);
  bytes[at] = 0xa1;
  bytes[at + 1] = id.length;
  at += 2 + bytes.write(id, at + 2, 'latin1');
  sent.copy(bytes, at, others);
  message.bytes = bytes;
  message.propertiesEnd += added;
  message.applicationPropertiesEnd += added;
}

/** The message with application properties added or replaced; all else stays as it was, byte for byte. */
export function withApplicationProperties(message: EncodedMessage, changes: Record<string, unknown>): EncodedMessage {
  const { bytes, propertiesEnd, applicationPropertiesEnd } = message;
  const writer = new codec.Writer();
  for (const [key, value] of Object.entries(changes)) {
    writer.write(codec.wrap_string(key));
    writer.write(codec.wrap(value));
  }
  const pairs = [writer.toBuffer()];
  if (applicationPropertiesEnd > propertiesEnd) {
    const starts = itemStarts(bytes, section(bytes, propertiesEnd).value);
    for (let item = 0; item + 2 < starts.length; item += 2)
      if (!Object.hasOwn(changes, String(scalar(bytes, starts[item]!))))
        pairs.unshift(bytes.subarray(starts[item], starts[item + 2]));
  }
  const items = 2 * (pairs.length - 1 + Object.keys(changes).length);
  const map = Buffer.concat(pairs);
  const head = Buffer.alloc(sectionHeadLength);
  writeSectionHead(head, 0, sectionCode.applicationProperties, 0xd1, items, map.length);
  const after = bytes.subarray(applicationPropertiesEnd);
  return {
    ...message,
    bytes: Buffer.concat([bytes.subarray(0, propertiesEnd), head, map, after]),
    applicationPropertiesEnd: propertiesEnd + head.length + map.length,
  };
}

/** The bytes of a delivery. `bodyless` is how a peek asks for everything but the body. */
export function encodeDelivery(message: EncodedMessage, stamp: Stamp, bodyless = false): Buffer {
  const bare = message.bytes.subarray(message.bareStart, bodyless ? message.applicationPropertiesEnd : undefined);
  const front = Buffer.allocUnsafe(320 + message.annotations.length + 3 * (stamp.deadLetterSource?.length ?? 0));
  let at = writeHeader(front, message.header, stamp);
  const headAt = at;
  at += sectionHeadLength;
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
  if (stamp.deadLetterSource !== undefined) {
    entry('x-opt-deadletter-source', 0xb1);
    const length = front.write(stamp.deadLetterSource, at + 4);
    at = front.writeUInt32BE(length, at) + length;
  }
  writeSectionHead(front, headAt, sectionCode.annotations, 0xd1, count, at - headAt - sectionHeadLength);
  return Buffer.concat([front.subarray(0, at), bare]);
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

function readHeader(bytes: Buffer, starts: number[]): Header {
  const field = (index: number) => (index + 1 < starts.length ? scalar(bytes, starts[index]!) : undefined);
  const [durable, priority, ttl, firstAcquirer] = [field(0) === true, field(1) ?? 4, field(2), field(3) === true];
  // Most headers say nothing; one object for all of them is much less to keep.
  if (!durable && priority === 4 && ttl === undefined && !firstAcquirer) return plainHeader;
  return { durable, priority: Number(priority), ttl: ttl as number | undefined, firstAcquirer };
}

function readAnnotations(message: EncodedMessage, bytes: Buffer, starts: number[]): void {
  const kept: Buffer[] = [];
  for (let item = 0; item + 2 < starts.length; item += 2) {
    const key = scalar(bytes, starts[item]!) as string;
    if (ownAnnotations.has(key)) continue;
    if (key === scheduledEnqueueTime) message.scheduledFor = Number(scalar(bytes, starts[item + 1]!) ?? 0);
    kept.push(bytes.subarray(starts[item], starts[item + 2]));
  }
  message.annotations = kept.length ? Buffer.concat(kept) : noAnnotations;
  message.annotationItems = 2 * kept.length;
}
