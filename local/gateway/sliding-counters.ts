import { BoundedMap } from './bounded-map.ts';

interface Run {
  count: number;
  /** When its latest call came. */
  at: number;
  startedAt: number;
}

interface Log {
  runs: Run[];
  /** The longest and the shortest window that look at it, in milliseconds. */
  longest: number;
  shortest: number;
}

/** Calls closer together than this part of the window leave it together. */
const PARTS = 100;
const MOST_KEYS = 100_000;

/**
 * Counts calls in windows that slide: whenever one looks, it sees the calls of the last `period` milliseconds. A key keeps
 * a hundred runs of calls, however many calls it has; beyond 100,000 keys the one not used for longest goes.
 */
export class SlidingCounters {
  readonly #logs: BoundedMap<Log>;
  readonly #now: () => number;
  #sweptAt = 0;

  constructor(now: () => number, mostKeys = MOST_KEYS) {
    this.#now = now;
    this.#logs = new BoundedMap(mostKeys);
  }

  /** How much was counted in the window that ends now. */
  used(key: string, period: number): number {
    const since = this.#now() - period;
    const runs = this.#logs.get(key)?.runs ?? [];
    return runs.reduce((sum, { at, count }) => (at > since ? sum + count : sum), 0);
  }

  add(key: string, period: number, count: number): void {
    if (count === 0) return;
    const now = this.#now();
    this.#sweep(now);
    const log = this.#logs.get(key) ?? { runs: [], longest: period, shortest: period };
    log.longest = Math.max(log.longest, period);
    log.shortest = Math.min(log.shortest, period);
    const gone = log.runs.findIndex(({ at }) => at > now - log.longest);
    log.runs.splice(0, gone === -1 ? log.runs.length : gone);
    const last = log.runs.at(-1);
    if (last && now - last.startedAt < log.shortest / PARTS) {
      last.count += count;
      last.at = now;
    } else log.runs.push({ count, at: now, startedAt: now });
    this.#logs.set(key, log);
  }

  /** Milliseconds until no more than `allowed` is in the window. */
  wait(key: string, period: number, allowed: number): number {
    const now = this.#now();
    let used = this.used(key, period);
    for (const { at, count } of this.#logs.get(key)?.runs ?? []) {
      if (at <= now - period) continue;
      used -= count;
      if (used <= allowed) return at + period - now;
    }
    return period;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < 60_000) return;
    this.#sweptAt = now;
    for (const [key, { runs, longest }] of this.#logs)
      if ((runs.at(-1)?.at ?? 0) <= now - longest) this.#logs.delete(key);
  }
}
