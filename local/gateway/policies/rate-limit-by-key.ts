import { PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';
import { increments } from './increments.ts';

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
  /** How much the call counts now; 0 when that is known later. */
  increment: number;
}

/** Counts a call against a limit, tells the figures where the policy wants them, refuses with 429. */
export function limiter(element: PolicyElement): (exchange: Exchange, limit: Limit) => void {
  const retryHeader = element.constant('retry-after-header-name', 'Retry-After');
  const retryVariable = element.constant('retry-after-variable-name');
  const remainingHeader = element.constant('remaining-calls-header-name');
  const remainingVariable = element.constant('remaining-calls-variable-name');
  const totalHeader = element.constant('total-calls-header-name');
  return (exchange, { key, calls, period, increment }) => {
    const { rates } = exchange.runtime;
    const used = rates.used(key, period);
    // A call that counts later, or for nothing, comes through as long as anything is left.
    const refused = used + Math.max(1, increment) > calls;
    if (!refused) rates.add(key, period, increment);
    const remaining = Math.max(0, calls - used - (refused ? 0 : increment));
    if (remainingVariable) exchange.variables.set(remainingVariable, remaining);
    if (remainingHeader || totalHeader)
      exchange.finishers.push((response) => {
        if (remainingHeader) response.headers.set(remainingHeader, [String(remaining)]);
        if (totalHeader) response.headers.set(totalHeader, [String(calls)]);
      });
    if (!refused) return;
    const seconds = Math.ceil(rates.wait(key, period, calls - Math.max(1, increment)) / 1000);
    if (retryVariable) exchange.variables.set(retryVariable, seconds);
    throw new PolicyError(`Rate limit is exceeded. Try again in ${seconds} seconds.`, {
      source: element.name,
      reason: 'RateLimitExceeded',
      status: 429,
      headers: { [retryHeader]: String(seconds) },
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
    const { now, later } = increments(element);
    const limit = limiter(element);
    return (exchange) => {
      const one = {
        key: `key\n${key(exchange)}`,
        calls: calls(exchange),
        period: period(exchange) * 1000,
        increment: now,
      };
      limit(exchange, one);
      if (later) exchange.finishers.push(() => exchange.runtime.rates.add(one.key, one.period, later(exchange)));
    };
  },
};
