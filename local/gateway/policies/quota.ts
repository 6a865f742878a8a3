import type { Policy } from '../policy.ts';
import { charge, quotaRule } from './quota-by-key.ts';
import { appliesTo, subscriptionOf } from './rate-limit.ts';

const own = { calls: 'optional', bandwidth: 'optional', 'renewal-period': 'required' } as const;
const target = {
  name: 'optional',
  id: 'optional',
  calls: 'optional',
  bandwidth: 'optional',
  'renewal-period': 'required',
} as const;

export const quota: Policy = {
  name: 'quota',
  sections: ['inbound'],
  attributes: own,
  children: { api: { attributes: target, children: { operation: { attributes: target } } } },
  compile(element) {
    const rules = [element, ...element.children('api').flatMap((api) => [api, ...api.children('operation')])].map(
      (one) => ({
        applies: one === element ? () => true : appliesTo(one),
        rule: quotaRule(one),
        name: one.path,
      }),
    );
    return (exchange) => {
      const subject = subscriptionOf(exchange, 'quota');
      for (const { applies, rule, name } of rules) {
        if (!applies(exchange)) continue;
        charge(
          exchange,
          rule,
          `quota\n${exchange.product?.id ?? ''}\n${name}\n${element.xml.position.file}\n${subject}`,
          'quota',
          () => 1,
        );
      }
    };
  },
};
