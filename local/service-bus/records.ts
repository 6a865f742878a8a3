import { StartError } from '../program.ts';
import { parseMessage } from './encoded-message.ts';
import type { Journal } from './journal.ts';
import type { StoredMessage } from './stored-message.ts';

/** What one record of the journal says. Queues go by the number their `queue` record gave them. */
export type JournalRecord =
  | { kind: 'queue'; queue: number; name: string; lastSequence: number }
  | { kind: 'put'; queue: number; message: StoredMessage; replaces: number }
  | { kind: 'change'; queue: number; sequence: number; deliveryCount: number; state: number }
  | { kind: 'remove'; queue: number; sequence: number }
  | { kind: 'session'; queue: number; id: string; state: Buffer | undefined; setAt: number }
  | { kind: 'seen'; queue: number; entries: [key: string, at: number][] };

const code = { queue: 1, put: 2, change: 3, remove: 4, session: 5, seen: 6 };
const head = 3;

function open(journal: Journal, type: number, queue: number, length: number, write: (record: Buffer) => void): void {
  journal.append(head + length, (record) => {
    record[0] = type;
    record.writeUInt16BE(queue, 1);
    write(record);
  });
}

export function writeQueue(journal: Journal, queue: number, name: string, lastSequence: number): void {
  const text = Buffer.from(name);
  open(journal, code.queue, queue, 8 + text.length, (record) => {
    record.writeDoubleBE(lastSequence, head);
    text.copy(record, head + 8);
  });
}

export function writePut(journal: Journal, queue: number, message: StoredMessage, replaces: number): void {
  const { bytes } = message.content;
  open(journal, code.put, queue, 54 + bytes.length, (record) => {
    let at = head;
    for (const number of [
      message.sequence,
      message.enqueuedSequence,
      message.enqueuedAt,
      message.scheduledFor,
      message.expiresAt,
      replaces,
    ])
      at = record.writeDoubleBE(number, at);
    at = record.writeUInt32BE(message.deliveryCount, at);
    record[at++] = message.state;
    record[at++] = message.deadLettered ? 1 : 0;
    bytes.copy(record, at);
  });
}

export function writeChange(journal: Journal, queue: number, message: StoredMessage): void {
  open(journal, code.change, queue, 13, (record) => {
    record.writeDoubleBE(message.sequence, head);
    record.writeUInt32BE(message.deliveryCount, head + 8);
    record[head + 12] = message.state;
  });
}

export function writeRemove(journal: Journal, queue: number, sequence: number): void {
  open(journal, code.remove, queue, 8, (record) => void record.writeDoubleBE(sequence, head));
}

export function writeSession(
  journal: Journal,
  queue: number,
  session: { id: string; state: Buffer | undefined; touchedAt: number },
): void {
  const id = Buffer.from(session.id);
  const state = session.state ?? Buffer.alloc(0);
  open(journal, code.session, queue, 11 + id.length + state.length, (record) => {
    record.writeDoubleBE(session.touchedAt, head);
    record[head + 8] = session.state ? 1 : 0;
    record.writeUInt16BE(id.length, head + 9);
    id.copy(record, head + 11);
    state.copy(record, head + 11 + id.length);
  });
}

/** Hashes of message ids and when they were seen, 20 bytes each: the times are offsets from the first. */
export function writeSeen(journal: Journal, queue: number, entries: [key: string, at: number][]): void {
  const base = entries[0]![1];
  open(journal, code.seen, queue, 8 + 20 * entries.length, (record) => {
    let at = record.writeDoubleBE(base, head);
    for (const [key, seen] of entries) {
      at += record.write(key, at, 'latin1');
      at = record.writeUInt32BE(Math.min(Math.max(seen - base, 0), 0xffff_ffff), at);
    }
  });
}

export function readRecord(record: Buffer): JournalRecord {
  const queue = record.readUInt16BE(1);
  const number = (index: number) => record.readDoubleBE(head + 8 * index);
  switch (record[0]) {
    case code.queue:
      return { kind: 'queue', queue, lastSequence: number(0), name: record.toString('utf8', head + 8) };
    case code.put:
      return { kind: 'put', queue, replaces: number(5), message: readMessage(record, number) };
    case code.change: {
      const deliveryCount = record.readUInt32BE(head + 8);
      return { kind: 'change', queue, sequence: number(0), deliveryCount, state: record[head + 12]! };
    }
    case code.remove:
      return { kind: 'remove', queue, sequence: number(0) };
    case code.session: {
      const stateAt = head + 11 + record.readUInt16BE(head + 9);
      const id = record.toString('utf8', head + 11, stateAt);
      const state = record[head + 8] ? Buffer.from(record.subarray(stateAt)) : undefined;
      return { kind: 'session', queue, id, state, setAt: number(0) };
    }
    case code.seen: {
      const entries: [string, number][] = [];
      for (let at = head + 8; at < record.length; at += 20)
        entries.push([record.toString('latin1', at, at + 16), number(0) + record.readUInt32BE(at + 16)]);
      return { kind: 'seen', queue, entries };
    }
    default:
      throw new StartError(
        `the journal has a record of the unknown type ${record[0]}: another version wrote it. Remove its folder, or start with another --data`,
      );
  }
}

function readMessage(record: Buffer, number: (index: number) => number): StoredMessage {
  return {
    sequence: number(0),
    enqueuedSequence: number(1),
    enqueuedAt: number(2),
    scheduledFor: number(3),
    expiresAt: number(4),
    deliveryCount: record.readUInt32BE(head + 48),
    state: record[head + 52]!,
    deadLettered: record[head + 53] === 1,
    content: parseMessage(record.subarray(head + 54), unnamed),
    journalBytes: 0,
    place: 'gone',
  };
}

function unnamed(): never {
  throw new Error('the journal has a message without an id');
}
