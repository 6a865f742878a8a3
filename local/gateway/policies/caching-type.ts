import type { Exchange } from '../exchange.ts';
import type { PolicyElement } from '../policy-element.ts';
import type { ResponseCache } from '../response-cache.ts';

/** The cache that an element's `caching-type` names: there is an external one here, which is the preferred. */
export function cacheOf(element: PolicyElement): (exchange: Exchange) => ResponseCache {
  const type = element.choice('caching-type', ['prefer-external', 'internal', 'external'], 'prefer-external').constant;
  const which = type === 'internal' ? 'internal' : 'external';
  return (exchange) => exchange.runtime.caches[which];
}
