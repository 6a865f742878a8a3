import { shortened } from './check.ts';

/** The spelling of property names where case does not count: that of the schema; other names are in lower case. */
export class PropertyNames {
  readonly #spelling = new Map<string, string>();
  readonly #isActive: boolean;

  /** Without documents every name is what it is. */
  constructor(documents: readonly unknown[]) {
    this.#isActive = documents.length > 0;
    for (const document of documents) this.#collect(document);
  }

  canonical(name: string): string {
    if (!this.#isActive) return name;
    const key = name.toLowerCase();
    return this.#spelling.get(key) ?? key;
  }

  /** The value with its names in the schema's spelling. */
  applied(value: unknown): unknown {
    if (!this.#isActive || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.applied(item));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.canonical(name), this.applied(item)]));
  }

  /** A property that is there twice when case does not count: only one of the two would be checked. */
  repeated(value: unknown, path = ''): { path: string; message: string } | undefined {
    if (!this.#isActive || typeof value !== 'object' || value === null) return undefined;
    const seen = new Set<string>();
    for (const [name, item] of Object.entries(value)) {
      const key = this.canonical(name);
      if (seen.has(key)) return { path, message: `Property '${shortened(name)}' is there more than once.` };
      seen.add(key);
      const inside = this.repeated(item, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      if (inside) return inside;
    }
    return undefined;
  }

  #collect(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [keyword, inside] of Object.entries(value)) {
      if (keyword === 'properties' && typeof inside === 'object' && inside !== null)
        for (const name of Object.keys(inside)) this.#add(name);
      if (keyword === 'required' && Array.isArray(inside)) for (const name of inside) this.#add(String(name));
      this.#collect(inside);
    }
  }

  #add(name: string): void {
    const key = name.toLowerCase();
    if (!this.#spelling.has(key)) this.#spelling.set(key, name);
  }
}
