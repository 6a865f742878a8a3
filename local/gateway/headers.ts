/** The name of a header as RFC 9110 has it: anything else would be read as something else by whoever gets it. */
export const headerName = /^[\w!#$%&'*+.^`|~-]+$/;

/** What neither a header nor a reason can hold; the characters from 0x80 on go out as Latin-1. */
export const unfitInHead = /[^\t\x20-\x7e\x80-\xff]/;

interface Header {
  name: string;
  values: string[];
}

/** The headers of a message: names without regard to case, in the order and spelling they came in. */
export class Headers {
  readonly #headers = new Map<string, Header>();

  /** From Node's `rawHeaders`: names and values in turn. */
  static fromRaw(raw: readonly string[]): Headers {
    const headers = new Headers();
    for (let i = 0; i + 1 < raw.length; i += 2) headers.append(raw[i] as string, raw[i + 1] as string);
    return headers;
  }

  clone(): Headers {
    const copy = new Headers();
    for (const [key, { name, values }] of this.#headers) copy.#headers.set(key, { name, values: [...values] });
    return copy;
  }

  has(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  /** All values in one, as `GetValueOrDefault` gives them. */
  get(name: string): string | undefined {
    const found = this.#headers.get(name.toLowerCase());
    if (!found) return undefined;
    return found.values.length === 1 ? found.values[0] : found.values.join(',');
  }

  values(name: string): readonly string[] | undefined {
    return this.#headers.get(name.toLowerCase())?.values;
  }

  set(name: string, values: readonly string[]): void {
    this.#headers.set(name.toLowerCase(), { name, values: [...values] });
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const found = this.#headers.get(key);
    if (found) found.values.push(value);
    else this.#headers.set(key, { name, values: [value] });
  }

  delete(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  /** By lower-case name. */
  entries(): IterableIterator<[string, Header]> {
    return this.#headers.entries();
  }

  names(): string[] {
    return Array.from(this.#headers.values(), ({ name }) => name);
  }
}
