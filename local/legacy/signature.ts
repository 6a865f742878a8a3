import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LegacyRequest } from './router.ts';

const toleranceSeconds = 300;

/** Standard Webhooks 1.0: an HMAC over `id.timestamp.body`, by any of the provider's secrets. */
export function signatureIsGood(
  provider: { scheme: string; secrets: string[] },
  request: Pick<LegacyRequest, 'headers' | 'body' | 'now'>,
): boolean {
  // The only scheme this service ever had; a provider with another one has to be on the other arm.
  if (provider.scheme !== 'standard-webhooks') return false;
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(request.headers[name] ?? ''),
  ) as [string, string, string];
  const age = Math.abs(request.now.getTime() / 1000 - Number(timestamp));
  if (!id || !/^\d{1,12}$/.test(timestamp) || age > toleranceSeconds) return false;
  const given = signatures.split(' ').filter((signature) => signature.startsWith('v1,'));
  return provider.secrets.some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(request.body).digest();
    return given.some((signature) => {
      const bytes = Buffer.from(signature.slice(3), 'base64');
      return bytes.length === expected.length && timingSafeEqual(bytes, expected);
    });
  });
}
