import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CosmosClient, type Container, type ContainerRequest } from '@azure/cosmos';
import { startCosmos, type CosmosServerOptions } from './server.ts';

/** A server on a free port with a driven clock, and the real client on it. */
export async function startTestAccount(options: Partial<CosmosServerOptions> = {}) {
  const clock = { seconds: 1_700_000_000 };
  const server = await startCosmos({ port: 0, now: () => clock.seconds, ...options });
  const client = clientOf(server.url, server.key);
  const { database } = await client.databases.create({ id: 'test' });
  let containers = 0;
  return {
    server,
    client,
    database,
    clock,
    /** A new container with `/pk` as its partition key unless the request says otherwise. */
    async container(request: ContainerRequest = {}): Promise<Container> {
      const { container } = await database.containers.create({
        id: `c${++containers}`,
        partitionKey: '/pk',
        ...request,
      });
      return container;
    },
    async [Symbol.asyncDispose]() {
      client.dispose();
      await server.close();
    },
  };
}

export function clientOf(endpoint: string, key: string): CosmosClient {
  return new CosmosClient({ endpoint, key, connectionPolicy: { enableBackgroundEndpointRefreshing: false } });
}

/** All results of a query, and the number of pages they came in. */
export async function ask<T = unknown>(
  container: Container,
  query: string,
  parameters: { name: string; value: string | number | boolean | null }[] = [],
  options: Parameters<Container['items']['query']>[1] = {},
): Promise<T[]> {
  const { resources } = await container.items.query<T>({ query, parameters }, options).fetchAll();
  return resources;
}

export async function temporaryDirectory() {
  const directory = await mkdtemp(path.join(tmpdir(), 'cosmos-'));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}
