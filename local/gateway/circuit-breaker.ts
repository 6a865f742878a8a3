import type { Backend, CircuitBreaker } from './configuration/model.ts';

interface State {
  failures: number[];
  openUntil: number;
}

/** The circuit breakers of all backends: enough failures in the interval trip one for a time. */
export class BreakerBox {
  readonly #states = new Map<string, State>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until requests may pass again; 0 when they may. */
  openFor(backend: Backend): number {
    const state = backend.circuitBreaker && this.#states.get(backend.name);
    return state ? Math.max(0, state.openUntil - this.#now()) : 0;
  }

  /** Takes note of an answer. `retryAfter` in milliseconds, if the answer named one. */
  answered(backend: Backend, status: number, retryAfter: number | undefined): void {
    const rule = backend.circuitBreaker;
    if (rule?.statusRanges.some(({ min, max }) => status >= min && status <= max))
      this.#fail(backend.name, rule, retryAfter);
  }

  /** Takes note of a connection that failed or timed out. */
  failed(backend: Backend): void {
    if (backend.circuitBreaker?.countsErrors) this.#fail(backend.name, backend.circuitBreaker, undefined);
  }

  #fail(name: string, rule: CircuitBreaker, retryAfter: number | undefined): void {
    const now = this.#now();
    const state = this.#states.get(name) ?? { failures: [], openUntil: 0 };
    this.#states.set(name, state);
    state.failures = state.failures.filter((at) => at > now - rule.interval);
    state.failures.push(now);
    if (state.failures.length < rule.count) return;
    state.openUntil = now + (rule.acceptRetryAfter && retryAfter !== undefined ? retryAfter : rule.tripDuration);
    state.failures = [];
  }
}
