import type { Policy } from '../policy.ts';
import { charge, quotaRule } from './quota-by-key.ts';
import { appliesTo } from './rate-limit.ts';

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
    const rules = [element, ...element.children('api').flatMap((api) => [api, ...api.children('operation')])].map(
      (one) => ({
        applies: one === element ? () => true : appliesTo(one),
        rule: quotaRule(one),
        name: one.path,
      }),
    );
    return (exchange) => {
      // Without a subscription's key there is nobody to count.
      const { subscription } = exchange;
      if (!subscription) return;
      // Periods begin when the subscription did.
      const anchor = Date.parse(subscription.createdDate) || 0;
      for (const { applies, rule, name } of rules) {
        if (!applies(exchange)) continue;
        const key = `quota\n${exchange.product?.id ?? ''}\n${name}\n${element.xml.position.file}\n${subscription.name}`;
        charge(exchange, element, rule, { key, anchor }, { now: 1 });
      }
    };
  },
};
