/** Milliseconds since 1970, and a way to be called at a time; tests pass one they move themselves. */
export interface Clock {
  now(): number;
  /** Calls once, not before `at`. Returns what cancels the call. */
  wake(at: number, run: () => void): () => void;
}

/** One thing to do at a time; `index` is its place in the heap, -1 when done or cancelled. */
export interface Deadline {
  at: number;
  index: number;
  run: () => void;
}

/** The longest delay `setTimeout` takes; a later deadline is looked at again then. */
const longestDelay = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  wake(at, run) {
    const timer = setTimeout(run, Math.min(Math.max(at - Date.now(), 0), longestDelay));
    return () => clearTimeout(timer);
  },
};

/**
 * Every lock, expiry and schedule of the server behind one timer: a binary heap whose entries know their place, so
 * that a settled message leaves nothing behind.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heap: Deadline[] = [];
  #cancelWake: (() => void) | undefined;
  #wakeAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(at: number, run: () => void): Deadline {
    const deadline = { at, index: this.#heap.length, run };
    this.#heap.push(deadline);
    this.#up(deadline);
    this.#schedule();
    return deadline;
  }

  cancel(deadline: Deadline | undefined): void {
    if (!deadline || deadline.index < 0) return;
    this.#removeAt(deadline.index);
  }

  close(): void {
    this.#cancelWake?.();
    this.#heap.length = 0;
  }

  #schedule(): void {
    const first = this.#heap[0];
    // A timer that fires too early only looks again, so one that is early enough is left alone.
    if (!first || first.at >= this.#wakeAt) return;
    this.#cancelWake?.();
    this.#wakeAt = first.at;
    this.#cancelWake = this.#clock.wake(first.at, () => this.#due());
  }

  #due(): void {
    this.#wakeAt = Infinity;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      this.#removeAt(0);
      first.run();
    }
    this.#schedule();
  }

  #removeAt(index: number): void {
    const gone = this.#heap[index]!;
    const last = this.#heap.pop()!;
    gone.index = -1;
    if (gone === last) return;
    this.#heap[index] = last;
    last.index = index;
    this.#up(last);
    this.#down(last);
  }

  #up(item: Deadline): void {
    while (item.index > 0) {
      const parent = this.#heap[(item.index - 1) >> 1]!;
      if (parent.at <= item.at) return;
      this.#swap(parent, item);
    }
  }

  #down(item: Deadline): void {
    for (;;) {
      const left = this.#heap[2 * item.index + 1];
      const right = this.#heap[2 * item.index + 2];
      const smaller = right && left && right.at < left.at ? right : left;
      if (!smaller || smaller.at >= item.at) return;
      this.#swap(item, smaller);
    }
  }

  #swap(a: Deadline, b: Deadline): void {
    [a.index, b.index] = [b.index, a.index];
    this.#heap[a.index] = a;
    this.#heap[b.index] = b;
  }
}
