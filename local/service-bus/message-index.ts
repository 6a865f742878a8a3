import { messageNotFound } from './errors.ts';
import type { StoredMessage } from './stored-message.ts';

/** The messages of a queue by sequence number. */
export class MessageIndex {
  readonly #messages = new Map<number, StoredMessage>();
  readonly #addedInOrder: boolean;

  /** Messages come to a queue in the order of their numbers, but to a dead-letter queue in any. */
  constructor(addedInOrder: boolean) {
    this.#addedInOrder = addedInOrder;
  }

  add(message: StoredMessage): void {
    this.#messages.set(message.sequence, message);
  }

  delete(message: StoredMessage): void {
    this.#messages.delete(message.sequence);
  }

  inOrder(): Iterable<StoredMessage> {
    if (this.#addedInOrder) return this.#messages.values();
    return [...this.#messages.values()].sort((a, b) => a.sequence - b.sequence);
  }

  /** The first `count` that fit. */
  find(count: number, fits: (message: StoredMessage) => boolean): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (const message of this.inOrder()) {
      if (found.length >= count) break;
      if (fits(message)) found.push(message);
    }
    return found;
  }

  /** All of them. @throws ServiceBusError message-not-found when one is not in that place, or not in the session. */
  at(sequences: number[], place: StoredMessage['place'], sessionId?: string): StoredMessage[] {
    return sequences.map((sequence) => {
      const message = this.#messages.get(sequence);
      if (message?.place !== place || (sessionId !== undefined && message.content.sessionId !== sessionId))
        throw messageNotFound(sequence);
      return message;
    });
  }
}
