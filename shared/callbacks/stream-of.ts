import { createHash } from 'node:crypto';

/**
 * The stream of an exchange's callbacks: its id. What a provider sends as an id that cannot be one of ours gets a
 * stream of its own that cannot be mistaken for any other, and that fits a session id (128 characters).
 */
export function streamOf(exchangeId: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(exchangeId)) return exchangeId;
  return `odd-${createHash('sha256').update(exchangeId).digest('hex')}`;
}
