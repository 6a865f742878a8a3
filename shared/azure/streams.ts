import { fileURLToPath } from 'node:url';
import type { AuditLog } from '../audit/audit-log.ts';
import type { CheckpointStore } from '../audit/checkpoint-store.ts';
import { folderCheckpointStore } from '../audit/folder-checkpoint-store.ts';
import { sqlExchangeRows } from '../callbacks/sql-exchange-rows.ts';
import { callbackStreams } from '../callbacks/stream.ts';
import type { ShadowStore } from '../callbacks/shadow-store.ts';
import type { Sql } from '../exchange/sql.ts';
import type { StreamPorts, StreamReport } from '../streams/ports.ts';
import { addressGuard } from '../webhooks/address-guard.ts';
import type { Webhooks } from '../webhooks/endpoints.ts';
import { fanOut, subscribers } from '../webhooks/fan-out.ts';
import { guardedPost } from '../webhooks/post.ts';
import { deliveryStreams } from '../webhooks/stream.ts';
import { blobCheckpointStore } from './blob-checkpoint-store.ts';
import { cosmosAuditLog } from './cosmos-audit-log.ts';
import { cosmosContainer, type CosmosSettings } from './cosmos-client.ts';
import { cosmosDeliveryStore } from './cosmos-delivery-store.ts';
import { cosmosEndpointStore } from './cosmos-endpoint-store.ts';
import { cosmosShadowStore } from './cosmos-shadow-store.ts';
import { cosmosStreamStore } from './cosmos-stream-store.ts';
import { serviceBusBell, type ServiceBusSettings } from './service-bus-bell.ts';

export interface Streams {
  /** One stream for each exchange, fed by its provider's callbacks. */
  callbacks: StreamPorts;
  /** One stream for each endpoint and exchange, fed by what callbacks change. */
  deliveries: StreamPorts;
  webhooks: Webhooks;
  /** What this arm would have made of callbacks that the legacy arm had the effect of. */
  shadows: ShadowStore;
  auditLog: AuditLog;
  /** Where checkpoints of the audit chains go; absent where none are made. */
  checkpoints?: CheckpointStore;
  /** Lets go of kept-alive connections to partners. */
  close: () => void;
}

/** The ordered streams on Cosmos DB and Service Bus. Connects to nothing before it is used. */
export function azureStreams(
  settings: { cosmos: CosmosSettings; serviceBus: ServiceBusSettings; webhookAllow?: string; checkpointsUrl?: string },
  outside: {
    sql: () => Promise<Sql>;
    report: (event: StreamReport) => void;
    /** The trace that runs now, sent along with each ring. */
    traceparent?: () => string | undefined;
  },
): Streams {
  const container = () => cosmosContainer(settings.cosmos, 'streams');
  const store = cosmosStreamStore(container);
  const endpoints = cosmosEndpointStore(() => cosmosContainer(settings.cosmos, 'endpoints'));
  const log = cosmosDeliveryStore(() => cosmosContainer(settings.cosmos, 'deliveries'));
  const guard = addressGuard(settings.webhookAllow);
  const { post, close } = guardedPost(guard, Date.now);
  const handOn = fanOut(endpoints, () => deliveries);
  const common = { store, handOn, now: Date.now, random: Math.random, report: outside.report };
  const callbacks = callbackStreams({
    ...common,
    bell: serviceBusBell(settings.serviceBus, 'callbacks', outside.traceparent),
    rows: sqlExchangeRows(outside.sql),
    hasSubscribers: subscribers(endpoints, Date.now),
  });
  const deliveries = deliveryStreams({
    ...common,
    bell: serviceBusBell(settings.serviceBus, 'deliveries', outside.traceparent),
    endpoints,
    deliveries: log,
    post,
  });
  return {
    callbacks,
    deliveries,
    webhooks: { endpoints, deliveries: log, guard, post },
    shadows: cosmosShadowStore(container),
    auditLog: cosmosAuditLog(container),
    ...(settings.checkpointsUrl !== undefined && { checkpoints: checkpointStore(settings.checkpointsUrl) }),
    close,
  };
}

function checkpointStore(url: string): CheckpointStore {
  return url.startsWith('file:') ? folderCheckpointStore(fileURLToPath(url)) : blobCheckpointStore(url);
}
