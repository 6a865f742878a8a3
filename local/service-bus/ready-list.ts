import type { StoredMessage } from './stored-message.ts';

/** Messages waiting to be delivered, by sequence number: taken from the front, added nearly always at the back. */
export class ReadyList {
  #items: StoredMessage[] = [];
  #head = 0;

  /** Back in its place: a released message goes before those sent after it. */
  add(message: StoredMessage): void {
    let at = this.#items.length;
    if (at === this.#head || this.#items[at - 1]!.sequence < message.sequence) {
      this.#items.push(message);
      return;
    }
    if (this.#head > 0 && message.sequence < this.#items[this.#head]!.sequence) {
      this.#items[--this.#head] = message;
      return;
    }
    while (at > this.#head && this.#items[at - 1]!.sequence > message.sequence) at--;
    this.#items.splice(at, 0, message);
  }

  /** The first message that is still there; those removed meanwhile are dropped on the way. */
  first(): StoredMessage | undefined {
    for (; this.#head < this.#items.length; this.#head++) {
      const message = this.#items[this.#head]!;
      if (message.place === 'ready') return message;
    }
    this.#items = [];
    this.#head = 0;
    return undefined;
  }

  take(): StoredMessage | undefined {
    const message = this.first();
    if (!message) return undefined;
    this.#head++;
    // Half of the array being holes is the moment to give them back: constant work a message on average.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }
}
