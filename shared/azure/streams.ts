import type { AuditLog } from '../audit/audit-log.ts';
import { sqlExchangeRows } from '../callbacks/sql-exchange-rows.ts';
import { callbackStreams } from '../callbacks/stream.ts';
import type { Sql } from '../exchange/sql.ts';
import type { StreamPorts, StreamReport } from '../streams/ports.ts';
import { cosmosAuditLog } from './cosmos-audit-log.ts';
import { cosmosContainer, type CosmosSettings } from './cosmos-client.ts';
import { cosmosStreamStore } from './cosmos-stream-store.ts';
import { serviceBusBell, type ServiceBusSettings } from './service-bus-bell.ts';

export interface Streams {
  /** One stream for each exchange, fed by its provider's callbacks. */
  callbacks: StreamPorts;
  auditLog: AuditLog;
}

/** The ordered streams on Cosmos DB and Service Bus. Connects to nothing before it is used. */
export function azureStreams(
  settings: { cosmos: CosmosSettings; serviceBus: ServiceBusSettings },
  outside: { sql: () => Promise<Sql>; report: (event: StreamReport) => void },
): Streams {
  const container = () => cosmosContainer(settings.cosmos, 'streams');
  const store = cosmosStreamStore(container);
  const common = { store, now: Date.now, random: Math.random, report: outside.report };
  return {
    callbacks: callbackStreams({
      ...common,
      bell: serviceBusBell(settings.serviceBus, 'callbacks'),
      rows: sqlExchangeRows(outside.sql),
      hasSubscribers: async () => false,
      handOn: async () => {},
    }),
    auditLog: cosmosAuditLog(container),
  };
}
