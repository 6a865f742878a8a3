import { Worker } from 'node:worker_threads';
import type { SchemaCheck, Verdict } from './check.ts';
import type { Answer, Question } from './validation-thread.ts';

interface Waiting {
  schema: SchemaCheck;
  content: Uint8Array | undefined;
  charset: string | undefined;
  resolve: (verdict: Verdict) => void;
}

/** As many schemas as a thread keeps compiled. */
const maxKept = 500;

/**
 * Checks content against schemas in a thread of its own, one after the other. What takes too long is given up and the
 * thread with it: neither a pattern that explodes nor a huge body holds up the gateway.
 */
export class SchemaValidator {
  readonly #patience: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #keys = new WeakMap<SchemaCheck, number>();
  #known = new Set<number>();
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  /** `patience` in milliseconds: as long as one check may take. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** The verdict on content; without content, on whether the schema compiles. The same object is the same schema. */
  check(schema: SchemaCheck, content: Uint8Array | undefined, charset?: string): Promise<Verdict> {
    return new Promise((resolve) => {
      if (this.#waiting.size === 0 && this.#known.size >= maxKept) this.#stop();
      const id = ++this.#last;
      this.#waiting.set(id, { schema, content, charset, resolve });
      this.#ask(id);
      if (this.#waiting.size === 1) this.#watch();
    });
  }

  close(): void {
    this.#stop();
    this.#waiting.clear();
  }

  #ask(id: number): void {
    const one = this.#waiting.get(id);
    if (!one) return;
    const key = this.#keys.get(one.schema) ?? this.#keys.set(one.schema, id).get(one.schema) ?? id;
    const schema = this.#known.has(key) ? undefined : one.schema;
    this.#known.add(key);
    this.#thread ??= this.#start();
    const question: Question = { id, key, schema, content: one.content, charset: one.charset };
    this.#thread.postMessage(question, []);
  }

  #start(): Worker {
    const thread = new Worker(new URL('validation-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    thread.unref();
    thread.on('message', ({ id, verdict }: Answer) => this.#settle(id, verdict));
    thread.on('error', (error) => {
      if (thread === this.#thread) this.#giveUp(error.message);
    });
    return thread;
  }

  #settle(id: number, verdict: Verdict): void {
    this.#waiting.get(id)?.resolve(verdict);
    this.#waiting.delete(id);
    this.#watch();
  }

  /** The clock of the check that runs now: the oldest. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => this.#giveUp(`It took longer than ${this.#patience} ms.`), this.#patience);
  }

  /** Ends the thread and the check that it was at; the others begin again. */
  #giveUp(reason: string): void {
    this.#stop();
    const [first] = this.#waiting.keys();
    if (first === undefined) return;
    const rest = [...this.#waiting.keys()].slice(1);
    this.#settle(first, { outcome: 'unchecked', reason });
    for (const id of rest) this.#ask(id);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    void this.#thread?.terminate();
    this.#thread = undefined;
    this.#known = new Set();
  }
}
