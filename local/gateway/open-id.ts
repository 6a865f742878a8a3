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
  /** Asked for before its time. */
  refreshed: Promise<T> | undefined;
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
    return this.#cached(this.#configurations, url, async () => {
      const document = (await this.#fetch(url)) as { issuer?: unknown; jwks_uri?: unknown } | null;
      if (typeof document?.issuer !== 'string' || typeof document.jwks_uri !== 'string')
        throw openIdFailed(`${url} is no OpenID configuration`);
      return { issuer: document.issuer, jwksUri: document.jwks_uri };
    });
  }

  /**
   * `unknownKey` asks for a fresh set, at most every 30 s, when a token names a key that the set had not. Until there is
   * one, and when there is none to be had, the set of before stays: a stranger's token must not make it void.
   */
  async keys(url: string, unknownKey?: string): Promise<readonly VerifyKey[]> {
    const load = async () => {
      const set = (await this.#fetch(url)) as Parameters<typeof keysOf>[0] | null;
      if (!Array.isArray(set?.keys)) throw openIdFailed(`${url} is no set of keys`);
      return keysOf(set);
    };
    const known = await this.#cached(this.#keys, url, load);
    const found = this.#keys.get(url);
    if (unknownKey === undefined || known.some(({ id }) => id === unknownKey) || !found) return known;
    if (this.#now() - found.fetchedAt < minimumRefresh) return found.refreshed ?? known;
    found.fetchedAt = this.#now();
    found.refreshed = load().then(
      (keys) => {
        this.#keep(this.#keys, url, Promise.resolve(keys));
        return keys;
      },
      () => known,
    );
    return found.refreshed;
  }

  #cached<T>(cache: Map<string, Cached<T>>, key: string, load: () => Promise<T>): Promise<T> {
    const found = cache.get(key);
    if (found && found.until > this.#now()) return found.value;
    const value = load().catch((error: unknown) => {
      // What was read before serves while it cannot be read; a failure itself is not kept: the next request tries again.
      cache.delete(key);
      if (!found) throw error;
      this.#keep(cache, key, found.value, minimumRefresh);
      return found.value;
    });
    this.#keep(cache, key, value);
    return value;
  }

  #keep<T>(cache: Map<string, Cached<T>>, key: string, value: Promise<T>, milliseconds = lifetime): void {
    const now = this.#now();
    cache.set(key, { value, until: now + milliseconds, fetchedAt: now, refreshed: undefined });
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
