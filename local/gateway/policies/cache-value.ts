import { startBudget } from '../expressions/budget.ts';
import { JsonToken } from '../expressions/json/json-token.ts';
import { sections, type Policy } from '../policy.ts';
import { cacheOf } from './caching-type.ts';

/** What a cache gives out is its own copy: what policies change in it later, no other request sees. */
function copyOf(value: unknown): unknown {
  if (value instanceof JsonToken) {
    startBudget();
    return value.clone();
  }
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}

export const cacheLookupValue: Policy = {
  name: 'cache-lookup-value',
  sections,
  attributes: { key: 'required', 'variable-name': 'required', 'default-value': 'optional', 'caching-type': 'optional' },
  constants: ['variable-name', 'caching-type'],
  compile(element) {
    const key = element.requiredText('key');
    const variable = element.requiredText('variable-name');
    const fallback = element.value('default-value');
    const cache = cacheOf(element);
    return (exchange) => {
      const found = cache(exchange).get(`value\n${key(exchange)}`);
      if (found !== undefined) exchange.variables.set(variable(exchange), copyOf(found));
      else if (fallback) exchange.variables.set(variable(exchange), fallback(exchange));
    };
  },
};

export const cacheStoreValue: Policy = {
  name: 'cache-store-value',
  sections,
  attributes: { key: 'required', value: 'required', duration: 'required', 'caching-type': 'optional' },
  constants: ['caching-type'],
  compile(element) {
    const key = element.requiredText('key');
    const value = element.value('value') ?? element.fail('<cache-store-value> needs a value');
    const seconds = element.integer('duration', { min: 1 }, 1);
    const cache = cacheOf(element);
    return (exchange) =>
      cache(exchange).set(`value\n${key(exchange)}`, copyOf(value(exchange)), seconds(exchange) * 1000);
  },
};

export const cacheRemoveValue: Policy = {
  name: 'cache-remove-value',
  sections,
  attributes: { key: 'required', 'caching-type': 'optional', 'fail-on-cache-removal-error': 'optional' },
  constants: ['caching-type'],
  partly: { '@fail-on-cache-removal-error': 'taken without effect: removing from memory does not fail' },
  compile(element) {
    const key = element.requiredText('key');
    const cache = cacheOf(element);
    element.boolean('fail-on-cache-removal-error', false);
    return (exchange) => cache(exchange).delete(`value\n${key(exchange)}`);
  },
};
