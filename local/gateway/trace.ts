import type { Section } from './policy.ts';

export interface TraceEntry {
  section: Section;
  /** `service`, `product`, `api`, `operation`, or `gateway` for what no policy does. */
  scope: string;
  /** The policy and where it stands, such as `choose/when[2]/set-header`. */
  policy: string;
  /** Microseconds since the request came. */
  at: number;
  /** Microseconds. */
  took: number;
  message?: string | undefined;
  error?: string | undefined;
}

/** What happened to one request, policy by policy. */
export class Trace {
  readonly id: string;
  readonly entries: TraceEntry[] = [];
  readonly #started: number;

  constructor(id: string) {
    this.id = id;
    this.#started = performance.now();
  }

  /** Microseconds since the request came. */
  now(): number {
    return Math.round((performance.now() - this.#started) * 1000);
  }

  note(section: Section, policy: string, message: string): void {
    this.entries.push({ section, scope: 'gateway', policy, at: this.now(), took: 0, message });
  }
}
