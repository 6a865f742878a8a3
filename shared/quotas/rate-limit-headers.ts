import type { QuotaFigures } from './quotas.ts';

const daySeconds = 86_400;

/** The IETF draft's `RateLimit` headers, and the older `X-RateLimit-*` that clients know. */
export function rateLimitHeaders({ limit, remaining, resetAt }: QuotaFigures, now: Date): Record<string, string> {
  return {
    'ratelimit-policy': `"daily";q=${limit};w=${daySeconds}`,
    ratelimit: `"daily";r=${remaining};t=${secondsUntil(resetAt, now)}`,
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetAt.getTime() / 1000),
  };
}

/** Whole seconds, rounded up: a client that waits them never comes too early. */
export function secondsUntil(moment: Date, now: Date): number {
  return Math.max(0, Math.ceil((moment.getTime() - now.getTime()) / 1000));
}
