/** Resources by name. The resource manager knows names without regard to case, and keeps the first spelling. */
export class NameMap<T> extends Map<string, T> {
  readonly #spelling = new Map<string, string>();

  constructor(entries: Iterable<readonly [string, T]> = []) {
    super();
    for (const [name, value] of entries) this.set(name, value);
  }

  override get(name: string): T | undefined {
    return super.get(this.#spelt(name));
  }

  override has(name: string): boolean {
    return super.has(this.#spelt(name));
  }

  override set(name: string, value: T): this {
    const spelt = this.#spelt(name);
    this.#spelling.set(name.toLowerCase(), spelt);
    return super.set(spelt, value);
  }

  override delete(name: string): boolean {
    const spelt = this.#spelt(name);
    this.#spelling.delete(name.toLowerCase());
    return super.delete(spelt);
  }

  #spelt(name: string): string {
    return this.#spelling.get(name.toLowerCase()) ?? name;
  }
}

export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
