import { randomBytes } from 'node:crypto';
import type { QueueOptions } from './config.ts';
import { Deadlines, type Clock } from './deadlines.ts';
import { entityNotFound } from './errors.ts';
import { Journal } from './journal.ts';
import { Queue } from './queue.ts';
import type { QueueLog } from './queue-ports.ts';
import {
  type JournalRecord,
  readRecord,
  writeChange,
  writePut,
  writeQueue,
  writeRemove,
  writeSeen,
  writeSession,
} from './records.ts';
import type { StoredMessage } from './stored-message.ts';

const deadLetterSuffix = '/$deadletterqueue';
/** The journal is rewritten when more than half of it, and more than this, is no longer needed; bytes. */
const tolerable = 24 * 1024 * 1024;
/** What a record of a message takes besides the message, and what a remembered message id takes; bytes. */
const recordOverhead = 65;
const seenBytes = 20;

interface Entity {
  queue: Queue;
  lastSequence: number;
}

/**
 * The queues and their journal. All that happens in one turn of the event loop is written at once at its end;
 * only then are clients told (`afterCommit`), so that what they were told survives.
 */
export class Broker {
  readonly #entities = new Map<string, Entity>();
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #awake = new Set<Queue>();
  #told: (() => void)[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  /** Bytes in the journal of the messages that are still there. */
  #live = 0;
  readonly #tokenPrefix = randomBytes(8);
  #tokens = 0n;

  /** Without `journalPath` nothing is kept. */
  constructor(options: { queues: QueueOptions[]; clock: Clock; journalPath: string | undefined }) {
    this.#clock = options.clock;
    this.#deadlines = new Deadlines(options.clock);
    this.#journal = new Journal(options.journalPath);
    for (const [number, queue] of options.queues.entries()) this.#add(number, queue);
    this.#replay();
  }

  /**
   * By address, such as `orders` or `orders/$deadletterqueue`; case does not matter. `host` is what the client calls
   * this namespace. @throws ServiceBusError amqp:not-found
   */
  queue(address: string, host: string): Queue {
    const path = address.replace(/^\//, '').toLowerCase();
    const isDeadLetters = path.endsWith(deadLetterSuffix);
    const entity = this.#entities.get(isDeadLetters ? path.slice(0, -deadLetterSuffix.length) : path);
    if (!entity) throw entityNotFound(`sb://${host}/${address}`);
    return isDeadLetters ? entity.queue.deadLetters! : entity.queue;
  }

  queues(): Queue[] {
    return [...this.#entities.values()].flatMap(({ queue }) => [queue, queue.deadLetters!]);
  }

  /** Calls when everything done so far is in the journal, and `delay` ms later. */
  afterCommit(tell: () => void, delay = 0): void {
    this.#told.push(delay ? () => void setTimeout(tell, delay) : tell);
    this.#schedule();
  }

  now(): number {
    return this.#clock.now();
  }

  wake(queue: Queue): void {
    this.#awake.add(queue);
    this.#schedule();
  }

  close(): void {
    clearImmediate(this.#scheduled);
    this.#deadlines.close();
    this.#journal.close();
  }

  #add(number: number, options: QueueOptions): void {
    const journal = this.#journal;
    const write = (append: () => void) => {
      append();
      this.#schedule();
    };
    const log: QueueLog = {
      put: (message, replaces = 0) =>
        write(() => {
          this.#count(message);
          writePut(journal, number, message, replaces);
        }),
      change: (message) => write(() => writeChange(journal, number, message)),
      remove: (message) =>
        write(() => {
          this.#live -= message.journalBytes;
          writeRemove(journal, number, message.sequence);
        }),
      sessionState: (session) => write(() => writeSession(journal, number, session)),
    };
    const queue = new Queue(options, {
      clock: this.#clock,
      deadlines: this.#deadlines,
      log,
      nextSequence: () => ++entity.lastSequence,
      newToken: () => this.newToken(),
      wake: (queue) => this.wake(queue),
    });
    const entity: Entity = { queue, lastSequence: 0 };
    this.#entities.set(options.name.toLowerCase(), entity);
  }

  #count(message: StoredMessage): void {
    this.#live -= message.journalBytes;
    message.journalBytes = message.content.bytes.length + recordOverhead;
    this.#live += message.journalBytes;
  }

  #seenBytes(): number {
    return [...this.#entities.values()].reduce((sum, { queue }) => sum + queue.seen.size * seenBytes, 0);
  }

  #schedule(): void {
    this.#scheduled ??= setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#scheduled = undefined;
    const awake = [...this.#awake];
    this.#awake.clear();
    for (const queue of awake) queue.pump();
    this.#journal.commit();
    const told = this.#told;
    this.#told = [];
    for (const tell of told) tell();
    const garbage = this.#journal.size - this.#live;
    if (garbage > tolerable && garbage - this.#seenBytes() > Math.max(tolerable, this.#live)) this.#rewrite();
  }

  #replay(): void {
    const byNumber = new Map<number, Entity & { messages: Map<number, StoredMessage> }>();
    const inFile: string[] = [];
    this.#journal.open((bytes) => {
      const record = readRecord(bytes);
      if (record.kind === 'queue') {
        inFile[record.queue] = record.name;
        const entity = this.#entities.get(record.name.toLowerCase());
        if (!entity) return;
        entity.lastSequence = record.lastSequence;
        byNumber.set(record.queue, Object.assign(entity, { messages: new Map<number, StoredMessage>() }));
        return;
      }
      const entity = byNumber.get(record.queue);
      if (entity) apply(record, entity, entity.messages);
    });
    for (const name of inFile)
      if (!this.#entities.has(name.toLowerCase()))
        console.error(`service-bus: the queue "${name}" is no longer in the config: what it held is dropped`);
    for (const { queue, messages } of byNumber.values())
      for (const message of messages.values()) (message.deadLettered ? queue.deadLetters! : queue).restore(message);
    const names = [...this.#entities.values()].map(({ queue }) => queue.options.name);
    const same = names.length === inFile.length && names.every((name, number) => name === inFile[number]);
    if (!same) this.#rewrite();
  }

  /** Writes the journal anew with only what still counts. */
  #rewrite(): void {
    const journal = this.#journal;
    journal.rewrite(() => {
      for (const [number, { queue, lastSequence }] of [...this.#entities.values()].entries()) {
        writeQueue(journal, number, queue.options.name, lastSequence);
        for (const message of [...queue.messages(), ...queue.deadLetters!.messages()]) {
          writePut(journal, number, message, 0);
          journal.relieve();
        }
        for (const session of queue.sessions?.all() ?? []) if (session.state) writeSession(journal, number, session);
        const seen = [...queue.seen.entries(this.#clock.now())];
        for (let at = 0; at < seen.length; at += 10_000) writeSeen(journal, number, seen.slice(at, at + 10_000));
      }
    });
  }

  /** Unique among all processes by its random half, and within one by counting. */
  newToken(): Buffer {
    const token = Buffer.allocUnsafe(16);
    this.#tokenPrefix.copy(token);
    token.writeBigUInt64BE(++this.#tokens, 8);
    return token;
  }
}

function apply(
  record: Exclude<JournalRecord, { kind: 'queue' }>,
  entity: Entity,
  messages: Map<number, StoredMessage>,
) {
  const { queue } = entity;
  if (record.kind === 'put') {
    const { message, replaces } = record;
    // In its old place: the messages of a queue stay in order of their numbers.
    const isNew = !replaces && !messages.has(message.sequence);
    if (isNew) queue.seen.isDuplicate(message.content.messageId, message.enqueuedAt);
    messages.delete(replaces);
    messages.set(message.sequence, message);
    entity.lastSequence = Math.max(entity.lastSequence, message.sequence);
  } else if (record.kind === 'change') {
    const message = messages.get(record.sequence);
    if (message) Object.assign(message, { deliveryCount: record.deliveryCount, state: record.state });
  } else if (record.kind === 'remove') {
    messages.delete(record.sequence);
  } else if (record.kind === 'seen') {
    for (const [key, at] of record.entries) queue.seen.note(key, at);
  } else {
    queue.sessions?.setState(record.id, record.state, record.setAt);
  }
}
