import { ProblemError } from '../../shared/contract/errors.ts';
import { Checks } from './checks.ts';
import type { LegacyRequest, LegacyResponse } from './router.ts';

/** The gateway counts; this arm repeats what it was told. */
export async function getUsage({ headers, plan, query, now }: LegacyRequest): Promise<LegacyResponse> {
  const checks = new Checks();
  checks.query(query, {});
  checks.done();
  const limit = figure(headers['x-quota-limit']);
  const used = figure(headers['x-quota-used']);
  const remaining = figure(headers['x-quota-remaining']);
  if (limit === undefined || used === undefined || remaining === undefined) {
    throw new ProblemError('unavailable', {
      detail: 'The figures of the quota are not available at the moment.',
      headers: { 'retry-after': '5' },
    });
  }
  const resetsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
  return {
    status: 200,
    body: {
      plan,
      daily_limit: limit,
      used_today: used,
      remaining,
      resets_at: resetsAt.toISOString(),
      resets_at_epoch: resetsAt.getTime() / 1000,
      date_utc: now.toISOString().slice(0, 10),
    },
  };
}

function figure(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
