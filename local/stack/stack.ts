import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StackFile } from '../../ops/stack.ts';
import { queues } from '../../shared/contract/messaging.ts';
import { authorityFileOf } from '../gateway/administration/local-certificate.ts';
import { checkpointKey } from './checkpoint-key.ts';
import { entitiesFile } from './entities.ts';
import { lockFolder } from './folder-lock.ts';
import { keepPostgres, type KeptPostgres } from './kept-postgres.ts';
import { startPart, type Part } from './part.ts';
import { gatewayOverrides } from './gateway-overrides.ts';
import { choosePorts, type Ports } from './ports.ts';
import { prepareCosmos, prepareDatabase } from './prepare.ts';
import { runScript } from './run-script.ts';
import { loadSecrets, type Secrets } from './secrets.ts';

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
  const unlock = await lockFolder(dir);
  try {
    return await bringUp(options, dir, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function bringUp(options: StackOptions, dir: string, unlock: () => void): Promise<Stack> {
  const stackFile = path.join(dir, 'stack.json');
  // A stack that was killed leaves one that nobody should go by.
  rmSync(stackFile, { force: true });
  const ports = await choosePorts(options);
  const data = options.ephemeral ? mkdtempSync(path.join(os.tmpdir(), 'exchange-')) : dir;
  const secrets = loadSecrets(data);
  const parts: Part[] = [];
  let postgres: KeptPostgres | undefined;
  let started = false;
  let stopping = false;

  const stop = async () => {
    stopping = true;
    rmSync(stackFile, { force: true });
    for (const part of parts.toReversed()) await part.stop();
    await postgres?.stop();
    if (options.ephemeral) rmSync(data, { recursive: true, force: true });
    unlock();
  };
  const start = async (name: string, args: readonly string[], env?: Record<string, string>): Promise<Part> => {
    const program = `local/${name}/main.ts`;
    const logDir = path.join(dir, 'logs');
    const part = await startPart({ name, program, args, env: env ?? {}, logDir, onEvent: options.onEvent }, publish);
    parts.push(part);
    return part;
  };
  const openDatabase = async (): Promise<void> => {
    if (options.databaseUrl) return;
    const kept = { dataDir: path.join(data, 'postgres'), port: ports.postgres };
    postgres = await keepPostgres(kept, options.onEvent, publish);
  };
  const file = describe(ports, secrets, options, data);
  const publish = () => {
    if (!started || stopping) return;
    const processes = [...parts, ...(postgres ? [{ name: 'postgres', pid: postgres.pid }] : [])];
    file.processes = Object.fromEntries(processes.flatMap(({ name, pid }) => (pid ? [[name, pid]] : [])));
    const next = `${stackFile}.next`;
    writeFileSync(next, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
    renameSync(next, stackFile);
  };

  try {
    const entities = path.join(data, 'Config.json');
    const overrides = path.join(data, 'gateway-overrides.json');
    const apim = path.join(data, 'apim');
    const checkpoints = path.join(data, 'checkpoints');
    file.checkpoints = checkpoints;
    const app = path.join(root, 'dist', 'functions');
    writeFileSync(entities, entitiesFile(queues));
    writeFileSync(overrides, gatewayOverrides(secrets, file), { mode: 0o600 });
    const arm = {
      DATABASE_URL: file.postgres,
      GATEWAY_KEY: secrets.gatewayKey,
      PROVIDERS: JSON.stringify({ simulator: { scheme: 'standard-webhooks', secrets: [secrets.providerSecret] } }),
    };
    const functionsApp = {
      ...arm,
      ServiceBus: file.serviceBus,
      COSMOS_ENDPOINT: file.cosmos.endpoint,
      COSMOS_KEY: file.cosmos.key,
      WEBHOOK_ALLOW: '127.0.0.0/8',
      CHECKPOINTS_URL: pathToFileURL(checkpoints).href,
      CHECKPOINT_KEY: checkpointKey(data, checkpoints),
    };
    const simulated = {
      DATABASE_URL: file.postgres,
      CALLBACK_URL: `${file.gateway}/v1/callbacks/simulator`,
      PROVIDER_SECRET: secrets.providerSecret,
    };
    // Each starts as soon as what it cannot start without is there: every address is known beforehand.
    const bus = start('service-bus', [
      '--config',
      entities,
      '--port',
      `${ports.serviceBus}`,
      '--data',
      path.join(data, 'service-bus'),
    ]);
    const cosmos = start('cosmos', ['--port', `${ports.cosmos}`, '--data', path.join(data, 'cosmos')]).then(() =>
      prepareCosmos(file.cosmos.endpoint, file.cosmos.key),
    );
    const database = openDatabase().then(() => prepareDatabase(file.postgres));
    const bundle = runScript('functions/build.ts');
    const artefacts = runScript('shared/azure/apim/write.ts', '--out', apim, '--manifest', options.routes);
    await allOf([
      database.then(() => start('legacy', ['--port', `${ports.legacy}`], arm)),
      allOf([database, bus, cosmos, bundle]).then(() =>
        start('functions-host', ['--app', app, '--port', `${ports.functions}`], functionsApp),
      ),
      artefacts.then(() =>
        start('gateway', [
          ...['--apim', apim, '--port', `${ports.gateway}`, '--management-port', `${ports.management}`],
          ...['--overrides', overrides, '--data', path.join(data, 'gateway')],
        ]),
      ),
    ]);
    if (options.provider) {
      await start('provider', ['--port', `${ports.provider}`, ...(options.providerArgs ?? [])], simulated);
    }
    started = true;
    publish();
    return { file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where everything will be, known before it is there. */
function describe(ports: Ports, secrets: Secrets, options: StackOptions, data: string): StackFile {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    gateway: at(ports.gateway),
    management: at(ports.management),
    managementAuthority: authorityFileOf(path.join(data, 'gateway')),
    functions: at(ports.functions),
    legacy: at(ports.legacy),
    ...(options.provider && { provider: at(ports.provider) }),
    postgres: options.databaseUrl ?? `postgres://postgres@127.0.0.1:${ports.postgres}/postgres`,
    serviceBus: `Endpoint=sb://127.0.0.1:${ports.serviceBus};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true`,
    cosmos: { endpoint: at(ports.cosmos), key: COSMOS_KEY },
    keys: secrets.keys,
    operatorToken: secrets.operatorToken,
    gatewayKey: secrets.gatewayKey,
    providers: { simulator: { scheme: 'standard-webhooks', secret: secrets.providerSecret } },
    pid: process.pid,
    processes: {},
  };
}

/** Like Promise.all, but waits for the rest when one fails, so that nothing comes up after the others were stopped. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}
