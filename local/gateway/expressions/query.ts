/** A sequence of LINQ: it runs each time it is walked over, and no further than it is asked. */
export class Query {
  readonly #start: () => Iterator<unknown>;

  constructor(start: () => Iterator<unknown>) {
    this.#start = start;
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.#start();
  }

  toNetItems(): readonly unknown[] {
    return [...this];
  }
}
