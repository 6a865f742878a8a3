import { BoundedMap } from './bounded-map.ts';
import type { Trace } from './trace.ts';

/** The last traces, for whoever asks by id. */
export class TraceStore {
  readonly #traces: BoundedMap<Trace>;

  constructor(capacity = 200) {
    this.#traces = new BoundedMap(capacity);
  }

  add(trace: Trace): void {
    this.#traces.set(trace.id, trace);
  }

  get(id: string): Trace | undefined {
    return this.#traces.get(id);
  }

  ids(): string[] {
    return [...this.#traces.keys()];
  }
}
