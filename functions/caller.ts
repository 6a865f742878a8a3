import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '../shared/contract/errors.ts';
import type { Access } from '../shared/contract/operation.ts';

/** Who calls, as the gateway says. */
export interface Caller {
  /** Id of the subscription. */
  partnerId: string;
  /** Id of the product it subscribes to. */
  plan: string;
}

/**
 * Believes the identity headers only from the gateway, which proves itself by its key.
 * @throws {ProblemError} unauthorized
 */
export function identify(access: Access, headers: Headers, gatewayKey: string): Caller {
  const caller = { partnerId: headers.get('x-partner-id') ?? '', plan: headers.get('x-plan') ?? '' };
  if (access === 'public') return { partnerId: '', plan: '' };
  if (!sameSecret(headers.get('x-gateway-key') ?? '', gatewayKey)) {
    throw new ProblemError('unauthorized', { detail: 'Call the API through its gateway.' });
  }
  if (access === 'key' && (!caller.partnerId || !caller.plan)) {
    throw new ProblemError('unauthorized', { detail: 'The gateway named no subscription.' });
  }
  return caller;
}

// Hashing first makes the lengths equal, so that the comparison takes the same time for every guess.
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return expected !== '' && timingSafeEqual(digest(given), digest(expected));
}
