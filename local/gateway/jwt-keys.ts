import {
  createHmac,
  createPublicKey,
  createSecretKey,
  timingSafeEqual,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { PolicyError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Jwt } from './jwt.ts';
import type { DecryptionKey } from './jwt-decryption.ts';
import type { PolicyElement } from './policy-element.ts';

export interface VerifyKey {
  id: string | undefined;
  key: KeyObject;
}

/** A `<key>` of issuer-signing-keys: a certificate, an RSA modulus and exponent, or a symmetric key in base64. */
export function keyFromElement(element: PolicyElement): (exchange: Exchange) => VerifyKey {
  const id = element.constant('id');
  const [n, e] = [element.constant('n'), element.constant('e')];
  if ((n === undefined) !== (e === undefined)) element.fail('<key> takes n and e together');
  const certificate = element.has('certificate-id') ? certificateKey(element) : undefined;
  checkSource(element, [certificate, n]);
  if (certificate) return (exchange) => ({ id, key: certificate(exchange).x509.publicKey });
  if (n !== undefined && e !== undefined) {
    const key = publicKeyOf(element, n, e);
    return () => ({ id, key });
  }
  return secretKey(element, id);
}

/** A `<key>` of decryption-keys: a certificate with its private key, or a symmetric key in base64. */
export function decryptionKeyFromElement(element: PolicyElement): (exchange: Exchange) => DecryptionKey {
  const id = element.constant('id');
  const certificate = element.has('certificate-id') ? certificateKey(element) : undefined;
  checkSource(element, [certificate]);
  if (!certificate) return secretKey(element, id);
  return (exchange) => {
    const { privateKey } = certificate(exchange);
    if (!privateKey)
      throw new PolicyError('The certificate of a decryption key came without its private key.', {
        source: element.name,
        reason: 'CertificateNotFound',
      });
    return { id, key: privateKey };
  };
}

function checkSource(element: PolicyElement, others: readonly unknown[]): void {
  const text = element.contentText().constant !== '';
  if ([text, ...others].filter(Boolean).length !== 1)
    element.fail('<key> needs one of certificate-id, n and e, or a symmetric key in base64');
}

function certificateKey(element: PolicyElement): (exchange: Exchange) => Certificate {
  const id = element.certificateId('certificate-id');
  return (exchange) => exchange.program.certificate(id(exchange));
}

function secretKey(element: PolicyElement, id: string | undefined): (exchange: Exchange) => VerifyKey {
  const secret = element.contentText();
  if (secret.constant !== undefined && !bytesOf(secret.constant)) element.fail(noKey);
  return (exchange) => {
    const bytes = bytesOf(secret(exchange));
    if (!bytes)
      throw new PolicyError(`${noKey}.`, { source: element.name, reason: 'ExpressionValueEvaluationFailure' });
    return { id, key: createSecretKey(bytes) };
  };
}

const noKey = 'the content of <key> is no key in base64';

/** Undefined for what is no base64: what Node would make of it, such as no byte at all, anybody could sign with. */
function bytesOf(text: string): Buffer | undefined {
  const compact = text.replaceAll(/\s/g, '');
  const fits = compact !== '' && compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact);
  return fits ? Buffer.from(compact, 'base64') : undefined;
}

function publicKeyOf(element: PolicyElement, n: string, e: string): KeyObject {
  try {
    return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  } catch (error) {
    return element.fail(`n and e are no RSA key: ${(error as Error).message}`);
  }
}

/** The keys of a JSON Web Key Set that can verify signatures. */
export function keysOf(set: { keys?: (JsonWebKey & { kid?: string; use?: string })[] }): VerifyKey[] {
  return (set.keys ?? [])
    .filter(({ kty, use }) => use !== 'enc' && (kty === 'RSA' || kty === 'EC'))
    .flatMap((jwk) => {
      try {
        return [{ id: jwk.kid, key: createPublicKey({ key: jwk, format: 'jwk' }) }];
      } catch {
        // A key that cannot be read, such as one of a curve that is not known here, leaves the others as they are.
        return [];
      }
    });
}

const hashes: Readonly<Record<string, string>> = { '256': 'sha256', '384': 'sha384', '512': 'sha512' };
const pssPadding = 6;

/** The keys that may have made the token's signature, by the id in its head. */
export function candidatesFor(jwt: Jwt, keys: readonly VerifyKey[]): VerifyKey[] {
  const kid = jwt.headerText('kid');
  return keys.filter(({ id }) => id === undefined || kid === null || id === kid);
}

/** Whether one of the keys made the token's signature. An unsigned token never verifies. */
export function verifies(jwt: Jwt, keys: readonly VerifyKey[]): boolean {
  return candidatesFor(jwt, keys).some(({ key }) => matches(jwt, key));
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
