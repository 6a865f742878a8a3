import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { StackFile } from '../../ops/stack.ts';
import { queues } from '../../shared/contract/messaging.ts';
import { StartError } from '../program.ts';
import { entitiesFile } from './entities.ts';
import { keepPostgres, type KeptPostgres } from './kept-postgres.ts';
import { startPart, type Part } from './part.ts';
import { gatewayOverrides } from './gateway-overrides.ts';
import { choosePorts } from './ports.ts';
import { prepareCosmos, prepareDatabase } from './prepare.ts';
import { runScript } from './run-script.ts';
import { loadSecrets } from './secrets.ts';

export interface StackOptions {
  /** Holds `stack.json`, logs and, unless ephemeral, the data. */
  dir: string;
  ephemeral: boolean;
  randomPorts: boolean;
  /** The gateway's; undefined for the default. */
  port: number | undefined;
  provider: boolean;
  /** Options of the simulated provider, as its command line takes them. */
  providerArgs?: readonly string[];
  /** A database of one's own, instead of the embedded one. */
  databaseUrl?: string | undefined;
  /** The migration manifest. */
  routes: string;
  onEvent: (line: string) => void;
}

export interface Stack {
  file: StackFile;
  stop(): Promise<void>;
}

const root = path.join(import.meta.dirname, '..', '..');
/** The key every Cosmos emulator has; public, and good for nothing but that. */
const COSMOS_KEY = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

/** Brings the whole system up. Throws StartError, with nothing left running, when a part does not come up. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = path.resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const stackFile = path.join(dir, 'stack.json');
  refuseSecondStack(stackFile);
  const ports = await choosePorts(options);
  const data = options.ephemeral ? mkdtempSync(path.join(os.tmpdir(), 'exchange-')) : dir;
  const secrets = loadSecrets(data);
  const parts: Part[] = [];
  let postgres: KeptPostgres | undefined;
  let stopping = false;

  const stop = async () => {
    stopping = true;
    rmSync(stackFile, { force: true });
    for (const part of parts.toReversed()) await part.stop();
    await postgres?.stop();
    if (options.ephemeral) rmSync(data, { recursive: true, force: true });
  };
  const start = async (name: string, args: readonly string[], env?: Record<string, string>): Promise<Part> => {
    const program = `local/${name}/main.ts`;
    const logDir = path.join(dir, 'logs');
    const part = await startPart({ name, program, args, env: env ?? {}, logDir, onEvent: options.onEvent }, publish);
    parts.push(part);
    return part;
  };
  const openDatabase = async (): Promise<string> => {
    if (options.databaseUrl) return options.databaseUrl;
    const kept = { dataDir: path.join(data, 'postgres'), port: ports.postgres };
    postgres = await keepPostgres(kept, options.onEvent, publish);
    return postgres.url;
  };
  let file: StackFile | undefined;
  const publish = () => {
    if (!file || stopping) return;
    file.processes = Object.fromEntries(
      [...parts.map((part) => [part.name, part.pid]), ['postgres', postgres?.pid]].filter(([, pid]) => pid),
    ) as Record<string, number>;
    const next = `${stackFile}.next`;
    writeFileSync(next, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
    renameSync(next, stackFile);
  };

  try {
    writeFileSync(path.join(data, 'Config.json'), entitiesFile(queues));
    const app = path.join(root, 'dist', 'functions');
    const apim = path.join(root, 'dist', 'apim');
    const common = {
      GATEWAY_KEY: secrets.gatewayKey,
      PROVIDERS: JSON.stringify({
        simulator: { scheme: 'standard-webhooks', secrets: [secrets.providerSecret] },
      }),
    };
    const [database, bus, cosmos] = await settled([
      openDatabase().then(async (url) => {
        await prepareDatabase(url);
        return url;
      }),
      start('service-bus', [
        '--port',
        `${ports.serviceBus}`,
        '--config',
        path.join(data, 'Config.json'),
        '--data',
        path.join(data, 'service-bus'),
      ]),
      start('cosmos', ['--port', `${ports.cosmos}`, '--data', path.join(data, 'cosmos')]).then(async (part) => {
        await prepareCosmos(part.url, COSMOS_KEY);
        return part;
      }),
      runScript('shared/azure/apim/write.ts', '--out', apim, '--manifest', options.routes),
      runScript('functions/build.ts'),
    ]);
    const serviceBus = `Endpoint=sb://127.0.0.1:${new URL(bus.url).port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true`;
    const [legacy, functions] = await settled([
      start('legacy', ['--port', `${ports.legacy}`], { ...common, DATABASE_URL: database }),
      start('functions-host', ['--app', app, '--port', `${ports.functions}`], {
        ...common,
        DATABASE_URL: database,
        ServiceBus: serviceBus,
        COSMOS_ENDPOINT: cosmos.url,
        COSMOS_KEY,
        WEBHOOK_ALLOW: '127.0.0.0/8',
      }),
    ]);
    writeFileSync(path.join(data, 'gateway-overrides.json'), gatewayOverrides(secrets, legacy.url, functions.url), {
      mode: 0o600,
    });
    const gateway = await start('gateway', [
      ...['--apim', apim, '--port', `${ports.gateway}`, '--management-port', `${ports.management}`],
      ...['--overrides', path.join(data, 'gateway-overrides.json'), '--data', path.join(data, 'gateway')],
    ]);
    const provider = options.provider
      ? await start('provider', ['--port', `${ports.provider}`, ...(options.providerArgs ?? [])], {
          DATABASE_URL: database,
          CALLBACK_URL: `${gateway.url}/v1/callbacks/simulator`,
          PROVIDER_SECRET: secrets.providerSecret,
        })
      : undefined;
    file = {
      gateway: gateway.url,
      management: `http://127.0.0.1:${ports.management}`,
      functions: functions.url,
      legacy: legacy.url,
      ...(provider && { provider: provider.url }),
      postgres: database,
      serviceBus,
      cosmos: { endpoint: cosmos.url, key: COSMOS_KEY },
      keys: secrets.keys,
      operatorToken: secrets.operatorToken,
      gatewayKey: secrets.gatewayKey,
      providers: { simulator: { scheme: 'standard-webhooks', secret: secrets.providerSecret } },
      pid: process.pid,
      processes: {},
    };
    publish();
    return { file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One stack a folder: two would write the same files. */
function refuseSecondStack(stackFile: string): void {
  if (!existsSync(stackFile)) return;
  const { pid } = JSON.parse(readFileSync(stackFile, 'utf8')) as StackFile;
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  throw new StartError(
    `a stack runs here already (process ${pid}, ${stackFile}): stop it, or choose another --data DIR`,
  );
}

/** Like Promise.all, but waits for the rest when one fails, so that nothing comes up after the others were stopped. */
async function settled<T extends readonly Promise<unknown>[]>(
  work: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
