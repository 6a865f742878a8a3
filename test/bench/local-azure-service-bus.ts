import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServiceBusClient } from '@azure/service-bus';

interface Row {
  what: string;
  perSecond: number;
  bare: number;
  ratio: number;
}

const sessions = 16;
const rounds = 5;
const body = 'x'.repeat(256);
const root = join(import.meta.dirname, '../..');

/** How many operations a second, by the same client, with the local server (journal on) and with a bare AMQP peer. */
export async function serviceBusRows(): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'service-bus-bench-'));
  const local = await startLocal(directory);
  const bare = await startPeer([join(import.meta.dirname, 'bare-amqp-peer.ts')]);
  try {
    const rows: Row[] = [];
    for (const { what, run } of cases) {
      const figures = { local: [] as number[], bare: [] as number[] };
      await run(local.connectionString, 0.2);
      await run(bare.connectionString, 0.2); // In turns, so that whatever else the machine does falls on both.
      for (let round = 0; round < rounds; round++) {
        figures.local.push(await run(local.connectionString, 1));
        figures.bare.push(await run(bare.connectionString, 1));
      }
      const [perSecond, least] = [median(figures.local), median(figures.bare)];
      rows.push({ what, perSecond, bare: least, ratio: perSecond / least });
    }
    return rows;
  } finally {
    local.process.kill();
    bare.process.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Puts messages through a queue, sent in batches and received by 16 sessions, and returns what they leave on disk. */
export async function bytesLeftBehind(messages: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'service-bus-bench-'));
  const local = await startLocal(directory);
  try {
    const part = 40_000;
    for (let sent = 0; sent < messages; sent += part)
      await through(local.connectionString, Math.min(part, messages - sent));
    return (await stat(join(directory, 'data', 'service-bus.journal'))).size;
  } finally {
    local.process.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

const cases: { what: string; run: (connectionString: string, share: number) => Promise<number> }[] = [
  { what: 'Service Bus: send, one after the other', run: (to, share) => sending(to, 1000 * share, 1) },
  { what: 'Service Bus: send, 16 at once', run: (to, share) => sending(to, 4000 * share, 16) },
  { what: 'Service Bus: send, batches of 100', run: (to, share) => sendingBatches(to, 200 * share) },
  { what: 'Service Bus: receive and complete, 16 sessions', run: (to, share) => receiving(to, 8000 * share) },
];

async function sending(connectionString: string, count: number, atOnce: number): Promise<number> {
  const client = new ServiceBusClient(connectionString);
  const sender = client.createSender('plain');
  await sender.sendMessages({ body });
  const perSecond = await timed(count, () =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let sent = 0; sent < count / atOnce; sent++) await sender.sendMessages({ body });
      }),
    ),
  );
  await client.close();
  return perSecond;
}

async function sendingBatches(connectionString: string, batches: number): Promise<number> {
  const client = new ServiceBusClient(connectionString);
  const sender = client.createSender('plain');
  await sender.sendMessages({ body });
  const batch = Array.from({ length: 100 }, () => ({ body }));
  const perSecond = await timed(batches * batch.length, async () => {
    for (let sent = 0; sent < batches; sent++) await sender.sendMessages(batch);
  });
  await client.close();
  return perSecond;
}

async function receiving(connectionString: string, count: number): Promise<number> {
  await fill(connectionString, count);
  return receive(connectionString, count);
}

async function through(connectionString: string, count: number): Promise<void> {
  await fill(connectionString, count);
  await receive(connectionString, count);
}

async function fill(connectionString: string, count: number): Promise<void> {
  const client = new ServiceBusClient(connectionString);
  const sender = client.createSender('sessions');
  for (let session = 0; session < sessions; session++)
    for (let sent = 0; sent < count / sessions; sent += 500) {
      const size = Math.min(500, Math.ceil(count / sessions) - sent);
      await sender.sendMessages(Array.from({ length: size }, () => ({ body, sessionId: `s${session}` })));
    }
  await client.close();
}

async function receive(connectionString: string, count: number): Promise<number> {
  const client = new ServiceBusClient(connectionString);
  const receivers = await Promise.all(
    Array.from({ length: sessions }, (_, session) =>
      client.acceptSession('sessions', `s${session}`, { maxAutoLockRenewalDurationInMs: 0 }),
    ),
  );
  const each = count / sessions;
  const perSecond = await timed(count, () =>
    Promise.all(
      receivers.map(async (receiver) => {
        for (let received = 0; received < each;) {
          const messages = await receiver.receiveMessages(Math.min(50, each - received));
          await Promise.all(messages.map((message) => receiver.completeMessage(message)));
          received += messages.length;
        }
      }),
    ),
  );
  await client.close();
  return perSecond;
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return (count * 1e9) / Number(process.hrtime.bigint() - start);
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function startLocal(directory: string): Promise<{ process: ChildProcess; connectionString: string }> {
  const config = join(directory, 'config.json');
  const queues = [
    { Name: 'plain', Properties: {} },
    { Name: 'sessions', Properties: { RequiresSession: true, LockDuration: 'PT5M' } },
  ];
  await writeFile(config, JSON.stringify({ UserConfig: { Namespaces: [{ Name: 'bench', Queues: queues }] } }));
  const main = join(root, 'local/service-bus/main.ts');
  return startPeer([main, '--config', config, '--port', '0', '--data', join(directory, 'data')]);
}

async function startPeer(args: string[]): Promise<{ process: ChildProcess; connectionString: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^ready \S+ (sb:\/\/\S+)/.exec(line)?.[1];
    if (address)
      return {
        process: child,
        connectionString: `Endpoint=${address};SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true`,
      };
  }
  throw new Error(`${args[0]} ended before it was ready`);
}
