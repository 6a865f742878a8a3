import { PolicyError } from '../errors.ts';
import type { Policy } from '../policy.ts';

export const checkHeader: Policy = {
  name: 'check-header',
  sections: ['inbound'],
  attributes: {
    name: 'required',
    'failed-check-httpcode': 'required',
    'failed-check-error-message': 'required',
    'ignore-case': 'required',
  },
  children: { value: { holdsText: true } },
  compile(element) {
    const name = element.requiredText('name');
    const status = element.integer('failed-check-httpcode', { min: 100, max: 999 }, 400);
    const message = element.requiredText('failed-check-error-message');
    const ignoreCase = element.boolean('ignore-case', false);
    const values = element.values();
    return (exchange) => {
      const header = name(exchange);
      const found = exchange.request.headers.get(header);
      const fold = (text: string) => (ignoreCase(exchange) ? text.toLowerCase() : text);
      const allowed =
        values.length === 0 || values.some((value) => found !== undefined && fold(value(exchange)) === fold(found));
      if (found !== undefined && allowed) return;
      const problem =
        found === undefined
          ? `Header ${header} was not found in the request.`
          : `Header ${header} value of ${found} is not allowed.`;
      throw new PolicyError(`${problem} Access denied.`, {
        source: 'check-header',
        reason: found === undefined ? 'HeaderNotFound' : 'HeaderValueNotAllowed',
        status: status(exchange),
        publicMessage: message(exchange),
      });
    };
  },
};
