import { PolicyError } from '../errors.ts';
import { sections, type Policy } from '../policy.ts';

export const limitConcurrency: Policy = {
  name: 'limit-concurrency',
  sections,
  attributes: { key: 'required', 'max-count': 'required' },
  constants: ['max-count'],
  holdsPolicies: true,
  compile(element) {
    const key = element.requiredText('key');
    const most = element.integer('max-count', { min: 1 }, 1);
    const body = element.steps();
    const running = new Map<string, number>();
    return async (exchange) => {
      const name = key(exchange);
      const count = running.get(name) ?? 0;
      if (count >= most(exchange))
        throw new PolicyError('Too many requests at the same time.', {
          source: 'limit-concurrency',
          reason: 'ConcurrencyLimitExceeded',
          status: 429,
        });
      running.set(name, count + 1);
      try {
        await body(exchange);
      } finally {
        const left = (running.get(name) ?? 1) - 1;
        if (left === 0) running.delete(name);
        else running.set(name, left);
      }
    };
  },
};
