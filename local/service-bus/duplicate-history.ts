import { hash } from 'node:crypto';

/**
 * The message ids a queue has seen within its window. Kept as 16-byte hashes, because a million ids of a busy
 * queue must stay small in memory and on disk.
 */
export class DuplicateHistory {
  readonly #window: number;
  /** In order of time, so the oldest are first. */
  readonly #seen = new Map<string, number>();

  /** `window` in ms; 0 remembers nothing. */
  constructor(window: number) {
    this.#window = window;
  }

  /** Notes the id, and says whether it was there already. */
  isDuplicate(messageId: string | undefined, now: number): boolean {
    if (!this.#window || messageId === undefined) return false;
    this.#forget(now);
    const key = hash('sha1', messageId, 'buffer').toString('latin1', 0, 16);
    if (now < (this.#seen.get(key) ?? -Infinity) + this.#window) return true;
    this.note(key, now);
    return false;
  }

  note(key: string, at: number): void {
    if (!this.#window) return;
    this.#seen.delete(key);
    this.#seen.set(key, at);
  }

  /** Hashes and when they were seen, oldest first. */
  entries(now: number): Iterable<[key: string, at: number]> {
    this.#forget(now);
    return this.#seen;
  }

  get size(): number {
    return this.#seen.size;
  }

  #forget(now: number): void {
    for (const [key, at] of this.#seen) {
      if (at + this.#window > now) return;
      this.#seen.delete(key);
    }
  }
}
