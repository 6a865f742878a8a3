import { BoundedMap } from './bounded-map.ts';

interface Window {
  count: number;
  bytes: number;
  endsAt: number;
}

const MOST_KEYS = 100_000;

/**
 * Counts calls in windows that are the same for everybody: one begins when the last has ended. Beyond 100,000 keys the one
 * not used for longest goes.
 */
export class FixedCounters {
  readonly #windows: BoundedMap<Window>;
  readonly #now: () => number;
  #sweptAt = 0;

  constructor(now: () => number, mostKeys = MOST_KEYS) {
    this.#now = now;
    this.#windows = new BoundedMap(mostKeys);
  }

  /** The window of a key; `period` in milliseconds. Windows begin at the anchor and every period before and after. */
  window(key: string, period: number, anchor: number): Window {
    const now = this.#now();
    this.#sweep(now);
    const known = this.#windows.get(key);
    const endsAt = anchor + (Math.floor((now - anchor) / period) + 1) * period;
    const window = known && known.endsAt > now ? known : { count: 0, bytes: 0, endsAt };
    this.#windows.set(key, window);
    return window;
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
