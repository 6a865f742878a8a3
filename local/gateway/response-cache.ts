import { BoundedMap } from './bounded-map.ts';

interface Entry {
  value: unknown;
  expiresAt: number;
}

/** The built-in cache: in memory, oldest entries dropped first, nothing kept beyond its time. */
export class ResponseCache {
  readonly #entries: BoundedMap<Entry>;
  readonly #now: () => number;

  constructor(now: () => number, capacity = 10_000) {
    this.#now = now;
    this.#entries = new BoundedMap(capacity);
  }

  get(key: string): unknown {
    const found = this.#entries.get(key);
    if (!found) return undefined;
    if (found.expiresAt > this.#now()) return found.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** `duration` in milliseconds. */
  set(key: string, value: unknown, duration: number): void {
    this.#entries.set(key, { value, expiresAt: this.#now() + duration });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
