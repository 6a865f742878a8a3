import type { Container, PatchRequestBody } from '@azure/cosmos';
import type { DeliveryStore } from '../webhooks/delivery-store.ts';
import type { Delivery } from '../webhooks/delivery.ts';
import { statusOf, unavailable } from './cosmos-errors.ts';

const keptSeconds = 30 * 24 * 3600;

/** The log of deliveries in Cosmos DB: one logical partition an endpoint, with its rate windows beside them. */
export function cosmosDeliveryStore(open: () => Promise<Container>): DeliveryStore {
  async function query(endpointId: string, text: string, values: Record<string, string | number>): Promise<Delivery[]> {
    const container = await open();
    const parameters = Object.entries(values).map(([name, value]) => ({ name: `@${name}`, value }));
    const { resources } = await container.items
      .query<Delivery>({ query: text, parameters }, { partitionKey: endpointId })
      .fetchAll()
      .catch(unavailable);
    return resources.map(toDelivery);
  }

  async function take(endpointId: string, perSecond: number, now: number): Promise<number> {
    const second = Math.floor(now / 1000);
    const id = `rate:${second}`;
    const container = await open();
    const increment: PatchRequestBody = {
      condition: `from c where c.taken < ${perSecond}`,
      operations: [{ op: 'incr', path: '/taken', value: 1 }],
    };
    for (;;) {
      try {
        await container.item(id, endpointId).patch(increment);
        return 0;
      } catch (error) {
        if (statusOf(error) === 412) return (second + 1) * 1000 - now;
        if (statusOf(error) !== 404) return unavailable(error as Error);
      }
      try {
        await container.items.create({ id, endpointId, taken: 1, ttl: 60 });
        return 0;
      } catch (error) {
        // Another delivery opened this second's window in between.
        if (statusOf(error) !== 409) return unavailable(error as Error);
      }
    }
  }

  return {
    get: async (endpointId, id) => {
      const container = await open();
      const { resource } = await container.item(id, endpointId).read<Delivery>().catch(unavailable);
      return resource && toDelivery(resource);
    },
    put: async (delivery) => {
      const container = await open();
      await container.items.upsert({ ...delivery, ttl: keptSeconds }).catch(unavailable);
    },
    list: async (endpointId, { status, limit, before }) => {
      const found = await query(
        endpointId,
        `SELECT TOP @limit * FROM c WHERE STARTSWITH(c.id, "wd_")${status === undefined ? '' : ' AND c.status = @status'}${before === undefined ? '' : ' AND c.id < @before'} ORDER BY c.id DESC`,
        { limit: limit + 1, ...(status !== undefined && { status }), ...(before !== undefined && { before }) },
      );
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? items.at(-1)?.id : undefined };
    },
    range: (endpointId, since, until, limit) =>
      query(
        endpointId,
        'SELECT TOP @limit * FROM c WHERE STARTSWITH(c.id, "wd_") AND c.createdAt >= @since AND c.createdAt < @until ORDER BY c.createdAt',
        { limit, since, until },
      ),
    take,
  };
}

function toDelivery(stored: Delivery): Delivery {
  const { id, endpointId, partnerId, stream, eventId, eventType, exchangeId, status, createdAt, event, attempts } =
    stored;
  return { id, endpointId, partnerId, stream, eventId, eventType, exchangeId, status, createdAt, event, attempts };
}
