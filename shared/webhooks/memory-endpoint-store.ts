import type { EndpointStore } from './endpoint-store.ts';
import type { Endpoint } from './endpoint.ts';

/** An endpoint store with the semantics of the real one, for tests and the simulation. */
export function memoryEndpointStore(): EndpointStore {
  const endpoints = new Map<string, Endpoint>();
  const get = (partnerId: string, id: string) => {
    const found = endpoints.get(id);
    return found?.partnerId === partnerId ? found : undefined;
  };
  return {
    list: async (partnerId) =>
      [...endpoints.values()].filter((one) => one.partnerId === partnerId).sort((a, b) => (a.id < b.id ? -1 : 1)),
    get: async (partnerId, id) => get(partnerId, id),
    create: async (endpoint) => void endpoints.set(endpoint.id, endpoint),
    update: async (partnerId, id, change) => {
      const found = get(partnerId, id);
      if (!found) return undefined;
      const next = change(found);
      endpoints.set(id, next);
      return next;
    },
    remove: async (partnerId, id) => get(partnerId, id) !== undefined && endpoints.delete(id),
    setHealth: async (partnerId, id, seen, health) => {
      const found = get(partnerId, id);
      if (!found || found.health.failures !== seen.failures || found.health.openUntil !== seen.openUntil) return false;
      endpoints.set(id, { ...found, health });
      return true;
    },
  };
}
