import type { ServiceBusClient } from '@azure/service-bus';
import type { Connection } from './connection.ts';

export interface ServiceBusClients {
  /** One client, so one AMQP connection, for each connection. */
  get(connection: Connection): Promise<ServiceBusClient>;
  close(): Promise<void>;
}

/** The SDKs are loaded only when a function needs them: they would double the start of an app without Service Bus. */
export function serviceBusClients(tryTimeoutMs: number): ServiceBusClients {
  const clients = new Map<string, Promise<ServiceBusClient>>();

  async function connect(connection: Connection): Promise<ServiceBusClient> {
    const { ServiceBusClient } = await import('@azure/service-bus');
    const options = { retryOptions: { timeoutInMs: tryTimeoutMs } };
    if ('connectionString' in connection) return new ServiceBusClient(connection.connectionString, options);
    const { DefaultAzureCredential } = await import('@azure/identity');
    const { fullyQualifiedNamespace, clientId } = connection;
    const credential = new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {});
    return new ServiceBusClient(fullyQualifiedNamespace, credential, options);
  }

  return {
    get(connection) {
      const key = JSON.stringify(connection);
      const client = clients.get(key) ?? connect(connection);
      clients.set(key, client);
      return client;
    },
    async close() {
      for (const client of clients.values()) await (await client).close();
    },
  };
}
