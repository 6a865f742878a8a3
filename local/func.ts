import { spawn, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.join(import.meta.dirname, '..');
const app = path.join(root, 'dist/functions');

const usage = `usage: npm run func [-- [--data DIR] [--port N] [FUNC OPTIONS ...]]

Runs the functions with Microsoft's own Core Tools instead of the local host: builds them, writes
dist/functions/local.settings.json against the running stack, and calls "func start" there.

  --data DIR  where the running stack keeps its data (.data)
  --port N    where func listens (7072: the stack's own host has a port already)

What else is given goes to "func start", for example --verbose.
Both hosts take messages from the same queues then: start the stack first, and expect them to share the work.`;

/** What the stack writes about itself; see README. */
interface Stack {
  postgres: string;
  serviceBus: string;
  cosmos: { endpoint: string; key: string };
  gatewayKey: string;
  providers: Record<string, { scheme: string; secret: string }>;
  pid: number;
}

const { values, tokens } = parseArgs({
  strict: false,
  tokens: true,
  options: { data: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log(usage);
} else {
  await start();
}

async function start(): Promise<void> {
  const stack = await runningStack();
  if (spawnSync('func', ['--version'], { stdio: 'ignore' }).error)
    fail(
      'the program "func" is not on the PATH. Install Azure Functions Core Tools 4, for example with\n' +
        '  npm install --global azure-functions-core-tools@4\n' +
        'or use the local host, which needs nothing: npm start',
    );
  const build = spawnSync(process.execPath, [path.join(root, 'functions/build.ts')], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) process.exit(build.status ?? 1);
  await writeFile(path.join(app, 'local.settings.json'), `${JSON.stringify(localSettings(stack), null, 2)}\n`);
  const port = typeof values.port === 'string' ? values.port : '7072';
  const func = spawn('func', ['start', '--port', port, ...passedOn()], { cwd: app, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => func.kill(signal));
  func.on('exit', (code) => process.exit(code ?? 1));
}

async function runningStack(): Promise<Stack> {
  const file = path.resolve(typeof values.data === 'string' ? values.data : path.join(root, '.data'), 'stack.json');
  let stack;
  try {
    stack = JSON.parse(await readFile(file, 'utf8')) as Stack;
    // Signal 0 only asks whether the process is there.
    process.kill(stack.pid, 0);
  } catch (error) {
    const reason = (error as Error).message;
    return fail(
      `no stack is running (${file}: ${reason}).\nStart one in another terminal with "npm start", then try again.`,
    );
  }
  return stack;
}

function localSettings(stack: Stack): object {
  const providers = Object.entries(stack.providers).map(([name, { scheme, secret }]) => [
    name,
    { scheme, secrets: [secret] },
  ]);
  return {
    IsEncrypted: false,
    Values: {
      FUNCTIONS_WORKER_RUNTIME: 'node',
      DATABASE_URL: stack.postgres,
      ServiceBus: stack.serviceBus,
      COSMOS_ENDPOINT: stack.cosmos.endpoint,
      COSMOS_KEY: stack.cosmos.key,
      GATEWAY_KEY: stack.gatewayKey,
      PROVIDERS: JSON.stringify(Object.fromEntries(providers)),
      WEBHOOK_ALLOW: '127.0.0.0/8',
      // Only the timers ask for it; the storage emulator is the one part that this stack does not have.
      AzureWebJobsStorage: process.env['AzureWebJobsStorage'] ?? 'UseDevelopmentStorage=true',
    },
  };
}

/** Everything that is not an option of this program, as it was given. */
function passedOn(): string[] {
  const own = new Set(
    tokens.flatMap((token) => {
      if (token.kind !== 'option' || (token.name !== 'data' && token.name !== 'port')) return [];
      return token.inlineValue ? [token.index] : [token.index, token.index + 1];
    }),
  );
  return process.argv.slice(2).filter((_, index) => !own.has(index));
}

function fail(message: string): never {
  console.error(`func: ${message}`);
  process.exit(1);
}
