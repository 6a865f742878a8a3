import { NetDictionary } from './collections.ts';
import { argumentNull } from './text-parts.ts';
import type { NetType } from './net-type.ts';

type Entry = [key: unknown, value: unknown];
type Compare = (left: unknown, right: unknown) => number;

/** Entries stand in runs of at most this many, so that one more moves few others. */
const longestRun = 512;

/** `SortedDictionary<K, V>`: keys in the order of a comparer, for which keys that compare equal are one. */
export class SortedDictionary extends NetDictionary {
  readonly #compare: Compare;
  #runs: Entry[][] = [];
  #count = 0;

  constructor(type: NetType, compare: Compare) {
    super(type);
    this.#compare = compare;
  }

  override get(key: unknown): Entry | undefined {
    if (key === null) throw argumentNull('key');
    const { run, at, found } = this.#place(key);
    return found ? run?.[at] : undefined;
  }

  override get count(): number {
    return this.#count;
  }

  override set(key: unknown, value: unknown): void {
    const { index, run, at, found } = this.#place(key);
    this.version++;
    if (found && run?.[at]) {
      run[at][1] = value;
      return;
    }
    this.#count++;
    if (!run) this.#runs.push([[key, value]]);
    else {
      run.splice(at, 0, [key, value]);
      if (run.length > longestRun) this.#runs.splice(index + 1, 0, run.splice(longestRun / 2));
    }
  }

  override delete(key: unknown): boolean {
    if (!this.get(key)) return false;
    const { index, run, at } = this.#place(key);
    this.version++;
    this.#count--;
    run?.splice(at, 1);
    if (run?.length === 0) this.#runs.splice(index, 1);
    return true;
  }

  override clear(): void {
    this.version++;
    this.#count = 0;
    this.#runs = [];
  }

  override *pairs(): Generator<Entry> {
    for (const run of this.#runs) yield* run;
  }

  /** Where a key stands, or would. */
  #place(key: unknown): { index: number; run: Entry[] | undefined; at: number; found: boolean } {
    // The last run that begins with no greater key.
    const index = Math.max(firstNot(this.#runs.length, (i) => this.#order(this.#runs[i]?.[0], key) <= 0) - 1, 0);
    const run = this.#runs[index];
    // .NET asks a comparer of its own about the first key too, which so learns whether it can be compared at all.
    if (!run) this.#compare(key, key);
    const at = firstNot(run?.length ?? 0, (i) => this.#order(run?.[i], key) < 0);
    return { index, run, at, found: at < (run?.length ?? 0) && this.#order(run?.[at], key) === 0 };
  }

  #order(entry: Entry | undefined, key: unknown): number {
    return this.#compare(entry?.[0], key);
  }
}

/** The first index for which the test does not hold, where it holds up to there and not from there on. */
function firstNot(length: number, test: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
