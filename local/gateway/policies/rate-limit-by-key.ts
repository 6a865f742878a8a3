import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';
import { condition } from './choose.ts';

export const limitAttributes = {
  'retry-after-header-name': 'optional',
  'retry-after-variable-name': 'optional',
  'remaining-calls-header-name': 'optional',
  'remaining-calls-variable-name': 'optional',
  'total-calls-header-name': 'optional',
} as const;

interface Limit {
  key: string;
  calls: number;
  /** Milliseconds. */
  period: number;
  increment: number;
}

/** Counts a call against a limit, tells the figures where the policy wants them, refuses with 429. */
export function limiter(element: PolicyElement): (exchange: Exchange, limit: Limit, countNow: boolean) => void {
  const retryHeader = element.constant('retry-after-header-name', 'Retry-After');
  const retryVariable = element.constant('retry-after-variable-name');
  const remainingHeader = element.constant('remaining-calls-header-name');
  const remainingVariable = element.constant('remaining-calls-variable-name');
  const totalHeader = element.constant('total-calls-header-name');
  return (exchange, { key, calls, period, increment }, countNow) => {
    const { counters } = exchange.runtime;
    const window = counters.window(key, period);
    const refused = window.count + (countNow ? increment : 0) > calls || (!countNow && window.count >= calls);
    if (!refused && countNow) window.count += increment;
    const remaining = Math.max(0, calls - window.count);
    if (remainingVariable) exchange.variables.set(remainingVariable, remaining);
    const seconds = Math.ceil(counters.left(window) / 1000);
    if (refused) {
      if (retryVariable) exchange.variables.set(retryVariable, seconds);
      throw new PolicyError(`Rate limit is exceeded. Try again in ${seconds} seconds.`, {
        source: element.name,
        reason: 'RateLimitExceeded',
        status: 429,
        headers: { [retryHeader]: String(seconds) },
      });
    }
    if (remainingHeader || totalHeader)
      exchange.finishers.push((response) => {
        if (remainingHeader) response.headers.set(remainingHeader, [String(Math.max(0, calls - window.count))]);
        if (totalHeader) response.headers.set(totalHeader, [String(calls)]);
      });
  };
}

export const rateLimitByKey: Policy = {
  name: 'rate-limit-by-key',
  sections: ['inbound'],
  attributes: {
    calls: 'required',
    'renewal-period': 'required',
    'counter-key': 'required',
    'increment-condition': 'optional',
    'increment-count': 'optional',
    ...limitAttributes,
  },
  constants: Object.keys(limitAttributes),
  refused: { '@increment-after-response': 'an increment-condition counts when the answer is known' },
  compile(element) {
    const calls = element.integer('calls', { min: 1 }, 1);
    const period = element.integer('renewal-period', { min: 1, max: 300 }, 60);
    const key = element.requiredText('counter-key');
    const increment = element.integer('increment-count', { min: 0 }, 1);
    const late = element.has('increment-condition') ? condition(element, 'increment-condition') : undefined;
    const limit = limiter(element);
    return (exchange) => {
      const one = {
        key: `rate-limit-by-key\n${key(exchange)}\n${period(exchange)}`,
        calls: calls(exchange),
        period: period(exchange) * 1000,
        increment: increment(exchange),
      };
      limit(exchange, one, late === undefined);
      // A condition may look at the response, so such a call counts when its answer is known.
      if (late)
        exchange.finishers.push(() => {
          if (late(exchange)) exchange.runtime.counters.window(one.key, one.period).count += one.increment;
        });
    };
  },
};
