import type { Container } from '@azure/cosmos';
import type { Shadow, ShadowStore } from '../callbacks/shadow-store.ts';
import { statusOf, unavailable } from './cosmos-errors.ts';

interface Stored {
  shadow: Shadow;
  _etag: string;
}

const ttlSeconds = 7 * 24 * 3600;
const pageSize = 100;

/** Shadows in Cosmos DB: one document in a logical partition of its own for each exchange. */
export function cosmosShadowStore(open: () => Promise<Container>): ShadowStore {
  return {
    read: async (exchangeId) => {
      const container = await open();
      const { resource } = await container.item('shadow', streamOf(exchangeId)).read<Stored>().catch(unavailable);
      return resource && { shadow: resource.shadow, version: resource._etag };
    },
    write: async (shadow, version) => {
      const container = await open();
      const stream = streamOf(shadow.exchangeId);
      const document = { id: 'shadow', stream, startedAt: shadow.startedAt, shadow, ttl: ttlSeconds };
      try {
        if (version === undefined) await container.items.create(document);
        else {
          const accessCondition = { type: 'IfMatch', condition: version };
          await container.item('shadow', stream).replace(document, { accessCondition });
        }
        return true;
      } catch (error) {
        if ([404, 409, 412].includes(statusOf(error) ?? 0)) return false;
        return unavailable(error as Error);
      }
    },
    since: async function* (startedAt) {
      const container = await open();
      const query = {
        query: 'SELECT VALUE c.shadow FROM c WHERE c.id = "shadow" AND c.startedAt >= @since',
        parameters: [{ name: '@since', value: startedAt }],
      };
      const pages = container.items.query<Shadow>(query, { maxItemCount: pageSize }).getAsyncIterator();
      for await (const { resources } of pages) if (resources.length > 0) yield resources;
    },
  };
}

// Not a stream of its own name: nothing that works on streams takes it for one.
function streamOf(exchangeId: string): string {
  return `shadow/${exchangeId}`;
}
