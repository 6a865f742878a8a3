import { PolicyError } from '../errors.ts';
import type { Policy } from '../policy.ts';

export const setMethod: Policy = {
  name: 'set-method',
  sections: ['inbound', 'backend', 'on-error'],
  holdsText: true,
  compile(element) {
    const method = element.contentText();
    if (method.constant !== undefined && !/^[A-Za-z]+$/.test(method.constant))
      element.fail(`"${method.constant}" is no method`);
    return (exchange) => {
      const value = method(exchange).trim().toUpperCase();
      if (!/^[A-Z]+$/.test(value))
        throw new PolicyError(`"${value}" is no method.`, { source: 'set-method', reason: 'InvalidMethod' });
      exchange.request.method = value;
    };
  },
};
