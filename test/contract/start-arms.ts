import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { startCosmos } from '../../local/cosmos/server.ts';
import { startLegacy } from '../../local/legacy/server.ts';
import { startPostgres } from '../../local/postgres/server.ts';
import { readConfig } from '../../local/service-bus/config.ts';
import { startServiceBus } from '../../local/service-bus/server.ts';
import { entitiesFile } from '../../local/stack/entities.ts';
import { startPart } from '../../local/stack/part.ts';
import { prepareCosmos, prepareDatabase } from '../../local/stack/prepare.ts';
import { queues } from '../../shared/contract/messaging.ts';

/** Both arms with their stores, without gateway and provider. */
export interface ArmsStack {
  legacy: string;
  functions: string;
  databaseUrl: string;
  cosmos: { endpoint: string; key: string };
  gatewayKey: string;
  /** Of the provider `simulator`. */
  providerSecret: string;
  /** Takes a store away, and gives it back at the same address. */
  stopPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  stopCosmos(): Promise<void>;
}

const root = path.join(import.meta.dirname, '..', '..');

/** Starts both arms on free ports, from the bundle as it would be deployed; they are gone after the test file. */
export async function startArms(): Promise<ArmsStack> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'arms-'));
  const closers: (() => Promise<unknown> | void)[] = [() => rmSync(dir, { recursive: true, force: true })];
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });
  const gatewayKey = randomBytes(32).toString('base64url');
  const providerSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const providers = { simulator: { scheme: 'standard-webhooks', secrets: [providerSecret] } };

  const dataDir = path.join(dir, 'postgres');
  let postgres = await startPostgres({ dataDir });
  closers.push(() => postgres.close());
  const cosmos = await startCosmos({ port: 0 });
  closers.push(() => cosmos.close());
  const entities = path.join(dir, 'Config.json');
  writeFileSync(entities, entitiesFile(queues));
  const bus = await startServiceBus({ queues: await readConfig(entities) });
  closers.push(() => bus.close());
  await Promise.all([prepareDatabase(postgres.url), prepareCosmos(cosmos.url, cosmos.key)]);
  execFileSync(process.execPath, ['functions/build.ts'], { cwd: root });
  const legacy = await startLegacy({ port: 0, databaseUrl: postgres.url, gatewayKey, providers });
  closers.push(() => legacy.close());
  const functions = await startPart(
    {
      name: 'functions-host',
      program: 'local/functions-host/main.ts',
      args: ['--app', path.join(root, 'dist', 'functions'), '--port', '0'],
      env: {
        DATABASE_URL: postgres.url,
        ServiceBus: bus.connectionString,
        COSMOS_ENDPOINT: cosmos.url,
        COSMOS_KEY: cosmos.key,
        GATEWAY_KEY: gatewayKey,
        PROVIDERS: JSON.stringify(providers),
      },
      logDir: dir,
      onEvent: (line) => console.error(line),
    },
    () => {},
  );
  closers.push(() => functions.stop());
  return {
    legacy: legacy.url,
    functions: functions.url,
    databaseUrl: postgres.url,
    cosmos: { endpoint: cosmos.url, key: cosmos.key },
    gatewayKey,
    providerSecret,
    stopPostgres: () => postgres.close(),
    startPostgres: async () => {
      postgres = await startPostgres({ dataDir, port: postgres.port });
    },
    stopCosmos: () => cosmos.close(),
  };
}
