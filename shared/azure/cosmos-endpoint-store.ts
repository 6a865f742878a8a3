import type { Container } from '@azure/cosmos';
import { StoreUnavailableError } from '../streams/errors.ts';
import type { EndpointStore } from '../webhooks/endpoint-store.ts';
import type { Endpoint } from '../webhooks/endpoint.ts';
import { statusOf, unavailable } from './cosmos-errors.ts';

type Stored = Endpoint & { _etag: string };

const attempts = 8;

/** Webhook endpoints in Cosmos DB: one logical partition a partner. */
export function cosmosEndpointStore(open: () => Promise<Container>): EndpointStore {
  async function read(partnerId: string, id: string): Promise<Stored | undefined> {
    const container = await open();
    const { resource } = await container.item(id, partnerId).read<Stored>().catch(unavailable);
    return resource;
  }

  /** False when somebody else changed it since it was read. */
  async function replace(stored: Stored, next: Endpoint): Promise<boolean> {
    const container = await open();
    try {
      const options = { accessCondition: { type: 'IfMatch', condition: stored._etag } };
      await container.item(stored.id, stored.partnerId).replace({ ...next }, options);
      return true;
    } catch (error) {
      if (statusOf(error) === 412 || statusOf(error) === 404) return false;
      return unavailable(error as Error);
    }
  }

  return {
    list: async (partnerId) => {
      const container = await open();
      const { resources } = await container.items
        .query<Stored>('SELECT * FROM c ORDER BY c.id', { partitionKey: partnerId })
        .fetchAll()
        .catch(unavailable);
      return resources.map(toEndpoint);
    },
    get: async (partnerId, id) => {
      const stored = await read(partnerId, id);
      return stored && toEndpoint(stored);
    },
    create: async (endpoint) => {
      const container = await open();
      await container.items.create({ ...endpoint }).catch(unavailable);
    },
    update: async (partnerId, id, change) => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const stored = await read(partnerId, id);
        if (!stored) return undefined;
        const next = change(toEndpoint(stored));
        if (await replace(stored, next)) return next;
      }
      throw new StoreUnavailableError(`too many writers on endpoint ${id}`);
    },
    remove: async (partnerId, id) => {
      const container = await open();
      try {
        await container.item(id, partnerId).delete();
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        return unavailable(error as Error);
      }
    },
    setHealth: async (partnerId, id, seen, health) => {
      const stored = await read(partnerId, id);
      if (!stored) return false;
      const { failures, openUntil } = stored.health;
      if (failures !== seen.failures || openUntil !== seen.openUntil) return false;
      return replace(stored, { ...toEndpoint(stored), health });
    },
  };
}

function toEndpoint(stored: Stored): Endpoint {
  const { id, partnerId, url, eventTypes, pairs, description, rateLimit, enabled } = stored;
  const { disabledReason, disabledBy, secrets, health, createdAt } = stored;
  return {
    id,
    partnerId,
    url,
    eventTypes,
    pairs,
    description,
    rateLimit,
    enabled,
    disabledReason,
    ...(disabledBy !== undefined && { disabledBy }),
    secrets,
    health,
    createdAt,
  };
}
