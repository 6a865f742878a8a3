import { sections, type Policy } from '../policy.ts';

const cachingTypes = ['prefer-external', 'internal', 'external'] as const;
const partly = { '@caching-type': 'the built-in cache serves every type: there is no external one' };

export const cacheLookupValue: Policy = {
  name: 'cache-lookup-value',
  sections,
  attributes: { key: 'required', 'variable-name': 'required', 'default-value': 'optional', 'caching-type': 'optional' },
  partly,
  compile(element) {
    const key = element.requiredText('key');
    const variable = element.requiredText('variable-name');
    const fallback = element.value('default-value');
    element.choice('caching-type', cachingTypes, 'prefer-external');
    return (exchange) => {
      const found = exchange.runtime.cache.get(`value\n${key(exchange)}`);
      if (found !== undefined) exchange.variables.set(variable(exchange), found);
      else if (fallback) exchange.variables.set(variable(exchange), fallback(exchange));
    };
  },
};

export const cacheStoreValue: Policy = {
  name: 'cache-store-value',
  sections,
  attributes: { key: 'required', value: 'required', duration: 'required', 'caching-type': 'optional' },
  partly,
  compile(element) {
    const key = element.requiredText('key');
    const value = element.value('value') ?? element.fail('<cache-store-value> needs a value');
    const seconds = element.integer('duration', { min: 1 }, 1);
    element.choice('caching-type', cachingTypes, 'prefer-external');
    return (exchange) =>
      exchange.runtime.cache.set(`value\n${key(exchange)}`, value(exchange), seconds(exchange) * 1000);
  },
};

export const cacheRemoveValue: Policy = {
  name: 'cache-remove-value',
  sections,
  attributes: { key: 'required', 'caching-type': 'optional' },
  partly,
  compile(element) {
    const key = element.requiredText('key');
    element.choice('caching-type', cachingTypes, 'prefer-external');
    return (exchange) => exchange.runtime.cache.delete(`value\n${key(exchange)}`);
  },
};
