import type { QueueOptions } from './config.ts';
import type { Clock, Deadlines } from './deadlines.ts';
import { DuplicateHistory } from './duplicate-history.ts';
import { withApplicationProperties, type EncodedMessage } from './encoded-message.ts';
import { messageLockLost, messageNotFound, notAllowed } from './errors.ts';
import { ReadyList } from './ready-list.ts';
import { Sessions, type Session } from './sessions.ts';
import { messageState, type StoredMessage } from './stored-message.ts';

/** Where a queue writes what must survive the process. */
export interface QueueLog {
  /** A message is new, or changed beyond its counters; it takes the place of the one numbered `replaces`. */
  put(message: StoredMessage, replaces?: number): void;
  /** Only delivery count or state changed. */
  change(message: StoredMessage): void;
  remove(message: StoredMessage): void;
  sessionState(session: Session): void;
}

export interface QueueContext {
  clock: Clock;
  deadlines: Deadlines;
  log: QueueLog;
  /** The next sequence number, shared with the dead-letter queue. */
  nextSequence: () => number;
  /** 16 bytes that were never a lock token before. */
  newToken: () => Buffer;
  /** Asks for `pump` to be called soon. */
  wake: (queue: Queue) => void;
}

/** One who receives: a link with credit. */
export interface MessageReceiver {
  /** The session it holds, where the queue has sessions. */
  readonly session: Session | undefined;
  readonly removesOnDelivery: boolean;
  canTake(): boolean;
  take(message: StoredMessage): void;
  /** Nothing more for it now. */
  idle(): void;
}

/** 9999-12-31, in ms. */
const latest = 253_402_214_400_000;

type Properties = Record<string, unknown> | undefined;

export type Outcome =
  | { kind: 'complete' }
  | { kind: 'release' }
  | { kind: 'abandon' | 'defer'; properties?: Properties }
  | { kind: 'deadLetter'; reason?: string | undefined; description?: string | undefined; properties?: Properties };

/** A queue or the dead-letter queue of one. It knows nothing of AMQP links: receivers take messages when they can. */
export class Queue {
  readonly options: QueueOptions;
  readonly sessions: Sessions | undefined;
  /** Undefined for a queue that is itself for dead letters. */
  readonly deadLetters: Queue | undefined;
  readonly seen: DuplicateHistory;
  readonly #context: QueueContext;
  /** By sequence number, ascending, except in a dead-letter queue. */
  readonly #messages = new Map<number, StoredMessage>();
  readonly #locked = new Map<string, StoredMessage>();
  readonly #ready = new ReadyList();
  readonly #receivers = new Set<MessageReceiver>();

  constructor(options: QueueOptions, context: QueueContext, isDeadLetters = false) {
    this.options = options;
    this.#context = context;
    this.seen = new DuplicateHistory(options.duplicateWindow);
    if (options.requiresSession)
      this.sessions = new Sessions(options.lockDuration, context.clock, context.deadlines, (message, counted) =>
        this.#return(message, counted),
      );
    if (!isDeadLetters)
      this.deadLetters = new Queue(
        {
          ...options,
          name: `${options.name}/$deadletterqueue`,
          requiresSession: false,
          duplicateWindow: 0,
          maxDeliveryCount: Infinity,
          timeToLive: Infinity,
        },
        context,
        true,
      );
  }

  /**
   * Takes all messages or, when one is refused, none. Returns their sequence numbers, 0 for a duplicate, which is
   * dropped in silence as in the service.
   */
  send(messages: EncodedMessage[]): number[] {
    if (!this.deadLetters) throw notAllowed(`Messages cannot be sent to '${this.options.name}'.`);
    for (const { sessionId } of messages)
      if (this.sessions && sessionId === undefined)
        throw notAllowed(
          'The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session support enabled can only receive messages that have the SessionId set to a valid value.',
        );
    return messages.map((message) => this.#enqueue(message));
  }

  #enqueue(content: EncodedMessage): number {
    const now = this.#context.clock.now();
    if (this.seen.isDuplicate(content.messageId, now)) return 0;
    const sequence = this.#context.nextSequence();
    const scheduledFor = content.scheduledFor > now ? content.scheduledFor : 0;
    const message: StoredMessage = {
      sequence,
      enqueuedSequence: sequence,
      enqueuedAt: now,
      scheduledFor,
      expiresAt: Math.max(now, scheduledFor) + this.#timeToLive(content),
      deliveryCount: 0,
      state: scheduledFor ? messageState.scheduled : messageState.active,
      deadLettered: false,
      content,
      journalBytes: 0,
      place: 'gone',
    };
    this.#context.log.put(message);
    this.restore(message);
    return sequence;
  }

  /** Puts a message where its state belongs. The journal has it already. */
  restore(message: StoredMessage): void {
    this.#messages.set(message.sequence, message);
    const session = this.#sessionOf(message);
    if (session) {
      session.size++;
      session.touchedAt = Math.max(session.touchedAt, message.enqueuedAt);
    }
    this.#settleDown(message);
  }

  #settleDown(message: StoredMessage): void {
    const { clock, deadlines, wake } = this.#context;
    const session = this.#sessionOf(message);
    if (message.state === messageState.scheduled) {
      message.place = 'scheduled';
      message.deadline = deadlines.add(message.scheduledFor, () => this.#activate(message));
    } else if (message.state === messageState.deferred) {
      message.place = 'deferred';
    } else if (this.deadLetters && message.expiresAt <= clock.now()) {
      return this.#expire(message);
    } else {
      message.place = 'ready';
      if (message.expiresAt < Infinity && this.deadLetters)
        message.deadline = deadlines.add(message.expiresAt, () => this.#expire(message));
      (session?.ready ?? this.#ready).add(message);
      wake(this);
    }
    if (session) this.sessions!.changed(session);
  }

  /** A scheduled message becomes a message enqueued now: it gets a new sequence number, as the service documents. */
  #activate(message: StoredMessage): void {
    const { log, nextSequence, clock } = this.#context;
    const scheduled = message.sequence;
    this.#forget(message);
    message.sequence = nextSequence();
    message.enqueuedSequence = message.sequence;
    message.enqueuedAt = clock.now();
    message.expiresAt = message.enqueuedAt + this.#timeToLive(message.content);
    message.scheduledFor = 0;
    message.state = messageState.active;
    log.put(message, scheduled);
    this.restore(message);
  }

  addReceiver(receiver: MessageReceiver): void {
    this.#receivers.add(receiver);
    this.#context.wake(this);
  }

  /** Locks without a session stay until they expire, as in the service; those of a session end with it. */
  removeReceiver(receiver: MessageReceiver): void {
    this.#receivers.delete(receiver);
  }

  /** Hands out what is ready, one message to each receiver in turn. */
  pump(): void {
    this.sessions?.assign();
    let progress = true;
    while (progress) {
      progress = false;
      for (const receiver of this.#receivers) {
        const ready = receiver.session?.ready ?? this.#ready;
        if (!ready.first() || !receiver.canTake()) continue;
        progress = true;
        this.#deliver(ready.take()!, receiver);
      }
    }
    for (const receiver of this.#receivers) receiver.idle();
  }

  #deliver(message: StoredMessage, receiver: MessageReceiver): void {
    this.#context.deadlines.cancel(message.deadline);
    if (receiver.removesOnDelivery) this.#remove(message);
    else this.#lock(message, receiver.session);
    receiver.take(message);
  }

  #lock(message: StoredMessage, session: Session | undefined): void {
    const { newToken, clock, deadlines } = this.#context;
    deadlines.cancel(message.deadline);
    const token = newToken();
    const until = clock.now() + this.options.lockDuration;
    message.place = 'locked';
    message.lock = { token, until, session };
    this.#locked.set(token.toString('latin1'), message);
    if (session) session.locked.add(message);
    else message.deadline = deadlines.add(until, () => this.#return(message, true));
  }

  /** @throws ServiceBusError message-lock-lost when the lock is over. */
  locked(token: Buffer): StoredMessage {
    const message = this.#locked.get(token.toString('latin1'));
    if (!message) throw messageLockLost();
    return message;
  }

  /** Returns the lock's new end. */
  renew(message: StoredMessage): number {
    const lock = message.lock!;
    if (lock.session) return lock.session.lockedUntil;
    this.#context.deadlines.cancel(message.deadline);
    lock.until = this.#context.clock.now() + this.options.lockDuration;
    message.deadline = this.#context.deadlines.add(lock.until, () => this.#return(message, true));
    return lock.until;
  }

  /** Ends the lock of a message that has one. */
  settle(message: StoredMessage, outcome: Outcome): void {
    if (outcome.kind === 'complete') return this.#remove(message);
    if (outcome.kind === 'release') return this.#return(message, false);
    if (outcome.kind === 'deadLetter') {
      if (!this.deadLetters) throw notAllowed('A message in a dead-letter queue cannot be dead-lettered.');
      const reasons = {
        ...(outcome.reason !== undefined && { DeadLetterReason: outcome.reason }),
        ...(outcome.description !== undefined && { DeadLetterErrorDescription: outcome.description }),
      };
      return this.#deadLetter(message, { ...outcome.properties, ...reasons });
    }
    const patched = outcome.properties && Object.keys(outcome.properties).length > 0;
    if (patched) message.content = withApplicationProperties(message.content, outcome.properties!);
    if (outcome.kind === 'abandon') return this.#return(message, true, patched);
    this.#unlock(message);
    message.state = messageState.deferred;
    // The service counts a deferral as a delivery too.
    message.deliveryCount++;
    this.#write(message, patched);
    this.#settleDown(message);
  }

  /** Back to where it was before its lock. */
  #return(message: StoredMessage, counted: boolean, patched = false): void {
    this.#unlock(message);
    if (counted) message.deliveryCount++;
    if (message.deliveryCount >= this.options.maxDeliveryCount)
      return this.#deadLetter(message, {
        DeadLetterReason: 'MaxDeliveryCountExceeded',
        DeadLetterErrorDescription: `Message could not be consumed after ${message.deliveryCount} delivery attempts.`,
      });
    if (counted || patched) this.#write(message, patched);
    this.#settleDown(message);
  }

  #write(message: StoredMessage, wholly = false): void {
    if (wholly) this.#context.log.put(message);
    else this.#context.log.change(message);
  }

  #expire(message: StoredMessage): void {
    if (!this.options.deadLetterOnExpiry) return this.#remove(message);
    this.#deadLetter(message, {
      DeadLetterReason: 'TTLExpiredException',
      DeadLetterErrorDescription: 'The message expired and was dead lettered.',
    });
  }

  #deadLetter(message: StoredMessage, properties: Record<string, unknown>): void {
    this.#forget(message);
    message.content = withApplicationProperties(message.content, properties);
    message.state = messageState.active;
    message.deadLettered = true;
    this.#context.log.put(message);
    this.deadLetters!.restore(message);
  }

  #remove(message: StoredMessage): void {
    this.#forget(message);
    this.#context.log.remove(message);
  }

  #forget(message: StoredMessage): void {
    this.#unlock(message);
    message.place = 'gone';
    this.#messages.delete(message.sequence);
    const session = this.#sessionOf(message);
    if (!session) return;
    session.size--;
    this.sessions!.changed(session);
  }

  #unlock(message: StoredMessage): void {
    this.#context.deadlines.cancel(message.deadline);
    if (!message.lock) return;
    this.#locked.delete(message.lock.token.toString('latin1'));
    message.lock.session?.locked.delete(message);
    message.lock = undefined;
  }

  #sessionOf(message: StoredMessage): Session | undefined {
    return this.sessions?.get(message.content.sessionId!);
  }

  #timeToLive(content: EncodedMessage): number {
    return Math.min(content.header.ttl ?? Infinity, this.options.timeToLive);
  }

  /** Deferred messages by number, all or none; locked, or removed at once. */
  receiveDeferred(sequences: number[], session: Session | undefined, removing: boolean): StoredMessage[] {
    const messages = sequences.map((sequence) => {
      const message = this.#messages.get(sequence);
      const mine = !this.sessions || message?.content.sessionId === session?.id;
      if (message?.place !== 'deferred' || !mine) throw messageNotFound(sequence);
      return message;
    });
    for (const message of messages) {
      if (removing) this.#remove(message);
      else this.#lock(message, session);
    }
    return messages;
  }

  /** All or none. */
  cancelScheduled(sequences: number[]): void {
    const messages = sequences.map((sequence) => {
      const message = this.#messages.get(sequence);
      if (message?.place !== 'scheduled') throw messageNotFound(sequence);
      return message;
    });
    for (const message of messages) this.#remove(message);
  }

  /** Messages of every state from a sequence number on, locks or not. */
  peek(from: number, count: number, sessionId: string | undefined): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (const message of this.messages()) {
      if (message.sequence < from || (sessionId !== undefined && message.content.sessionId !== sessionId)) continue;
      found.push(message);
      if (found.length >= count) break;
    }
    return found;
  }

  /** Removes up to `count` unlocked messages enqueued before a time, oldest first. Returns how many. */
  deleteBatch(count: number, before: number, sessionId: string | undefined): number {
    const doomed: StoredMessage[] = [];
    for (const message of this.messages()) {
      if (doomed.length >= count) break;
      if (message.place !== 'ready' || message.enqueuedAt > before) continue;
      if (sessionId === undefined || message.content.sessionId === sessionId) doomed.push(message);
    }
    for (const message of doomed) this.#remove(message);
    return doomed.length;
  }

  setSessionState(session: Session, state: Buffer | undefined): void {
    this.sessions!.setState(session.id, state, this.#context.clock.now());
    this.#context.log.sessionState(session);
  }

  /**
   * With .NET's latest time, the sessions that have messages; with any other, those that got a message or a state
   * since.
   */
  sessionIds(since: number): string[] {
    return [...(this.sessions?.all() ?? [])]
      .filter((session) => (since >= latest ? session.size > 0 : session.touchedAt >= since))
      .map(({ id }) => id);
  }

  /** Ends every lock now, as if its time were over. */
  expireLocks(): void {
    for (const session of [...(this.sessions?.all() ?? [])]) if (session.holder) this.sessions!.expire(session);
    for (const message of [...this.#locked.values()]) this.#return(message, true);
  }

  /** In order of sequence number. */
  messages(): Iterable<StoredMessage> {
    if (this.deadLetters) return this.#messages.values();
    return [...this.#messages.values()].sort((a, b) => a.sequence - b.sequence);
  }
}
