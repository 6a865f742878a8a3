/** A map that holds no more than its capacity: what was set longest ago goes first. */
export class BoundedMap<T> extends Map<string, T> {
  readonly #capacity: number;

  constructor(capacity: number) {
    super();
    this.#capacity = capacity;
  }

  override set(key: string, value: T): this {
    // Set again, it is the last to go.
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.#capacity) break;
      this.delete(oldest);
    }
    return this;
  }
}
