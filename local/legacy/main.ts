import { portOption, runProgram, StartError } from '../program.ts';
import type { Providers } from './callbacks.ts';
import { startLegacy } from './server.ts';

await runProgram({
  name: 'legacy',
  usage: `node local/legacy/main.ts [--port N]

The legacy exchange API. Environment:
  DATABASE_URL  PostgreSQL with the tables of local/legacy/schema.sql
  GATEWAY_KEY   what the gateway proves itself with
  PROVIDERS     JSON: { "<name>": { "scheme": "standard-webhooks", "secrets": ["whsec_..."] } }`,
  options: { port: { type: 'string' } },
  start: (values) =>
    startLegacy({
      port: portOption(values.port, 9001),
      databaseUrl: required('DATABASE_URL'),
      gatewayKey: required('GATEWAY_KEY'),
      providers: readProviders(process.env.PROVIDERS ?? '{}'),
    }),
});

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new StartError(`set ${name} in the environment`);
  return value;
}

function readProviders(text: string): Providers {
  try {
    return JSON.parse(text) as Providers;
  } catch (cause) {
    throw new StartError('PROVIDERS in the environment is no JSON', { cause });
  }
}
