import { deadLetterOptions, type QueueOptions } from './config.ts';
import { DuplicateHistory } from './duplicate-history.ts';
import { withApplicationProperties, type EncodedMessage } from './encoded-message.ts';
import { noSessionId, notAllowed } from './errors.ts';
import { MessageIndex } from './message-index.ts';
import { MessageLocks } from './message-locks.ts';
import type { MessageReceiver, Outcome, QueueContext } from './queue-ports.ts';
import { ReadyList } from './ready-list.ts';
import { Sessions, type Session } from './sessions.ts';
import { messageState, newMessage, type StoredMessage } from './stored-message.ts';

/** 9999-12-31, in ms. */
const latest = 253_402_214_400_000;

/** A queue or the dead-letter queue of one. It knows nothing of AMQP links: receivers take messages when they can. */
export class Queue {
  readonly options: QueueOptions;
  readonly sessions: Sessions | undefined;
  /** Undefined for a queue that is itself for dead letters. */
  readonly deadLetters: Queue | undefined;
  /** The queue whose dead letters this one keeps, if any. */
  readonly deadLetterSource: string | undefined;
  readonly seen: DuplicateHistory;
  readonly #context: QueueContext;
  readonly #messages: MessageIndex;
  readonly #locks: MessageLocks;
  readonly #ready = new ReadyList();
  readonly #receivers = new Set<MessageReceiver>();

  constructor(options: QueueOptions, context: QueueContext, deadLetterSource?: string) {
    this.options = options;
    this.deadLetterSource = deadLetterSource;
    this.#context = context;
    this.#messages = new MessageIndex(deadLetterSource === undefined);
    this.seen = new DuplicateHistory(options.duplicateWindow);
    const release = (message: StoredMessage, counted: boolean) => this.#return(message, counted);
    this.#locks = new MessageLocks(options.lockDuration, context, (message) => release(message, true));
    if (options.requiresSession)
      this.sessions = new Sessions(options.lockDuration, context.clock, context.deadlines, release);
    if (deadLetterSource === undefined) this.deadLetters = new Queue(deadLetterOptions(options), context, options.name);
  }

  /**
   * Takes all messages or, when one is refused, none. Returns their sequence numbers, 0 for a duplicate, which is
   * dropped in silence as in the service.
   */
  send(messages: EncodedMessage[]): number[] {
    if (!this.deadLetters) throw notAllowed(`Messages cannot be sent to '${this.options.name}'.`);
    if (this.sessions && messages.some(({ sessionId }) => sessionId === undefined)) throw noSessionId();
    return messages.map((message) => this.#enqueue(message));
  }

  #enqueue(content: EncodedMessage): number {
    const now = this.#context.clock.now();
    if (this.seen.isDuplicate(content.messageId, now)) return 0;
    const sequence = this.#context.nextSequence();
    const message = newMessage(content, sequence, now, this.#timeToLive(content));
    this.#context.log.put(message);
    this.restore(message);
    return sequence;
  }

  /** Puts a message where its state belongs. The journal has it already. */
  restore(message: StoredMessage): void {
    this.#messages.add(message);
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
    else this.#locks.begin(message, receiver.session);
    receiver.take(message);
  }

  /** @throws ServiceBusError message-lock-lost when the lock is over. */
  locked(token: Buffer): StoredMessage {
    return this.#locks.find(token);
  }

  /** Returns the lock's new end. */
  renew(message: StoredMessage): number {
    return this.#locks.renew(message);
  }

  /** Ends the lock of a message that has one. */
  settle(message: StoredMessage, outcome: Outcome): void {
    if (outcome.kind === 'complete') return this.#remove(message);
    if (outcome.kind === 'release') return this.#return(message, false);
    if (outcome.kind === 'deadLetter') {
      if (!this.deadLetters) {
        this.#return(message, false);
        throw notAllowed('A message in a dead-letter queue cannot be dead-lettered.');
      }
      const reasons = {
        ...(outcome.reason !== undefined && { DeadLetterReason: outcome.reason }),
        ...(outcome.description !== undefined && { DeadLetterErrorDescription: outcome.description }),
      };
      return this.#deadLetter(message, { ...outcome.properties, ...reasons });
    }
    const patched = outcome.properties && Object.keys(outcome.properties).length > 0;
    if (patched) message.content = withApplicationProperties(message.content, outcome.properties!);
    if (outcome.kind === 'abandon') return this.#return(message, true, patched);
    this.#locks.end(message);
    message.state = messageState.deferred;
    // The service counts a deferral as a delivery too.
    this.#countDelivery(message);
    this.#write(message, patched);
    this.#settleDown(message);
  }

  /** Back to where it was before its lock. */
  #return(message: StoredMessage, counted: boolean, patched = false): void {
    this.#locks.end(message);
    if (counted) this.#countDelivery(message);
    if (message.deliveryCount >= this.options.maxDeliveryCount)
      return this.#deadLetter(message, {
        DeadLetterReason: 'MaxDeliveryCountExceeded',
        DeadLetterErrorDescription: `Message could not be consumed after ${message.deliveryCount} delivery attempts.`,
      });
    if (counted || patched) this.#write(message, patched);
    this.#settleDown(message);
  }

  /** A dead letter keeps the count it came with, as in the service. */
  #countDelivery(message: StoredMessage): void {
    if (this.deadLetters) message.deliveryCount++;
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
    this.#locks.end(message);
    message.place = 'gone';
    this.#messages.delete(message);
    const session = this.#sessionOf(message);
    if (!session) return;
    session.size--;
    this.sessions!.changed(session);
  }

  #sessionOf(message: StoredMessage): Session | undefined {
    return this.sessions?.get(message.content.sessionId!);
  }

  #timeToLive(content: EncodedMessage): number {
    return Math.min(content.header.ttl ?? Infinity, this.options.timeToLive);
  }

  /** Deferred messages by number, all or none; locked, or removed at once. */
  receiveDeferred(sequences: number[], session: Session | undefined, removing: boolean): StoredMessage[] {
    const messages = this.#messages.at(sequences, 'deferred', session?.id);
    for (const message of messages) {
      if (removing) this.#remove(message);
      else this.#locks.begin(message, session);
    }
    return messages;
  }

  /** All or none. */
  cancelScheduled(sequences: number[]): void {
    for (const message of this.#messages.at(sequences, 'scheduled')) this.#remove(message);
  }

  /** Messages of every state from a sequence number on, locks or not. */
  peek(from: number, count: number, sessionId: string | undefined): StoredMessage[] {
    return this.#messages.find(count, ({ sequence, content }) => sequence >= from && isIn(sessionId, content));
  }

  /** Removes up to `count` unlocked messages enqueued before a time, oldest first. Returns how many. */
  deleteBatch(count: number, before: number, sessionId: string | undefined): number {
    const doomed = this.#messages.find(
      count,
      ({ place, enqueuedAt, content }) => place === 'ready' && enqueuedAt <= before && isIn(sessionId, content),
    );
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
    for (const message of this.#locks.all()) this.#return(message, true);
  }

  /** In order of sequence number. */
  messages(): Iterable<StoredMessage> {
    return this.#messages.inOrder();
  }
}

const isIn = (sessionId: string | undefined, content: EncodedMessage) =>
  sessionId === undefined || content.sessionId === sessionId;
