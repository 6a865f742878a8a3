import type { Policy } from '../policy.ts';

export const setQueryParameter: Policy = {
  name: 'set-query-parameter',
  sections: ['inbound', 'backend'],
  attributes: { name: 'required', 'exists-action': 'optional' },
  children: { value: { holdsText: true } },
  compile(element) {
    const name = element.requiredText('name');
    const action = element.choice('exists-action', ['override', 'skip', 'append', 'delete'], 'override');
    const values = element.values();
    if (values.length === 0 && action.constant !== 'delete')
      element.fail('<set-query-parameter> needs a <value> unless it deletes');
    return (exchange) => {
      const { url } = exchange.request;
      const parameter = name(exchange);
      const chosen = action(exchange);
      if (chosen === 'delete' && !url.hasParameters) return;
      const existing = url.values(parameter);
      if (chosen === 'skip' && existing.length > 0) return;
      const given = chosen === 'delete' ? [] : values.map((value) => value(exchange));
      url.setParameter(parameter, chosen === 'append' ? [...existing, ...given] : given);
    };
  },
};
