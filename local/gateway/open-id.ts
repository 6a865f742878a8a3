import { PolicyError } from './errors.ts';
import { keysOf, type VerifyKey } from './jwt-keys.ts';
import { RequestUrl } from './request-url.ts';
import type { Sender } from './upstream.ts';
import { wholeAnswer } from './whole-answer.ts';

interface Configuration {
  issuer: string;
  jwksUri: string;
}

interface Cached<T> {
  value: Promise<T>;
  until: number;
  fetchedAt: number;
}

const lifetime = 3_600_000;
const minimumRefresh = 30_000;
const timeout = 10_000;

/** Reads OpenID configurations and their keys, and keeps them for an hour. */
export class OpenIdDirectory {
  readonly #sender: Sender;
  readonly #now: () => number;
  readonly #configurations = new Map<string, Cached<Configuration>>();
  readonly #keys = new Map<string, Cached<VerifyKey[]>>();

  constructor(sender: Sender, now: () => number) {
    this.#sender = sender;
    this.#now = now;
  }

  /** Throws PolicyError when it cannot be read. */
  configuration(url: string): Promise<Configuration> {
    return this.#cached(this.#configurations, url, false, async () => {
      const document = (await this.#fetch(url)) as { issuer?: unknown; jwks_uri?: unknown };
      if (typeof document.issuer !== 'string' || typeof document.jwks_uri !== 'string')
        throw openIdFailed(`${url} is no OpenID configuration`);
      return { issuer: document.issuer, jwksUri: document.jwks_uri };
    });
  }

  /** `unknownKey` asks for a fresh set, at most every 30 s, when a token names a key that the set had not. */
  async keys(url: string, unknownKey?: string): Promise<readonly VerifyKey[]> {
    const load = async () => keysOf((await this.#fetch(url)) as Parameters<typeof keysOf>[0]);
    const known = await this.#cached(this.#keys, url, false, load);
    const refresh = unknownKey !== undefined && !known.some(({ id }) => id === unknownKey);
    return refresh ? this.#cached(this.#keys, url, true, load) : known;
  }

  #cached<T>(cache: Map<string, Cached<T>>, key: string, refresh: boolean, load: () => Promise<T>): Promise<T> {
    const now = this.#now();
    const found = cache.get(key);
    if (found && found.until > now && !(refresh && now - found.fetchedAt >= minimumRefresh)) return found.value;
    const value = load();
    cache.set(key, { value, until: now + lifetime, fetchedAt: now });
    // A failure is not kept: the next request tries again.
    value.catch(() => cache.delete(key));
    return value;
  }

  async #fetch(url: string): Promise<unknown> {
    try {
      const { scheme, host, port, path, search, authority } = RequestUrl.parse(url);
      const { status, body } = await wholeAnswer(this.#sender, {
        method: 'GET',
        scheme,
        host,
        port,
        path: path + search,
        headers: ['Host', authority, 'Accept', 'application/json'],
        body: undefined,
        timeout,
        client: undefined,
        validateCertificate: true,
      });
      if (status !== 200) throw new Error(`it answered ${status}`);
      return JSON.parse(body.bytes?.toString('utf8') ?? '');
    } catch (error) {
      throw openIdFailed(`${url} cannot be read: ${(error as Error).message}`, error);
    }
  }
}

function openIdFailed(message: string, cause?: unknown): PolicyError {
  return new PolicyError(message, { source: 'validate-jwt', reason: 'OpenIdConfigurationFailed', status: 500, cause });
}
