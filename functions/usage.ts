import { usageGet } from '../shared/contract/usage.ts';
import { rateLimitHeaders } from '../shared/quotas/rate-limit-headers.ts';
import { httpOperation } from './http.ts';

httpOperation(usageGet, async ({ caller, wiring }) => {
  const now = wiring.now();
  const figures = await wiring.quotas.usage(caller);
  return {
    status: 200,
    headers: rateLimitHeaders(figures, now),
    body: {
      plan: figures.plan,
      daily_limit: figures.limit,
      used_today: figures.used,
      remaining: figures.remaining,
      resets_at: figures.resetAt.toISOString(),
      resets_at_epoch: figures.resetAt.getTime() / 1000,
      date_utc: now.toISOString().slice(0, 10),
    },
  };
});
