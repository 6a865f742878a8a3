import { isSameName } from '../configuration/name-map.ts';
import type { Exchange } from '../exchange.ts';
import type { ElementShape, Policy, ScopeName } from '../policy.ts';
import type { PolicyElement } from '../policy-element.ts';
import { limitAttributes, limiter } from './rate-limit-by-key.ts';

const own = { calls: 'required', 'renewal-period': 'required' } as const;
const target = { name: 'optional', id: 'optional', ...own } as const;
const constants = Object.keys(target);
const scopedChildren: ElementShape['children'] = {
  api: { attributes: target, constants, children: { operation: { attributes: target, constants } } },
};

interface NestedLimit {
  element: PolicyElement;
  /** Which requests it concerns. */
  applies: (exchange: Exchange) => boolean;
}

/** A policy's own limit, and those of the APIs and operations in it. */
export function nestedLimits(policy: PolicyElement): NestedLimit[] {
  const inner = policy.children('api').flatMap((element): NestedLimit[] => {
    const isApi = naming(element);
    const operations = element.children('operation').map((operation): NestedLimit => {
      const isOperation = naming(operation);
      return { element: operation, applies: ({ api, operation: called }) => isApi(api) && isOperation(called) };
    });
    return [{ element, applies: ({ api }) => isApi(api) }, ...operations];
  });
  return [{ element: policy, applies: () => true }, ...inner];
}

function naming(element: PolicyElement): (subject: { id: string; name: string } | undefined) => boolean {
  const id = element.constant('id');
  const name = element.constant('name');
  if (id === undefined && name === undefined) element.fail(`<${element.name}> needs a name or an id`);
  return (subject) => (id === undefined ? subject?.name === name : isSameName(subject?.id ?? '', id));
}

/** Whose policy it is: fragments are the same in several. */
const owners: Readonly<Record<ScopeName, (exchange: Exchange) => string | undefined>> = {
  service: () => '',
  product: ({ product }) => product?.id,
  api: ({ api }) => api?.id,
  operation: ({ api, operation }) => `${api?.id}/${operation?.id}`,
};

export const rateLimit: Policy = {
  name: 'rate-limit',
  sections: ['inbound'],
  scopes: ['product', 'api', 'operation'],
  oncePerSection: true,
  attributes: { ...own, ...limitAttributes },
  constants: [...Object.keys(own), ...Object.keys(limitAttributes)],
  children: scopedChildren,
  compile(element) {
    const limits = nestedLimits(element).map(({ element: one, applies }) => ({
      applies,
      calls: one.integer('calls', { min: 1 }, 1),
      period: one.integer('renewal-period', { min: 1, max: 300 }, 60),
      path: one.path,
    }));
    const { level } = element.scope;
    const limit = limiter(element);
    return (exchange) => {
      // Without a subscription's key there is nobody to count.
      const { subscription } = exchange;
      if (!subscription) return;
      for (const { applies, calls, period, path } of limits) {
        if (!applies(exchange)) continue;
        const key = ['rate-limit', level, owners[level](exchange), path, subscription.name].join('\n');
        limit(exchange, { key, calls: calls(exchange), period: period(exchange) * 1000, increment: 1 });
      }
    };
  },
};
