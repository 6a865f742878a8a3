import type { Policy } from '../policy.ts';
import { charge, quotaRule } from './quota-by-key.ts';
import { nestedLimits } from './rate-limit.ts';

const own = { calls: 'optional', bandwidth: 'optional', 'renewal-period': 'required' } as const;
const target = {
  name: 'optional',
  id: 'optional',
  calls: 'optional',
  bandwidth: 'optional',
  'renewal-period': 'required',
} as const;

const constants = Object.keys(target);

export const quota: Policy = {
  name: 'quota',
  sections: ['inbound'],
  scopes: ['product'],
  oncePerSection: true,
  attributes: own,
  constants: Object.keys(own),
  children: { api: { attributes: target, constants, children: { operation: { attributes: target, constants } } } },
  compile(element) {
    const rules = nestedLimits(element).map(({ element: one, applies }) => ({
      applies,
      rule: quotaRule(one),
      path: one.path,
    }));
    return (exchange) => {
      // Without a subscription's key there is nobody to count.
      const { subscription } = exchange;
      if (!subscription) return;
      // Periods begin when the subscription did.
      const anchor = Date.parse(subscription.createdDate) || 0;
      for (const { applies, rule, path } of rules) {
        if (!applies(exchange)) continue;
        const key = ['quota', exchange.product?.id, path, subscription.name].join('\n');
        charge(exchange, element, rule, { key, anchor }, { now: 1 });
      }
    };
  },
};
