import type { Policy } from '../policy.ts';
import type { StoredResponse } from './cache-lookup.ts';

export const cacheStore: Policy = {
  name: 'cache-store',
  sections: ['outbound'],
  oncePerSection: true,
  attributes: { duration: 'required', 'cache-response': 'optional' },
  compile(element) {
    const seconds = element.integer('duration', { min: 1 }, 1);
    const wanted = element.has('cache-response') ? element.boolean('cache-response', true) : undefined;
    return async (exchange) => {
      const { cacheSlot, response } = exchange;
      if (!cacheSlot || !response) return;
      if (!(wanted ? wanted(exchange) : response.status === 200)) return;
      await response.body.buffer();
      const stored: StoredResponse = {
        status: response.status,
        reason: response.reason,
        headers: response.headers.clone(),
        bytes: response.body.bytes,
      };
      cacheSlot.cache.set(cacheSlot.key, stored, seconds(exchange) * 1000);
    };
  },
};
