import { ProblemError } from '../shared/contract/errors.ts';
import type { QuotaFigures } from '../shared/quotas/quotas.ts';
import { rateLimitHeaders, secondsUntil } from '../shared/quotas/rate-limit-headers.ts';
import type { Caller } from './caller.ts';
import type { Wiring } from './wiring.ts';

/**
 * Charges a request to its caller's day; a cost of 0 only reads.
 * @throws {ProblemError} quota-exceeded
 */
export async function chargeQuota(
  wiring: Pick<Wiring, 'quotas' | 'now'>,
  caller: Caller,
  cost: number,
): Promise<{ figures: QuotaFigures; headers: Record<string, string> }> {
  const now = wiring.now();
  if (cost === 0) {
    const figures = await wiring.quotas.usage(caller);
    return { figures, headers: rateLimitHeaders(figures, now) };
  }
  const { granted, ...figures } = await wiring.quotas.consume(caller, cost);
  const headers = rateLimitHeaders(figures, now);
  if (granted) return { figures, headers };
  throw new ProblemError('quota-exceeded', {
    detail: `The plan ${figures.plan} allows ${figures.limit} requests a day; ${figures.used} are used.`,
    headers: { ...headers, 'retry-after': String(secondsUntil(figures.resetAt, now)) },
    extensions: {
      plan: figures.plan,
      daily_limit: figures.limit,
      used_today: figures.used,
      remaining: figures.remaining,
      reset_epoch: figures.resetAt.getTime() / 1000,
    },
  });
}

/**
 * What a request costs. The gateway says so by `x-quota-cost`, which it takes off whatever clients send; without the
 * header every request by key costs one, and asking for the usage nothing.
 */
export function costOf(operationId: string, header: string | null): number {
  if (header !== null && /^\d{1,4}$/.test(header)) return Number(header);
  return operationId === 'usage.get' ? 0 : 1;
}
