import { PolicyError } from './errors.ts';

/** The address of a request, in parts that policies read and change. */
export class RequestUrl {
  scheme: string;
  host: string;
  port: number;
  /** Begins with "/", still percent-encoded. */
  path: string;
  #search: string;
  #parameters: [name: string, value: string][] | undefined;

  constructor(scheme: string, host: string, port: number, path: string, search: string) {
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.path = path;
    this.#search = search;
  }

  /** Throws PolicyError for what is no address: policies compute some of them. */
  static parse(address: string): RequestUrl {
    const url = URL.parse(address);
    if (!url) throw new PolicyError(`"${address}" is no address.`, { source: 'configuration', reason: 'InvalidUrl' });
    const scheme = url.protocol.slice(0, -1);
    const port = url.port === '' ? defaultPort(scheme) : Number(url.port);
    return new RequestUrl(scheme, url.hostname, port, url.pathname, url.search);
  }

  clone(): RequestUrl {
    return new RequestUrl(this.scheme, this.host, this.port, this.path, this.search);
  }

  /** The query with its "?", or "". */
  get search(): string {
    return this.#search;
  }

  set search(value: string) {
    this.#search = value === '' || value.startsWith('?') ? value : `?${value}`;
    this.#parameters = undefined;
  }

  /** Decoded, in order. */
  get parameters(): readonly (readonly [string, string])[] {
    this.#parameters ??= this.#search === '' ? [] : [...new URLSearchParams(this.#search)];
    return this.#parameters;
  }

  get hasParameters(): boolean {
    return this.#search.length > 1;
  }

  values(name: string): string[] {
    if (this.#search === '') return [];
    const key = name.toLowerCase();
    return this.parameters.filter(([one]) => one.toLowerCase() === key).map(([, value]) => value);
  }

  setParameter(name: string, values: readonly string[]): void {
    const key = name.toLowerCase();
    const kept = this.parameters.filter(([one]) => one.toLowerCase() !== key);
    this.#write([...kept, ...values.map((value) => [name, value] as const)]);
  }

  #write(parameters: readonly (readonly [string, string])[]): void {
    const encoded = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    this.search = encoded && `?${encoded}`;
  }

  get authority(): string {
    return this.port === defaultPort(this.scheme) ? this.host : `${this.host}:${this.port}`;
  }

  toString(): string {
    return `${this.scheme}://${this.authority}${this.path}${this.#search}`;
  }

  toNetString(): string {
    return this.toString();
  }

  /** Each parameter's name once, in order. */
  names(): string[] {
    return [...new Set(this.parameters.map(([name]) => name))];
  }
}

export function defaultPort(scheme: string): number {
  return scheme === 'https' ? 443 : 80;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
}
