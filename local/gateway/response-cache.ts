interface Entry {
  value: unknown;
  expiresAt: number;
}

/** The built-in cache: in memory, oldest entries dropped first, nothing kept beyond its time. */
export class ResponseCache {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #capacity: number;

  constructor(now: () => number, capacity = 10_000) {
    this.#now = now;
    this.#capacity = capacity;
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
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAt: this.#now() + duration });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity) break;
      this.#entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
