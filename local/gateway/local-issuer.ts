import { createHash, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';

const lifetimeSeconds = 3600;

/** Stands in for Microsoft Entra: issues the tokens of authentication-managed-identity, and publishes its keys. */
export class LocalIssuer {
  readonly #privateKey: KeyObject;
  readonly #jwk: JsonWebKey & { kid: string; use: string; alg: string };
  readonly #now: () => number;
  readonly #identities: ReadonlySet<string> | undefined;
  readonly #tokens = new Map<string, { token: string; until: number }>();
  /** Where the keys are published; set once the port is known. */
  issuer = 'http://127.0.0.1';

  /** `identities` are the client ids of the user-assigned ones; undefined has one for every id. */
  constructor(now: () => number, identities?: readonly string[]) {
    this.#now = now;
    this.#identities = identities && new Set(identities);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    const jwk = publicKey.export({ format: 'jwk' });
    const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 16);
    this.#jwk = { ...jwk, kid, use: 'sig', alg: 'ES256' };
  }

  /**
   * A token for a resource, the same one until it has less than five minutes left. Without a client id it is that of the
   * system-assigned identity; undefined when there is no identity with the client id.
   */
  token(resource: string, clientId: string | undefined): string | undefined {
    if (clientId !== undefined && this.#identities && !this.#identities.has(clientId)) return undefined;
    const client = clientId ?? 'system-assigned';
    const seconds = Math.floor(this.#now() / 1000);
    const key = `${client}\n${resource}`;
    const known = this.#tokens.get(key);
    if (known && known.until - seconds > 300) return known.token;
    const claims = {
      iss: this.issuer,
      aud: resource,
      sub: client,
      appid: client,
      iat: seconds,
      nbf: seconds,
      exp: seconds + lifetimeSeconds,
    };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const data = `${part({ alg: 'ES256', typ: 'JWT', kid: this.#jwk.kid })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(data), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
    const token = `${data}.${signature.toString('base64url')}`;
    this.#tokens.set(key, { token, until: seconds + lifetimeSeconds });
    return token;
  }

  configuration(): object {
    return { issuer: this.issuer, jwks_uri: `${this.issuer}/keys`, id_token_signing_alg_values_supported: ['ES256'] };
  }

  keys(): object {
    return { keys: [this.#jwk] };
  }
}
