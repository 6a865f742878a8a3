import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { parseConfig } from '../service-bus/config.ts';
import { startServiceBus } from '../service-bus/server.ts';
import { type HostProcess, refusedApp, startApp, writeApp } from './fixtures/app-process.ts';

const app = path.join(import.meta.dirname, 'fixtures/queues');
const absentBroker = 'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true';

interface Seen {
  message: unknown;
  triggerMetadata: Record<string, unknown>;
}

/** A broker with the fixture's queues, and a client on it. */
async function startBroker(t: TestContext, lock = 'PT30S') {
  const queue = (Name: string, RequiresSession: boolean) => ({
    Name,
    Properties: { RequiresSession, LockDuration: lock, MaxDeliveryCount: 3 },
  });
  const Queues = [queue('sessions', true), queue('plain', false), queue('batch', false), queue('done', false)];
  const namespaces = [{ Name: 'local', Queues }];
  const config = parseConfig({ UserConfig: { Namespaces: namespaces, Logging: { Type: 'File' } } });
  const server = await startServiceBus({ queues: config, port: 0 });
  const client = new ServiceBusClient(server.connectionString);
  const hosts: HostProcess[] = [];
  t.after(async () => {
    for (const host of hosts) host.child.kill('SIGKILL');
    await Promise.all(hosts.map((host) => host.exited));
    await client.close();
    await server.close();
  });
  const done = client.createReceiver('done', { receiveMode: 'receiveAndDelete' });
  return {
    client,
    /** Starts an app on this broker; it ends before the broker does. */
    async run(folder: string, env: Record<string, string> = {}): Promise<HostProcess> {
      const settings = { Bus: server.connectionString, ORDERED_QUEUE: 'sessions', ...env };
      const host = await startApp(t, folder, { env: settings });
      hosts.push(host);
      return host;
    },
    /** What the functions have sent to the queue `done`, as it arrives. */
    async next(): Promise<ServiceBusReceivedMessage> {
      const [message] = await done.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
      assert.ok(message, 'nothing arrived on the queue "done"');
      return message;
    },
  };
}

test('functions-host: Service Bus sessions: messages arrive in order, with their metadata in camel case', async (t) => {
  const broker = await startBroker(t);
  await broker.run(app);
  await broker.client.createSender('sessions').sendMessages([
    { body: { n: 1 }, sessionId: 'A', messageId: 'first', correlationId: 'c', applicationProperties: { Kind: 'x' } },
    { body: { n: 2 }, sessionId: 'A' },
  ]);
  const first = (await broker.next()).body as Seen;
  assert.deepEqual(first.message, { n: 1 });
  const { enqueuedTimeUtc, lockToken, ...metadata } = first.triggerMetadata;
  assert.match(String(enqueuedTimeUtc), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.match(String(lockToken), /^[\da-f-]{36}$/);
  assert.deepEqual(
    { ...metadata, enqueuedTime: undefined },
    {
      deliveryCount: 1,
      expiresAtUtc: '9999-12-31T23:59:59.9999999Z',
      expiresAt: '9999-12-31T23:59:59.9999999+00:00',
      enqueuedTime: undefined,
      messageId: 'first',
      sequenceNumber: 1,
      correlationId: 'c',
      applicationProperties: { kind: 'x' },
      userProperties: { kind: 'x' },
      sessionId: 'A',
      n: 1,
    },
  );
  assert.deepEqual(((await broker.next()).body as Seen).message, { n: 2 });
});

test('functions-host: Service Bus sessions: a failed message comes again before the next, with a higher delivery count', async (t) => {
  const broker = await startBroker(t);
  await broker.run(app);
  await broker.client.createSender('sessions').sendMessages([
    { body: { n: 1, fail: true }, sessionId: 'A' },
    { body: { n: 2 }, sessionId: 'A' },
  ]);
  const seen = [(await broker.next()).body as Seen, (await broker.next()).body as Seen];
  assert.deepEqual(
    seen.map(({ message, triggerMetadata }) => [(message as { n: number }).n, triggerMetadata['deliveryCount']]),
    [
      [1, 2],
      [2, 1],
    ],
  );
});

test('functions-host: Service Bus sessions: more sessions than slots all get their turn', async (t) => {
  const broker = await startBroker(t);
  await broker.run(app);
  const messages = Array.from({ length: 12 }, (_, n) => ({ body: { n }, sessionId: `s${n}` }));
  await broker.client.createSender('sessions').sendMessages(messages);
  const seen = new Set<unknown>();
  while (seen.size < 12) seen.add(((await broker.next()).body as Seen).triggerMetadata['sessionId']);
  assert.equal(seen.size, 12);
});

test('functions-host: Service Bus sessions: the lock is renewed while a handler runs', async (t) => {
  const broker = await startBroker(t, 'PT2S');
  const folder = await writeApp(t, {
    'host.json': { version: '2.0', extensions: { serviceBus: { maxConcurrentSessions: 1 } } },
    'index.js': `
      const { app, output } = require('@azure/functions');
      app.serviceBusQueue('slow', { connection: 'Bus', queueName: 'sessions', isSessionsEnabled: true,
        return: output.serviceBusQueue({ connection: 'Bus', queueName: 'done' }),
        handler: async (message, context) => {
          await new Promise((resolve) => setTimeout(resolve, message.wait));
          return { message, triggerMetadata: context.triggerMetadata };
        } });`,
  });
  await broker.run(folder);
  await broker.client.createSender('sessions').sendMessages([
    { body: { n: 1, wait: 3000 }, sessionId: 'A' },
    { body: { n: 2, wait: 0 }, sessionId: 'A' },
  ]);
  for (const n of [1, 2]) {
    const { message, triggerMetadata } = (await broker.next()).body as Seen;
    assert.deepEqual([(message as { n: number }).n, triggerMetadata['deliveryCount']], [n, 1]);
  }
});

test('functions-host: Service Bus queue: text arrives as text, and what keeps failing is dead-lettered', async (t) => {
  const broker = await startBroker(t);
  await broker.run(app);
  await broker.client.createSender('plain').sendMessages([{ body: Buffer.from('not JSON') }, { body: 'fail' }]);
  const first = (await broker.next()).body as Seen;
  assert.deepEqual([first.message, first.triggerMetadata['deliveryCount']], ['not JSON', 1]);
  const deadLetters = broker.client.createReceiver('plain', { subQueueType: 'deadLetter' });
  const [dead] = await deadLetters.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
  assert.deepEqual([dead?.body, dead?.deadLetterReason], ['fail', 'MaxDeliveryCountExceeded']);
});

test('functions-host: Service Bus batch: cardinality many hands over an array, with arrays of metadata', async (t) => {
  const broker = await startBroker(t);
  await broker.client.createSender('batch').sendMessages([{ body: 'one', subject: 's' }, { body: { two: 2 } }]);
  await broker.run(app);
  const { messages, triggerMetadata } = (await broker.next()).body as {
    messages: unknown[];
    triggerMetadata: Record<string, unknown>;
  };
  assert.deepEqual(messages, ['one', { two: 2 }]);
  assert.deepEqual(triggerMetadata['deliveryCountArray'], [1, 1]);
  assert.deepEqual(triggerMetadata['sequenceNumberArray'], [1, 2]);
  assert.deepEqual(triggerMetadata['subjectArray'], ['s']);
});

test('functions-host: Service Bus output: text is one message, an array is one for each element', async (t) => {
  const broker = await startBroker(t);
  const host = await broker.run(app);
  const send = async (body: string) =>
    assert.equal((await fetch(`${host.url}/api/send`, { method: 'POST', body })).status, 202);
  await send('just text');
  const text = await broker.next();
  assert.deepEqual([String(text.body), text.contentType], ['just text', 'text/plain']);
  await send('["one",{"two":2}]');
  assert.equal(String((await broker.next()).body), 'one');
  assert.deepEqual((await broker.next()).body, { two: 2 });
});

test('functions-host: Service Bus listener: an absent broker is reported, and does not stop the host', async (t) => {
  const broker = await startBroker(t);
  const host = await broker.run(app, { Bus: absentBroker });
  await host.printed('has trouble, and goes on trying');
  assert.equal((await fetch(`${host.url}/admin/host/status`)).status, 200);
});

test('functions-host: Service Bus stop: a running handler ends, its message is completed and the session released', async (t) => {
  const broker = await startBroker(t);
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      app.serviceBusQueue('slow', { connection: 'Bus', queueName: 'sessions', isSessionsEnabled: true,
        handler: async (message, context) => {
          context.log('begun');
          await new Promise((resolve) => setTimeout(resolve, 300));
          context.log('ended');
        } });`,
  });
  const host = await broker.run(folder);
  await broker.client.createSender('sessions').sendMessages([
    { body: 1, sessionId: 'A' },
    { body: 2, sessionId: 'A' },
  ]);
  await host.printed('begun');
  host.child.kill('SIGTERM');
  assert.equal(await host.exited, 0);
  assert.match(host.output(), /ended/);
  const receiver = await broker.client.acceptSession('sessions', 'A');
  const [left] = await receiver.receiveMessages(2, { maxWaitTimeInMs: 5000 });
  assert.deepEqual([left?.body, left?.deliveryCount], [2, 0]);
});

test('functions-host: Service Bus bindings: an app without an extension bundle runs, with a warning that in Azure it does not', async (t) => {
  const { run } = await startBroker(t);
  const index = `const { app } = require('@azure/functions');
    app.serviceBusQueue('plain', { connection: 'Bus', queueName: 'plain', handler() {} });`;
  const warning = /warning: host\.json has no "extensionBundle"/;
  assert.match((await run(await writeApp(t, { 'index.js': index }))).output(), warning);
  assert.doesNotMatch((await run(app)).output(), warning);
});

test('functions-host: Service Bus connection: what is missing is named at start', async (t) => {
  assert.match(
    await refusedApp(t, app, { env: { ORDERED_QUEUE: 'sessions' } }),
    /there is no Service Bus connection: set "Bus" to a connection string, or "Bus__fullyQualifiedNamespace"/,
  );
  assert.match(
    await refusedApp(t, app, {
      env: { Bus: absentBroker },
    }),
    /function "ordered": the queue name '%ORDERED_QUEUE%' does not resolve/,
  );
});
