import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { EndpointSecret } from './endpoint.ts';

/** How long a replaced secret goes on signing, in milliseconds. */
export const rotationOverlapMs = 24 * 3_600_000;

/**
 * Secrets that sign at once, at most. Each makes the header of every request longer, and many servers refuse headers of
 * more than eight kilobytes.
 */
const mostSecrets = 10;

/** A new secret (32 random bytes), and a key pair if asked for. */
export function newSecret(asymmetric: boolean): EndpointSecret {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  if (!asymmetric) return { secret };
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const bytes = Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]);
  return { secret, privateKey: `whsk_${bytes.toString('base64')}` };
}

/** The public half of a private key, as partners get it. */
export function publicKeyOf({ privateKey }: EndpointSecret): string | null {
  return privateKey === undefined ? null : `whpk_${keyBytes(privateKey).subarray(32).toString('base64')}`;
}

/** The secrets after a rotation: the replaced ones go on for a day, or until there are too many newer ones. */
export function rotated(secrets: readonly EndpointSecret[], next: EndpointSecret, now: number): EndpointSecret[] {
  const expiresAt = now + rotationOverlapMs;
  const kept = valid(secrets, now).map((old) => ({ ...old, expiresAt: old.expiresAt ?? expiresAt }));
  return [next, ...kept].slice(0, mostSecrets);
}

/**
 * Headers that prove a body to be ours, by Standard Webhooks 1.0: one `v1` signature for each valid secret, and `v1a`
 * (Ed25519) where there is a key.
 * @param now in milliseconds since 1970
 */
export function signatureHeaders(
  secrets: readonly EndpointSecret[],
  id: string,
  body: string,
  now: number,
): Record<string, string> {
  const timestamp = Math.floor(now / 1000);
  const content = `${id}.${timestamp}.${body}`;
  const signatures = valid(secrets, now).flatMap(({ secret, privateKey }) => [
    `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
      .update(content)
      .digest('base64')}`,
    ...(privateKey === undefined ? [] : [`v1a,${signAsymmetric(privateKey, content)}`]),
  ]);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

function valid(secrets: readonly EndpointSecret[], now: number): EndpointSecret[] {
  return secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
}

function signAsymmetric(privateKey: string, content: string): string {
  const bytes = keyBytes(privateKey);
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: bytes.subarray(0, 32).toString('base64url'),
    x: bytes.subarray(32).toString('base64url'),
  };
  return sign(null, Buffer.from(content), createPrivateKey({ key: jwk, format: 'jwk' })).toString('base64');
}

/** The key object of a `whpk_` public key, for those who verify. */
export function publicKeyObject(publicKey: string): ReturnType<typeof createPublicKey> {
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

function keyBytes(privateKey: string): Buffer {
  return Buffer.from(privateKey.slice('whsk_'.length), 'base64');
}
