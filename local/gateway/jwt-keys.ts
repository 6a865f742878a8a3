import {
  createHmac,
  createPublicKey,
  createSecretKey,
  timingSafeEqual,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import type { Exchange } from './exchange.ts';
import type { Jwt } from './jwt.ts';
import type { PolicyElement } from './policy-element.ts';

export interface VerifyKey {
  id: string | undefined;
  key: KeyObject;
}

/** A `<key>` of issuer-signing-keys: an RSA modulus and exponent, or a symmetric key in base64. */
export function keyFromElement(element: PolicyElement): (exchange: Exchange) => VerifyKey {
  if (element.has('certificate-id'))
    element.fail('<key certificate-id> is not supported: there are no certificates here');
  const id = element.constant('id');
  const [n, e] = [element.text('n'), element.text('e')];
  if (n && e)
    return (exchange) => ({
      id,
      key: createPublicKey({ key: { kty: 'RSA', n: n(exchange), e: e(exchange) }, format: 'jwk' }),
    });
  const secret = element.contentText();
  if (secret.constant === '') element.fail('<key> needs n and e, or a symmetric key in base64');
  return (exchange) => ({ id, key: createSecretKey(Buffer.from(secret(exchange), 'base64')) });
}

/** The keys of a JSON Web Key Set that can verify signatures. */
export function keysOf(set: { keys?: (JsonWebKey & { kid?: string; use?: string })[] }): VerifyKey[] {
  return (set.keys ?? [])
    .filter(({ kty, use }) => use !== 'enc' && (kty === 'RSA' || kty === 'EC'))
    .map((jwk) => ({ id: jwk.kid, key: createPublicKey({ key: jwk, format: 'jwk' }) }));
}

const hashes: Readonly<Record<string, string>> = { '256': 'sha256', '384': 'sha384', '512': 'sha512' };
const pssPadding = 6;

/** Whether one of the keys made the token's signature. An unsigned token never verifies. */
export function verifies(jwt: Jwt, keys: readonly VerifyKey[]): boolean {
  const kid = jwt.headerText('kid');
  const candidates = keys.filter(({ id }) => id === undefined || kid === null || id === kid);
  return candidates.some(({ key }) => matches(jwt, key));
}

function matches(jwt: Jwt, key: KeyObject): boolean {
  const [header = '', payload = '', signature = ''] = jwt.text.split('.');
  const algorithm = jwt.headerText('alg') ?? '';
  const hash = hashes[algorithm.slice(2)];
  if (!hash) return false;
  const data = Buffer.from(`${header}.${payload}`);
  const given = Buffer.from(signature, 'base64url');
  const family = algorithm.slice(0, 2);
  // The key's kind decides which algorithms it may be used with: a public key is never taken as a shared secret.
  if (family === 'HS' && key.type === 'secret') {
    const wanted = createHmac(hash, key).update(data).digest();
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }
  if (key.type !== 'public') return false;
  if (family === 'RS' && key.asymmetricKeyType === 'rsa') return verify(hash, data, key, given);
  if (family === 'PS' && key.asymmetricKeyType === 'rsa')
    return verify(hash, data, { key, padding: pssPadding, saltLength: -1 }, given);
  if (family === 'ES' && key.asymmetricKeyType === 'ec')
    return verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, given);
  return false;
}
