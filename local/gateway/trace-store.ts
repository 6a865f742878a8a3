import type { Trace } from './trace.ts';

/** The last traces, for whoever asks by id. */
export class TraceStore {
  readonly #traces = new Map<string, Trace>();
  readonly #capacity: number;

  constructor(capacity = 200) {
    this.#capacity = capacity;
  }

  add(trace: Trace): void {
    this.#traces.set(trace.id, trace);
    const [oldest] = this.#traces.keys();
    if (this.#traces.size > this.#capacity && oldest !== undefined) this.#traces.delete(oldest);
  }

  get(id: string): Trace | undefined {
    return this.#traces.get(id);
  }

  ids(): string[] {
    return [...this.#traces.keys()];
  }
}
