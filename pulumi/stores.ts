import type { Context } from './context.ts';
import { type Cosmos, createCosmos } from './cosmos.ts';
import { createMessaging, type Messaging } from './messaging.ts';
import type { Network } from './network.ts';
import { createPostgres, type Postgres } from './postgres.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { createAuditStorage, createHostStorage, type Storage } from './storage.ts';

/** The stores and queues of a stack, each closed to everything but the identities that need it. */
export interface Stores {
  messaging: Messaging;
  cosmos: Cosmos;
  postgres: Postgres;
  secrets: Secrets;
  hostStorage: Storage;
  auditStorage: Storage & { containerName: string };
}

export function createStores(context: Context, network: Network, functionsRole: string): Stores {
  return {
    messaging: createMessaging(context, network),
    cosmos: createCosmos(context, network),
    postgres: createPostgres(context, network, functionsRole),
    secrets: createSecrets(context, network),
    hostStorage: createHostStorage(context, network),
    auditStorage: createAuditStorage(context, network),
  };
}
