interface Window {
  count: number;
  bytes: number;
  endsAt: number;
}

/** Counts calls in fixed windows that begin with the first call of each. */
export class Counters {
  readonly #windows = new Map<string, Window>();
  readonly #now: () => number;
  #sweptAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The window of a key; `period` in milliseconds. With an anchor, windows begin there and every period after. */
  window(key: string, period: number, anchor?: number): Window {
    const now = this.#now();
    this.#sweep(now);
    const known = this.#windows.get(key);
    if (known && known.endsAt > now) return known;
    const endsAt = anchor === undefined ? now + period : anchor + (Math.floor((now - anchor) / period) + 1) * period;
    const fresh = { count: 0, bytes: 0, endsAt };
    this.#windows.set(key, fresh);
    return fresh;
  }

  /** Milliseconds until the window ends. */
  left(window: Window): number {
    return Math.max(0, window.endsAt - this.#now());
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < 60_000) return;
    this.#sweptAt = now;
    for (const [key, { endsAt }] of this.#windows) if (endsAt <= now) this.#windows.delete(key);
  }
}
