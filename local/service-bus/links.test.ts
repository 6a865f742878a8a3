import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { test } from 'node:test';
import { startedServer } from './started-server.ts';

test('service-bus: entities: an unknown one is named in the error, whatever asks for it', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  const path = `sb://${client.fullyQualifiedNamespace}/nope`;
  const unknown = { code: 'MessagingEntityNotFound', message: `The messaging entity '${path}' could not be found.` };
  await assert.rejects(client.createSender('nope').sendMessages({ body: 1 }), unknown);
  await assert.rejects(client.createReceiver('nope').receiveMessages(1), unknown);
  const dead = client.createReceiver('nope', { subQueueType: 'deadLetter' });
  await assert.rejects(dead.receiveMessages(1), { code: 'MessagingEntityNotFound' });
  await assert.rejects(client.createReceiver('nope').peekMessages(1), unknown);
  await assert.rejects(client.acceptSession('nope', 'a'));
});

test('service-bus: entities: names match whatever their case', async (t) => {
  const { client } = await startedServer(t, { 'Orders/In': {} });
  await client.createSender('orders/in').sendMessages({ body: 1 });
  assert.equal((await client.createReceiver('ORDERS/IN').receiveMessages(1)).length, 1);
});

test('service-bus: receivers: several share a queue, across connections, each message to one of them', async (t) => {
  const { client, connect } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages(Array.from({ length: 40 }, (_, body) => ({ body })));
  const receivers = [client, connect(), connect()].map((each) => each.createReceiver('q'));
  const received: number[] = [];
  await new Promise<void>((resolve, reject) => {
    for (const receiver of receivers)
      receiver.subscribe(
        {
          processMessage: async ({ body }) => {
            if (received.push(body as number) === 40) resolve();
          },
          processError: async ({ error }) => reject(error),
        },
        { maxConcurrentCalls: 4 },
      );
  });
  assert.deepEqual(
    received.toSorted((a, b) => a - b),
    Array.from({ length: 40 }, (_, body) => body),
  );
});

test('service-bus: credit: no more is delivered than was asked for, and what is drained stays in the queue', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages([1, 2, 3].map((body) => ({ body })));
  const receiver = client.createReceiver('q');
  assert.equal((await receiver.receiveMessages(2)).length, 2);
  const other = client.createReceiver('q');
  const [third, ...none] = await other.receiveMessages(5, { maxWaitTimeInMs: 200 });
  assert.equal(third!.body, 3);
  assert.deepEqual(none, []);
  assert.deepEqual(await other.receiveMessages(5, { maxWaitTimeInMs: 20 }), []);
  await client.createSender('q').sendMessages({ body: 4 });
  // Had the drained credit been kept, this message would be locked by a receiver that no longer waits.
  assert.equal((await receiver.receiveMessages(1))[0]!.body, 4);
});

test('service-bus: receivers: many messages may be locked at once', async (t) => {
  const { client } = await startedServer(t, { q: { LockDuration: 'PT5M' } });
  const sender = client.createSender('q');
  for (let sent = 0; sent < 4000; sent += 500)
    await sender.sendMessages(Array.from({ length: 500 }, (_, body) => ({ body: sent + body })));
  const receivers = [client.createReceiver('q'), client.createReceiver('q')];
  const batches = await Promise.all(receivers.map((receiver) => receiver.receiveMessages(2000)));
  assert.equal(new Set(batches.flat().map(({ body }) => body as number)).size, batches.flat().length);
  for (const [index, batch] of batches.entries())
    await Promise.all(batch.map((message) => receivers[index]!.completeMessage(message)));
});

test('service-bus: connections: a lost one frees its sessions', async (t) => {
  const { client, connect } = await startedServer(t, { s: { RequiresSession: true } });
  await client.createSender('s').sendMessages({ body: 1, sessionId: 'a' });
  const other = connect();
  const held = await other.acceptSession('s', 'a');
  assert.equal((await held.receiveMessages(1)).length, 1);
  await other.close();
  const again = await client.acceptSession('s', 'a');
  assert.equal((await again.receiveMessages(1))[0]!.deliveryCount, 0);
});

test('service-bus: connections: one that speaks no AMQP is closed, the others go on', async (t) => {
  const { client, server } = await startedServer(t, { q: {} });
  t.mock.method(console, 'error', () => {});
  const socket = connectSocket(server.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
  socket.resume();
  await once(socket, 'close');
  await client.createSender('q').sendMessages({ body: 1 });
});
