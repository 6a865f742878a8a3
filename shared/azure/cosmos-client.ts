import type { Container, CosmosClient } from '@azure/cosmos';
import { cosmosDatabase, type containers } from '../contract/containers.ts';

export interface CosmosSettings {
  endpoint: string;
  /** The account's key, base64; without one the managed identity signs in. */
  key?: string;
  /** How long a request may take, in milliseconds. Without it a minute, and many more in other regions. */
  requestTimeoutMs?: number;
}

const clients = new WeakMap<CosmosSettings, Promise<CosmosClient>>();

/** A container of the project's database. One client, with its connections, serves a settings object for good. */
export async function cosmosContainer(settings: CosmosSettings, name: keyof typeof containers): Promise<Container> {
  let client = clients.get(settings);
  if (!client) {
    client = connect(settings);
    clients.set(settings, client);
  }
  return (await client).database(cosmosDatabase).container(name);
}

/** Stops the client's background work. For tests and for programs that end. */
export async function closeCosmos(settings: CosmosSettings): Promise<void> {
  (await clients.get(settings))?.dispose();
  clients.delete(settings);
}

async function connect({ endpoint, key, requestTimeoutMs }: CosmosSettings): Promise<CosmosClient> {
  // Loaded on first use: the SDK costs a cold start tens of milliseconds that most calls need not pay.
  const { CosmosClient } = await import('@azure/cosmos');
  const options = {
    endpoint,
    // A client that looks for other regions tries a request that timed out 120 times.
    ...(requestTimeoutMs !== undefined && {
      connectionPolicy: { requestTimeout: requestTimeoutMs, enableEndpointDiscovery: false },
    }),
  };
  if (key) return new CosmosClient({ ...options, key });
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new CosmosClient({ ...options, aadCredentials: new DefaultAzureCredential() });
}
