import { createServer } from 'node:http';
import { portOption, runProgram, StartError } from '../program.ts';
import { createDriver } from './drive.ts';
import { createSender } from './sender.ts';
import { createSink } from './sink.ts';
import { watchExchanges } from './watch.ts';

const usage = `usage: node local/provider/main.ts [options]

The simulated provider: drives each new exchange to its end by signed callbacks, and keeps a webhook sink at /sink.

  --port N          its own address (GET / shows progress); default 7070, 0 for a free one
  --seed N          the same seed gives the same delays, duplicates and disorder; default 1
  --delay MS        mean time between two events of an exchange; default 300
  --duplicates P    share of events sent twice, 0 to 1; default 0.1
  --disorder P      share of events sent after their successor; default 0.1
  --failures P      share of exchanges that fail and are refunded; default 0

Environment: DATABASE_URL, CALLBACK_URL (where callbacks go), PROVIDER_SECRET (whsec_...).`;

function share(name: string, value: string): number {
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new StartError(`--${name} ${value}: use a share from 0 to 1`);
  return number;
}

function count(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new StartError(`--${name} ${value}: use a whole number from 0`);
  return number;
}

function settings<K extends string>(...names: K[]): Record<K, string> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length) throw new StartError(`not set: ${missing.join(', ')} (see --help)`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<K, string>;
}

await runProgram({
  name: 'provider',
  usage,
  options: {
    port: { type: 'string' },
    seed: { type: 'string', default: '1' },
    delay: { type: 'string', default: '300' },
    duplicates: { type: 'string', default: '0.1' },
    disorder: { type: 'string', default: '0.1' },
    failures: { type: 'string', default: '0' },
  },
  async start(values) {
    const { DATABASE_URL, CALLBACK_URL, PROVIDER_SECRET } = settings('DATABASE_URL', 'CALLBACK_URL', 'PROVIDER_SECRET');
    const stopping = new AbortController();
    const sender = createSender(CALLBACK_URL, PROVIDER_SECRET);
    const driver = createDriver({
      script: {
        seed: count('seed', values.seed),
        delayMs: count('delay', values.delay),
        duplicates: share('duplicates', values.duplicates),
        disorder: share('disorder', values.disorder),
        failures: share('failures', values.failures),
      },
      send: (event) => sender.send(event),
      signal: stopping.signal,
      onRefused: (event, status) => console.error(`provider: ${event.id} was refused with ${status}`),
    });
    const watching = watchExchanges(DATABASE_URL, (id) => driver.start(id), stopping.signal);
    const sink = createSink();
    const server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://provider');
      if (url.pathname.startsWith('/sink')) {
        sink(request, response, url).catch(() => response.destroy());
        return;
      }
      response.writeHead(url.pathname === '/' ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(url.pathname === '/' ? driver.progress : { message: 'GET / or /sink' }));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(portOption(values.port, 7070), '127.0.0.1', resolve);
    });
    const { port } = server.address() as { port: number };
    return {
      url: `http://127.0.0.1:${port}`,
      async close() {
        stopping.abort();
        server.close();
        server.closeAllConnections();
        sender.close();
        await watching;
      },
    };
  },
});
