/** Simulated time: what is to happen happens in order, and the clock jumps from one event to the next. */
export interface World {
  now: () => number;
  at: (time: number, happen: () => void) => void;
  after: (delay: number, happen: () => void) => void;
  /** Lets the next event happen, and everything it sets off at the same moment. False when there is none left. */
  step: () => Promise<boolean>;
  /** When the next event happens; Infinity when there is none. */
  next: () => number;
  /** Moves the clock forward although nothing happens until then. */
  jumpTo: (time: number) => void;
}

interface Happening {
  time: number;
  order: number;
  happen: () => void;
}

export function createWorld(start: number): World {
  const heap: Happening[] = [];
  let now = start;
  let count = 0;

  function at(time: number, happen: () => void): void {
    const item = { time: Math.max(time, now), order: count++, happen };
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Happening;
      if (before(above, item)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = item;
  }

  function take(): Happening | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && before(right, heap[child] as Happening)) child++;
      const smaller = heap[child] as Happening;
      if (before(last, smaller)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
    return first;
  }

  async function step(): Promise<boolean> {
    const next = take();
    if (!next) return false;
    now = next.time;
    next.happen();
    // All that hangs on promises runs before the next event: Node takes the next tick up when no microtask is left.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    return true;
  }

  return {
    now: () => now,
    at,
    after: (delay, happen) => at(now + delay, happen),
    step,
    next: () => heap[0]?.time ?? Infinity,
    jumpTo: (time) => {
      now = Math.max(now, time);
    },
  };
}

function before(a: Happening, b: Happening): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
