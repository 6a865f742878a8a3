import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import pg from 'pg';
import { containers, cosmosDatabase } from '../../shared/contract/containers.ts';
import { seed } from '../legacy/seed.ts';

const root = path.join(import.meta.dirname, '..', '..');

/**
 * Brings a database to the present schema (what the legacy service has, then what the Functions add) and fills in
 * the rates. Repeatable.
 */
export async function prepareDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const additions = path.join(root, 'shared', 'exchange', 'migrations');
    const files = [
      path.join(root, 'local', 'legacy', 'schema.sql'),
      ...readdirSync(additions)
        .filter((name) => name.endsWith('.sql'))
        .sort()
        .map((name) => path.join(additions, name)),
    ];
    for (const file of files) await client.query(readFileSync(file, 'utf8'));
    await seed(client);
  } finally {
    await client.end();
  }
}

/** Makes the database and its containers as the contract names them. Repeatable. */
export async function prepareCosmos(endpoint: string, key: string): Promise<void> {
  const client = new CosmosClient({ endpoint, key });
  const { database } = await client.databases.createIfNotExists({ id: cosmosDatabase });
  for (const [id, { partitionKey, defaultTtl }] of Object.entries(containers)) {
    await database.containers.createIfNotExists({
      id,
      partitionKey: { paths: [partitionKey] },
      ...(defaultTtl !== undefined && { defaultTtl }),
    });
  }
  client.dispose();
}
