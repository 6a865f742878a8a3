import type { Container, SqlQuerySpec } from '@azure/cosmos';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditEvent, ChainTip } from '../audit/chain.ts';
import { unavailable } from './cosmos-errors.ts';
import { eventId } from './cosmos-stream-store.ts';

const pageSize = 200;

/** Audit chains as the stream store writes them. */
export function cosmosAuditLog(open: () => Promise<Container>): AuditLog {
  async function* pages<T>(query: SqlQuerySpec, partitionKey?: string): AsyncIterable<T[]> {
    const container = await open();
    const options = { maxItemCount: pageSize, ...(partitionKey !== undefined && { partitionKey }) };
    const iterator = container.items.query<T>(query, options);
    while (iterator.hasMoreResults()) {
      const { resources } = await iterator.fetchNext().catch(unavailable);
      if (resources.length > 0) yield resources;
    }
  }

  return {
    chain: (stream, from = 1) =>
      pages<AuditEvent>(
        {
          query: 'SELECT VALUE c.event FROM c WHERE c.id >= @from AND c.id < "event;" ORDER BY c.id',
          parameters: [{ name: '@from', value: eventId(from) }],
        },
        stream,
      ),
    tips: (since) =>
      pages<{ stream: string; tip: ChainTip }>({
        query: 'SELECT c.stream, c.tip FROM c WHERE c.id = "head" AND c._ts >= @since',
        parameters: [{ name: '@since', value: Math.floor(since / 1000) }],
      }),
    streams: () => pages<string>({ query: 'SELECT VALUE c.stream FROM c WHERE c.id = "head"' }),
  };
}
