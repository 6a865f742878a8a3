import path from 'node:path';
import { parseArgs } from 'node:util';
import { portOption, StartError } from './program.ts';
import { startStack, type Stack, type StackOptions } from './stack/stack.ts';
import { welcome } from './stack/welcome.ts';

const usage = `usage: npm start [-- options]

Brings the whole system up on this machine: PostgreSQL, Service Bus, Cosmos DB, the legacy API, the Functions host,
the gateway and a simulated provider. No Azure account, no Docker. Ctrl-C stops it; the data is kept.

  --port N          the gateway's port (default 8080)
  --random-ports    free ports for every part
  --data DIR        where data, logs and stack.json go (default .data)
  --ephemeral       keep no data
  --routes FILE     the migration manifest (default routes.yaml)
  --no-provider     do not drive exchanges: you send the callbacks

DATABASE_URL in the environment replaces the embedded PostgreSQL.`;

function options(): StackOptions | undefined {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      port: { type: 'string' },
      'random-ports': { type: 'boolean', default: false },
      data: { type: 'string', default: '.data' },
      ephemeral: { type: 'boolean', default: false },
      provider: { type: 'boolean', default: true },
      routes: { type: 'string', default: path.join(import.meta.dirname, '..', 'routes.yaml') },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    dir: values.data,
    ephemeral: values.ephemeral,
    randomPorts: values['random-ports'],
    port: values.port === undefined ? undefined : portOption(values.port, 8080),
    provider: values.provider,
    routes: path.resolve(values.routes),
    databaseUrl: process.env['DATABASE_URL'],
    onEvent: (line) => console.error(`  ${line}`),
  };
}

async function main(): Promise<void> {
  let asked: StackOptions | undefined;
  try {
    asked = options();
  } catch (error) {
    console.error(`npm start: ${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
  if (!asked) {
    console.log(usage);
    return;
  }
  const began = performance.now();
  const starting = startStack(asked);
  stopOnSignals(starting);
  try {
    const stack = await starting;
    console.log(welcome(stack.file, asked.dir));
    console.log(`ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    const message = error instanceof StartError ? error.message : String((error as Error).stack);
    console.error(`npm start: ${message.includes('\n') ? `\n${message}` : message}`);
    process.exit(1);
  }
}

/** Ctrl-C during the start waits for it, then stops what came up; a second one leaves at once. */
function stopOnSignals(starting: Promise<Stack>): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    console.error('\nstopping');
    await (await starting).stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop().catch((error: Error) => {
        console.error(`npm start: ${error.message}`);
        process.exit(1);
      });
    });
  }
}

await main();
