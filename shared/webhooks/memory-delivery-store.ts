import type { DeliveryStore } from './delivery-store.ts';
import type { Delivery } from './delivery.ts';

/** A log of deliveries with the semantics of the real one, for tests and the simulation. */
export function memoryDeliveryStore(): DeliveryStore {
  const deliveries = new Map<string, Delivery>();
  const windows = new Map<string, number>();
  const of = (endpointId: string) => [...deliveries.values()].filter((one) => one.endpointId === endpointId);
  return {
    get: async (endpointId, id) => of(endpointId).find((one) => one.id === id),
    put: async (delivery) => void deliveries.set(delivery.id, delivery),
    list: async (endpointId, { status, limit, before }) => {
      const found = of(endpointId)
        .filter((one) => (status === undefined || one.status === status) && (before === undefined || one.id < before))
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? items.at(-1)?.id : undefined };
    },
    range: async (endpointId, since, until, limit) =>
      of(endpointId)
        .filter(({ createdAt }) => createdAt >= since && createdAt < until)
        .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
        .slice(0, limit),
    take: async (endpointId, perSecond, now) => {
      const second = Math.floor(now / 1000);
      const window = `${endpointId}:${second}`;
      const taken = windows.get(window) ?? 0;
      if (taken >= perSecond) return (second + 1) * 1000 - now;
      windows.set(window, taken + 1);
      return 0;
    },
  };
}
