import { ProblemError } from '../shared/contract/errors.ts';
import { quotasConsume } from '../shared/contract/quotas.ts';
import { chargeQuota } from './charge-quota.ts';
import { httpOperation } from './http.ts';

httpOperation(quotasConsume, async ({ body, caller, header, wiring }) => {
  if (!caller.partnerId || !caller.plan) {
    const missing = ['x-partner-id', 'x-plan'].filter((name) => !header(name));
    throw new ProblemError('validation-failed', {
      errors: missing.map((name) => ({ header: name, detail: 'is required' })),
    });
  }
  const { figures, headers } = await chargeQuota(wiring, caller, body.cost);
  const { limit, used, remaining, resetAt } = figures;
  return { status: 200, headers, body: { limit, used, remaining, resetAt: resetAt.toISOString() } };
});
