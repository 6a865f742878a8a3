import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { startedServer } from './started-server.ts';

async function receive(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1);
  assert(message);
  return message;
}

/** What is left for a receiver that does not wait. */
const remaining = (receiver: ServiceBusReceiver) => receiver.receiveMessages(10, { maxWaitTimeInMs: 50 });

test('service-bus: peek-lock: complete removes the message', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages({ body: 'a' });
  const receiver = client.createReceiver('q');
  await receiver.completeMessage(await receive(receiver));
  assert.deepEqual(await receiver.peekMessages(1), []);
});

test('service-bus: peek-lock: abandon redelivers at once, in its place, counted, with the properties changed', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client
    .createSender('q')
    .sendMessages([{ body: 'first', applicationProperties: { kept: 1, replaced: 'old' } }, { body: 'second' }]);
  const receiver = client.createReceiver('q');
  const first = await receive(receiver);
  assert.equal(first.deliveryCount, 0);
  await receiver.abandonMessage(first, { replaced: 'new', added: true });
  const again = await receive(receiver);
  assert.equal(again.body, 'first');
  assert.equal(again.deliveryCount, 1);
  assert.deepEqual(again.applicationProperties, { kept: 1, replaced: 'new', added: true });
  assert.deepEqual(again.sequenceNumber, first.sequenceNumber);
  assert.notEqual(again.lockToken, first.lockToken);
});

test('service-bus: dead-letter queue: explicit, with reason, description and properties', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages({ body: { n: 1 }, applicationProperties: { a: 'b' } });
  const receiver = client.createReceiver('q');
  const message = await receive(receiver);
  await receiver.deadLetterMessage(message, { deadLetterReason: 'why', deadLetterErrorDescription: 'how', extra: 7 });
  const dead = client.createReceiver('q', { subQueueType: 'deadLetter' });
  const letter = await receive(dead);
  assert.deepEqual(letter.body, { n: 1 });
  assert.equal(letter.deadLetterReason, 'why');
  assert.equal(letter.deadLetterErrorDescription, 'how');
  assert.equal(letter.deadLetterSource, 'q');
  assert.equal(letter.applicationProperties?.['extra'], 7);
  assert.equal(letter.applicationProperties?.['a'], 'b');
  assert.deepEqual(letter.sequenceNumber, message.sequenceNumber);
});

test('service-bus: dead-letter queue: abandon, defer and renew in it; a dead letter cannot die again, nor is it counted', async (t) => {
  const { client, clock } = await startedServer(t, { q: { LockDuration: 'PT30S' } });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q');
  await receiver.deadLetterMessage(await receive(receiver));
  const dead = client.createReceiver('q', { subQueueType: 'deadLetter' });
  await dead.abandonMessage(await receive(dead));
  await assert.rejects(dead.deadLetterMessage(await receive(dead)), {
    code: 'GeneralError',
    message: /InvalidOperation/,
  });
  const letter = await receive(dead);
  assert.equal(letter.deliveryCount, 0);
  assert.equal((await dead.renewMessageLock(letter)).getTime(), clock.now() + 30_000);
  await dead.deferMessage(letter);
  const [deferred] = await dead.receiveDeferredMessages(letter.sequenceNumber!);
  await dead.completeMessage(deferred!);
  assert.deepEqual(await dead.peekMessages(1), []);
});

test('service-bus: dead-letter queue: a message that failed MaxDeliveryCount times goes there', async (t) => {
  const { client } = await startedServer(t, { q: { MaxDeliveryCount: 2 } });
  await client.createSender('q').sendMessages({ body: 'poison' });
  const receiver = client.createReceiver('q');
  for (const deliveryCount of [0, 1]) {
    const message = await receive(receiver);
    assert.equal(message.deliveryCount, deliveryCount);
    await receiver.abandonMessage(message);
  }
  assert.deepEqual(await remaining(receiver), []);
  const letter = await receive(client.createReceiver('q', { subQueueType: 'deadLetter' }));
  assert.equal(letter.deadLetterReason, 'MaxDeliveryCountExceeded');
  assert.equal(letter.deliveryCount, 2);
});

test('service-bus: dead-letter queue: receive, settle and receive-and-delete from it; it does not take messages', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }]);
  const receiver = client.createReceiver('q');
  for (const message of await receiver.receiveMessages(2)) await receiver.deadLetterMessage(message);
  const dead = client.createReceiver('q', { subQueueType: 'deadLetter' });
  await dead.completeMessage(await receive(dead));
  await dead.close();
  const eager = client.createReceiver('q', { subQueueType: 'deadLetter', receiveMode: 'receiveAndDelete' });
  assert.equal((await receive(eager)).body, 2);
  assert.deepEqual(await eager.peekMessages(5), []);
  await assert.rejects(client.createSender('q/$deadletterqueue').sendMessages({ body: 3 }), /cannot be sent/);
});

test('service-bus: time to live: an expired message is dropped, or dead-lettered where the queue says so', async (t) => {
  const { client, clock, connect } = await startedServer(t, {
    drops: { DefaultMessageTimeToLive: 'PT1M' },
    keeps: { DeadLetteringOnMessageExpiration: true },
  });
  await client.createSender('drops').sendMessages([{ body: 1 }, { body: 2, timeToLive: 1000 }]);
  await client.createSender('keeps').sendMessages([{ body: 1 }, { body: 2, timeToLive: 1000 }]);
  clock.advance(1000);
  // A client goes on peeking where it stopped.
  const bodies = async (queue: string) =>
    (await connect().createReceiver(queue).peekMessages(9)).map(({ body }) => body);
  assert.deepEqual(await bodies('drops'), [1]);
  assert.deepEqual(await bodies('keeps'), [1]);
  const letter = await receive(client.createReceiver('keeps', { subQueueType: 'deadLetter' }));
  assert.equal(letter.body, 2);
  assert.equal(letter.deadLetterReason, 'TTLExpiredException');
  clock.advance(60_000);
  assert.deepEqual(await bodies('drops'), []);
  assert.deepEqual(await bodies('keeps'), [1]);
});

test('service-bus: time to live: a locked message outlives its time until its lock ends', async (t) => {
  const { client, clock } = await startedServer(t, { q: { LockDuration: 'PT30S' } });
  await client.createSender('q').sendMessages([
    { body: 1, timeToLive: 1000 },
    { body: 2, timeToLive: 1000 },
  ]);
  const receiver = client.createReceiver('q');
  const [first, second] = await receiver.receiveMessages(2);
  clock.advance(2000);
  await receiver.completeMessage(first!);
  await receiver.abandonMessage(second!);
  assert.deepEqual(await receiver.peekMessages(1), []);
});

test('service-bus: locks: one that expired makes the message available, counted, and settling it fails', async (t) => {
  const { client, clock } = await startedServer(t, { q: { LockDuration: 'PT30S' } });
  await client.createSender('q').sendMessages({ body: 'a' });
  const receiver = client.createReceiver('q');
  const message = await receive(receiver);
  assert.equal(message.lockedUntilUtc?.getTime(), clock.now() + 30_000);
  clock.advance(30_000);
  const again = await receive(receiver);
  assert.equal(again.deliveryCount, 1);
  await assert.rejects(receiver.completeMessage(message), { code: 'MessageLockLost' });
  await assert.rejects(receiver.renewMessageLock(message), { code: 'MessageLockLost' });
  await receiver.completeMessage(again);
});

test('service-bus: locks: renewal prolongs one', async (t) => {
  const { client, clock } = await startedServer(t, { q: { LockDuration: 'PT30S' } });
  await client.createSender('q').sendMessages({ body: 'a' });
  const receiver = client.createReceiver('q');
  const message = await receive(receiver);
  clock.advance(20_000);
  assert.equal((await receiver.renewMessageLock(message)).getTime(), clock.now() + 30_000);
  clock.advance(20_000);
  await receiver.completeMessage(message);
  assert.deepEqual(await receiver.peekMessages(1), []);
});

test('service-bus: locks: outlive the receiver, and are settled through $management then', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages([1, 2, 3, 4].map((body) => ({ body })));
  const receiver = client.createReceiver('q');
  const messages = await receiver.receiveMessages(4);
  await receiver.close();
  const other = client.createReceiver('q');
  assert.deepEqual(await remaining(other), []);
  await other.completeMessage(messages[0]!);
  await other.abandonMessage(messages[1]!);
  await other.deferMessage(messages[2]!);
  await other.deadLetterMessage(messages[3]!, { deadLetterReason: 'late', deadLetterErrorDescription: '' });
  assert.deepEqual(
    (await remaining(other)).map(({ body }) => body),
    [2],
  );
  assert.equal((await other.receiveDeferredMessages(messages[2]!.sequenceNumber!))[0]?.body, 3);
  const letter = await receive(client.createReceiver('q', { subQueueType: 'deadLetter' }));
  assert.equal(letter.deadLetterReason, 'late');
});

test('service-bus: deferral: only by sequence number, settled in every way, and counted as a delivery', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages({ body: 'a', applicationProperties: { x: 1 } });
  const receiver = client.createReceiver('q');
  const message = await receive(receiver);
  const number = message.sequenceNumber!;
  await receiver.deferMessage(message, { y: 2 });
  assert.deepEqual(await remaining(receiver), []);
  const [deferred] = await receiver.receiveDeferredMessages(number);
  assert.equal(deferred!.state, 'deferred');
  assert.equal(deferred!.deliveryCount, 1);
  assert.deepEqual(deferred!.applicationProperties, { x: 1, y: 2 });
  await assert.rejects(receiver.receiveDeferredMessages(number), { code: 'MessageNotFound' });
  await receiver.abandonMessage(deferred!);
  const [again] = await receiver.receiveDeferredMessages(number);
  assert.equal(again!.deliveryCount, 2);
  await receiver.renewMessageLock(again!);
  await receiver.completeMessage(again!);
  await assert.rejects(receiver.receiveDeferredMessages(number), { code: 'MessageNotFound' });
});

test('service-bus: receive-and-delete: a message is gone when it is delivered', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages([1, 2, 3].map((body) => ({ body })));
  const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
  const messages = await receiver.receiveMessages(2);
  assert.deepEqual(
    messages.map(({ body }) => body),
    [1, 2],
  );
  assert.equal(messages[0]!.lockToken, undefined);
  assert.deepEqual(
    (await receiver.peekMessages(9)).map(({ body }) => body),
    [3],
  );
});
