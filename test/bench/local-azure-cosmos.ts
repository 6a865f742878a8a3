import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CosmosClient, type Container } from '@azure/cosmos';
import { wellKnownKey } from '../../local/cosmos/authorization.ts';

interface Row {
  what: string;
  perSecond: number;
  bare: number;
  ratio: number;
}

const roundMs = 400;
const rounds = 7;

/** Operations per second of the real client on the local Cosmos server, journal on, and on a server that does nothing. */
export async function cosmosRows(): Promise<Row[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-cosmos-'));
  const main = path.join(import.meta.dirname, '../../local/cosmos/main.ts');
  const local = await start([main, '--port', '0', '--data', directory]);
  const bare = await start([path.join(import.meta.dirname, 'local-azure-cosmos-bare.ts')]);
  try {
    const { database } = await local.client.databases.createIfNotExists({ id: 'bench' });
    const { container } = await database.containers.create({ id: 'bench', partitionKey: '/pk' });
    const nothing = bare.client.database('bench').container('bench');
    for (const id of ['d', ...Array.from({ length: 9 }, (_, at) => `d${at}`)])
      await container.items.create(item(id, 'p'));
    const rows: Row[] = [];
    for (const [what, operation] of Object.entries(operations))
      for (const concurrency of [1, 16])
        rows.push({
          what: `${what}, ${concurrency} at once`,
          ...(await compare(operation, concurrency, container, nothing)),
        });
    return rows;
  } finally {
    await Promise.all([local.stop(), bare.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
}

type Operation = (container: Container) => Promise<unknown>;

let created = 0;
const item = (id: string, pk: string) => ({ id, pk, text: 'x'.repeat(900) });
const fresh = () => item(`n${++created}`, `p${created % 100}`);

const operations: Record<string, Operation> = {
  'cosmos: point read of 1 KB': (container) => container.item('d', 'p').read(),
  'cosmos: create of 1 KB': (container) => container.items.create(fresh()),
  'cosmos: query of one partition, 10 items': (container) =>
    container.items.query('SELECT * FROM c WHERE c.pk = "p"', { partitionKey: 'p' }).fetchNext(),
  'cosmos: batch of 5 creates': (container) => {
    const pk = `b${created}`;
    const batch = Array.from({ length: 5 }, () => ({
      operationType: 'Create' as const,
      resourceBody: item(`n${++created}`, pk),
    }));
    return container.items.batch(batch, pk);
  },
};

/**
 * Rounds alternate, so that what else the machine does falls on both. The first round only warms up; the medians of
 * the others count, and the ratio is the median of what each round gave.
 */
async function compare(
  operation: Operation,
  concurrency: number,
  local: Container,
  bare: Container,
): Promise<Omit<Row, 'what'>> {
  const results: { ours: number; fixed: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const ours = await rate(operation, concurrency, local);
    const fixed = await rate(operation, concurrency, bare);
    if (round > 0) results.push({ ours, fixed });
  }
  return {
    perSecond: median(results.map(({ ours }) => ours)),
    bare: median(results.map(({ fixed }) => fixed)),
    ratio: median(results.map(({ ours, fixed }) => ours / fixed)),
  };
}

async function rate(operation: Operation, concurrency: number, container: Container): Promise<number> {
  const started = performance.now();
  let done = 0;
  const worker = async () => {
    while (performance.now() - started < roundMs) {
      await operation(container);
      done++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (done / (performance.now() - started)) * 1000;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** A server in a process of its own, and a client on it. */
async function start(args: string[]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const connectionPolicy = { enableBackgroundEndpointRefreshing: false };
  const client = new CosmosClient({ endpoint: line.split(' ')[2]!, key: wellKnownKey, connectionPolicy });
  return {
    client,
    stop: async () => {
      client.dispose();
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
