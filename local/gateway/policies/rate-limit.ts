import { isSameName } from '../configuration/name-map.ts';
import type { Exchange } from '../exchange.ts';
import type { ElementShape, Policy } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';
import { limitAttributes, limiter } from './rate-limit-by-key.ts';

const own = { calls: 'required', 'renewal-period': 'required' } as const;
const target = { name: 'optional', id: 'optional', ...own } as const;
const constants = Object.keys(target);
const scopedChildren: ElementShape['children'] = {
  api: { attributes: target, constants, children: { operation: { attributes: target, constants } } },
};

/** Which of a policy's nested `<api>` and `<operation>` limits concern a request. */
export function appliesTo(element: PolicyElement): (exchange: Exchange) => boolean {
  const id = element.constant('id');
  const name = element.constant('name');
  if (id === undefined && name === undefined) element.fail(`<${element.name}> needs a name or an id`);
  return ({ api, operation }) => {
    const subject = element.name === 'api' ? api : operation;
    return id === undefined ? subject?.name === name : isSameName(subject?.id ?? '', id);
  };
}

export const rateLimit: Policy = {
  name: 'rate-limit',
  sections: ['inbound'],
  scopes: ['product', 'api', 'operation'],
  oncePerSection: true,
  attributes: { ...own, ...limitAttributes },
  constants: [...Object.keys(own), ...Object.keys(limitAttributes)],
  children: scopedChildren,
  compile(element) {
    const limits = [element, ...element.children('api').flatMap((api) => [api, ...api.children('operation')])].map(
      (one) => ({
        applies: one === element ? () => true : appliesTo(one),
        calls: one.integer('calls', { min: 1 }, 1),
        period: one.integer('renewal-period', { min: 1, max: 300 }, 60),
        name: one.path,
      }),
    );
    const limit = limiter(element);
    return (exchange) => {
      // Without a subscription's key there is nobody to count.
      const { subscription } = exchange;
      if (!subscription) return;
      for (const { applies, calls, period, name } of limits) {
        if (!applies(exchange)) continue;
        const key = `rate-limit\n${exchange.product?.id ?? ''}\n${name}\n${element.xml.position.file}\n${subscription.name}`;
        limit(exchange, { key, calls: calls(exchange), period: period(exchange) * 1000, increment: 1 });
      }
    };
  },
};
