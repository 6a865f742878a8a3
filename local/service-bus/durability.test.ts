import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { ServiceBusClient } from '@azure/service-bus';
import { configOf, startedServer, temporaryDirectory } from './started-server.ts';

const queues = {
  q: { RequiresDuplicateDetection: true },
  s: { RequiresSession: true },
};

/** Starts the program itself. `crash` is kill -9. */
async function program(t: TestContext, directory: string) {
  const config = join(directory, 'Config.json');
  await writeFile(config, JSON.stringify(configOf(queues)));
  const main = join(import.meta.dirname, 'main.ts');
  const args = [main, '--config', config, '--port', '0', '--data', join(directory, 'data')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const address = /^ready service-bus (sb:\/\/\S+)$/.exec(line)![1];
  const connectionString = `Endpoint=${address};SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true`;
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0 } });
  t.after(async () => {
    // A client that lost its server takes long to close.
    if (child.exitCode === null && child.signalCode === null) await client.close();
    child.kill('SIGKILL');
  });
  const crash = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { client, connectionString, child, crash };
}

test('service-bus: durability: after kill -9 what was acknowledged is there, and what was settled is not', async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await program(t, directory);
  const sender = first.client.createSender('q');
  await sender.sendMessages([1, 2, 3, 4, 5].map((body) => ({ body, messageId: `m${body}` })));
  const [scheduled] = await sender.scheduleMessages({ body: 6 }, new Date(Date.now() + 3_600_000));
  const receiver = first.client.createReceiver('q');
  const [one, two, three, four] = await receiver.receiveMessages(4);
  await receiver.completeMessage(one!);
  await receiver.deadLetterMessage(two!, { deadLetterReason: 'why', deadLetterErrorDescription: 'how' });
  await receiver.deferMessage(three!);
  await receiver.abandonMessage(four!, { tried: 1 });
  await first.client.createSender('s').sendMessages({ body: 7, sessionId: 'a' });
  const session = await first.client.acceptSession('s', 'a');
  await session.setSessionState('state');
  await first.client.close();
  await first.crash();

  const { client } = await program(t, directory);
  const again = client.createReceiver('q');
  const peeked = await again.peekMessages(10);
  assert.deepEqual(
    peeked.map(({ body, state, deliveryCount }) => [body, state, deliveryCount]),
    [
      [3, 'deferred', 1],
      [4, 'active', 1],
      [5, 'active', 0],
      [6, 'scheduled', 0],
    ],
  );
  assert.deepEqual(peeked[3]!.sequenceNumber, scheduled);
  assert.deepEqual(peeked[1]!.applicationProperties, { tried: 1 });
  const [letter] = await client.createReceiver('q', { subQueueType: 'deadLetter' }).receiveMessages(1);
  assert.deepEqual([letter!.body, letter!.deadLetterReason], [2, 'why']);
  await client.createSender('q').sendMessages([{ body: 'twice', messageId: 'm1' }, { body: 'new' }]);
  assert.deepEqual(
    (await again.receiveMessages(9, { maxWaitTimeInMs: 100 })).map(({ body }) => body as unknown),
    [4, 5, 'new'],
  );
  const held = await client.acceptNextSession('s');
  assert.equal(await held.getSessionState(), 'state');
  assert.equal((await held.receiveMessages(1))[0]!.body, 7);
});

/** Sends numbers, 16 at once, and prints each that was acknowledged: a process, so that it can be ended with its server. */
const writer = `
import { ServiceBusClient } from '@azure/service-bus';
const sender = new ServiceBusClient(process.argv[1]).createSender('q');
let next = 0;
for (let worker = 0; worker < 16; worker++)
  (async () => {
    for (;;) {
      const body = next++;
      await sender.sendMessages({ body });
      console.log(body);
    }
  })();
`;

test('service-bus: durability: killed in the middle of sending, it has every message that was acknowledged', async (t) => {
  const directory = await temporaryDirectory(t);
  const first = await program(t, directory);
  const args = ['--input-type=module', '-e', writer, first.connectionString];
  const sending = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => sending.kill('SIGKILL'));
  const acknowledged: number[] = [];
  first.child.once('exit', () => sending.kill('SIGKILL'));
  for await (const line of createInterface({ input: sending.stdout }))
    if (acknowledged.push(Number(line)) === 200) first.child.kill('SIGKILL');
  const { client } = await program(t, directory);
  const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
  const there = new Set<unknown>();
  for (let got = 1; got > 0;) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 200 });
    for (const { body } of messages) there.add(body);
    got = messages.length;
  }
  assert(acknowledged.length >= 200);
  assert.deepEqual(
    acknowledged.filter((body) => !there.has(body)),
    [],
  );
});

test('service-bus: durability: a record that a crash cut short is ignored, all before it counts', async (t) => {
  const data = await temporaryDirectory(t);
  const journal = join(data, 'service-bus.journal');
  const first = await startedServer(t, { q: {} }, { data });
  await first.client.createSender('q').sendMessages({ body: 1 });
  const whole = (await stat(journal)).size;
  await first.client.createSender('q').sendMessages({ body: 2 });
  await first.stop();
  await truncate(journal, (await stat(journal)).size - 5);
  const second = await startedServer(t, { q: {} }, { data });
  assert.equal((await stat(journal)).size, whole);
  await second.client.createSender('q').sendMessages({ body: 3 });
  await second.stop();
  await appendFile(journal, Buffer.alloc(100, 1));
  const third = await startedServer(t, { q: {} }, { data });
  const peeked = await third.client.createReceiver('q').peekMessages(5);
  assert.deepEqual(
    peeked.map(({ body }) => body as unknown),
    [1, 3],
  );
});

test('service-bus: durability: the journal is rewritten when most of it is garbage, and loses nothing by it', async (t) => {
  const data = await temporaryDirectory(t);
  const { client, stop } = await startedServer(t, { keep: {}, busy: { RequiresDuplicateDetection: true } }, { data });
  const kept = { body: 'kept', messageId: 'k', applicationProperties: { a: 1 } };
  await client.createSender('keep').sendMessages([kept, { body: 'dead' }]);
  const keeper = client.createReceiver('keep');
  const [, second] = await keeper.receiveMessages(2);
  await keeper.deadLetterMessage(second!);
  const sender = client.createSender('busy');
  const receiver = client.createReceiver('busy', { receiveMode: 'receiveAndDelete' });
  for (let megabyte = 0; megabyte < 40; megabyte++) {
    await sender.sendMessages({ body: Buffer.alloc(1_000_000), messageId: `b${megabyte}` });
    await receiver.receiveMessages(1);
  }
  assert((await stat(join(data, 'service-bus.journal'))).size < 30_000_000);
  await stop();
  const again = await startedServer(t, { other: {}, keep: {}, busy: { RequiresDuplicateDetection: true } }, { data });
  const [message] = await again.client.createReceiver('keep').receiveMessages(1);
  assert.deepEqual([message!.body, message!.applicationProperties], ['kept', { a: 1 }]);
  const [letter] = await again.client.createReceiver('keep', { subQueueType: 'deadLetter' }).receiveMessages(1);
  assert.equal(letter!.body, 'dead');
  await again.client.createSender('busy').sendMessages([
    { body: 1, messageId: 'b0' },
    { body: 2, messageId: 'b40' },
  ]);
  const fresh = await again.client.createReceiver('busy').receiveMessages(2, { maxWaitTimeInMs: 50 });
  assert.deepEqual(
    fresh.map(({ body }) => body as unknown),
    [2],
  );
  assert(fresh[0]!.sequenceNumber!.toNumber() > 40);
});

test('service-bus: durability: a queue that is no longer in the config is told of', async (t) => {
  const data = await temporaryDirectory(t);
  const first = await startedServer(t, { gone: {}, stays: {} }, { data });
  await first.client.createSender('gone').sendMessages({ body: 1 });
  await first.client.createSender('stays').sendMessages({ body: 2 });
  await first.stop();
  const told = t.mock.method(console, 'error', () => {});
  const second = await startedServer(t, { stays: {} }, { data });
  assert.match(String(told.mock.calls[0]?.arguments[0]), /"gone" is no longer in the config/);
  assert.equal((await second.client.createReceiver('stays').receiveMessages(1))[0]!.body, 2);
  assert((await readFile(join(data, 'service-bus.journal'))).length > 0);
});

test('service-bus: start: a wrong config is one line and exit code 1', async (t) => {
  const directory = await temporaryDirectory(t);
  const config = join(directory, 'Config.json');
  await writeFile(config, JSON.stringify(configOf({ q: { Colour: 'red' } })));
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), '--config', config, '--data', directory],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const [[line], [code]] = (await Promise.all([
    once(createInterface({ input: child.stderr }), 'line'),
    once(child, 'exit'),
  ])) as [[string], [number]];
  assert.match(line, /^service-bus: queue "q": unknown property "Colour"/);
  assert.equal(code, 1);
});
