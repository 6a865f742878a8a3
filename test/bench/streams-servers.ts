import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startPostgres } from '../../local/postgres/server.ts';
import { entitiesFile } from '../../local/stack/entities.ts';
import { prepareCosmos, prepareDatabase } from '../../local/stack/prepare.ts';
import { queues } from '../../shared/contract/messaging.ts';

export interface Servers {
  databaseUrl: string;
  cosmos: { endpoint: string; key: string };
  connectionString: string;
  /** Process numbers of the servers. */
  pids: { cosmos: number | undefined; serviceBus: number | undefined; postgres: number };
  close: () => Promise<void>;
}

const root = path.join(import.meta.dirname, '..', '..');
const key = Buffer.from('a key of this benchmark only').toString('base64');

/** PostgreSQL, Cosmos DB and Service Bus, each in a process of its own, journals on. */
export async function startServers(): Promise<Servers> {
  const directory = await mkdtemp(path.join(tmpdir(), 'streams-bench-'));
  const config = path.join(directory, 'Config.json');
  await writeFile(config, entitiesFile(queues));
  const postgres = await startPostgres({ dataDir: path.join(directory, 'postgres') });
  const cosmos = await start('cosmos', ['--port', '0', '--data', path.join(directory, 'cosmos'), '--key', key]);
  const bus = await start('service-bus', ['--port', '0', '--config', config, '--data', path.join(directory, 'bus')]);
  await prepareDatabase(postgres.url);
  await prepareCosmos(cosmos.url, key);
  const { port } = new URL(bus.url.replace('sb:', 'http:'));
  return {
    databaseUrl: postgres.url,
    cosmos: { endpoint: cosmos.url, key },
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true`,
    pids: { cosmos: cosmos.process.pid, serviceBus: bus.process.pid, postgres: postgres.pid },
    close: async () => {
      bus.process.kill();
      cosmos.process.kill();
      await postgres.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function start(name: string, args: string[]): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [path.join(root, 'local', name, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, , url] = line.split(' ');
    if (word === 'ready' && url) return { url, process: child };
  }
  throw new Error(`${name} ended before it was ready`);
}
