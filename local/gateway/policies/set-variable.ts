import { sections, type Policy } from '../policy.ts';

export const setVariable: Policy = {
  name: 'set-variable',
  sections,
  attributes: { name: 'required', value: 'required' },
  constants: ['name'],
  compile(element) {
    const name = element.requiredText('name');
    const value = element.value('value') ?? element.fail('<set-variable> needs a value');
    return (exchange) => void exchange.variables.set(name(exchange), value(exchange) ?? null);
  },
};
