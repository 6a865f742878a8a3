import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { ServiceBusReceiver } from '@azure/service-bus';
import { startedServer } from './started-server.ts';

const bodies = async (receiver: ServiceBusReceiver) =>
  (await receiver.receiveMessages(10, { maxWaitTimeInMs: 50 })).map(({ body }) => body as unknown);

test('service-bus: send: properties, application properties and annotations arrive as they were sent', async (t) => {
  const { client, clock } = await startedServer(t, { q: {} });
  const sent = {
    body: { nested: [1, 'two', null] },
    messageId: 'm-1',
    subject: 'label',
    correlationId: 'c-1',
    contentType: 'application/json',
    to: 'somewhere',
    replyTo: 'back',
    partitionKey: 'p',
    timeToLive: 60_000,
    applicationProperties: { text: 'ü', yes: true, half: 0.5, when: new Date(0) },
  };
  await client.createSender('q').sendMessages(sent);
  const [message] = await client.createReceiver('q').receiveMessages(1);
  for (const [key, value] of Object.entries(sent)) {
    const got = (message as unknown as Record<string, unknown>)[key];
    if (key !== 'applicationProperties') assert.deepEqual(got, value, key);
  }
  assert.equal(message!.applicationProperties!['text'], 'ü');
  assert.equal(message!.applicationProperties!['half'], 0.5);
  assert.equal(message!.enqueuedTimeUtc!.getTime(), clock.now());
  assert.equal(message!.expiresAtUtc!.getTime(), clock.now() + 60_000);
  assert.equal(message!.state, 'active');
  assert.equal(message!.sequenceNumber!.toNumber(), 1);
});

test('service-bus: send: every kind of AMQP body arrives as it was sent, and its header too', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  const header = { durable: true, priority: 7, timeToLive: 100_000, firstAcquirer: true };
  const kinds = [
    { bodyType: 'value', body: 'text' },
    { bodyType: 'value', body: { a: 1 } },
    { bodyType: 'sequence', body: [[1], [2, 'x']] },
    { bodyType: 'data', body: Buffer.from([0, 255, 1]) },
  ] as const;
  for (const { bodyType, body } of kinds)
    await client
      .createSender('q')
      .sendMessages({ bodyType, body, header, footer: { f: 'foot' }, messageAnnotations: { n: 'o' } });
  for (const message of await client.createReceiver('q').receiveMessages(kinds.length)) {
    const raw = message._rawAmqpMessage;
    const sent = kinds[message.sequenceNumber!.toNumber() - 1]!;
    assert.equal(raw.bodyType, sent.bodyType);
    assert.deepEqual(message.body, sent.body);
    assert.deepEqual(raw.header, { ...header, deliveryCount: 0 });
    assert.deepEqual(raw.footer, { f: 'foot' });
    assert.equal(raw.messageAnnotations!['n'], 'o');
  }
});

test('service-bus: send: a body of 1 MB is delivered byte for byte, a larger message is refused', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  const sender = client.createSender('q');
  const body = randomBytes(1024 * 1024);
  await sender.sendMessages({ body });
  const receiver = client.createReceiver('q');
  const [message] = await receiver.receiveMessages(1);
  assert(body.equals(message!.body as Buffer));
  await receiver.abandonMessage(message!, { seen: 1 });
  const [again] = await receiver.receiveMessages(1);
  assert(body.equals(again!.body as Buffer));
  await assert.rejects(sender.sendMessages({ body: Buffer.alloc(1_200_000) }), { code: 'MessageSizeExceeded' });
  assert.equal((await sender.createMessageBatch()).maxSizeInBytes, 1024 * 1024);
});

test('service-bus: send: batches, whole and in order', async (t) => {
  const { client } = await startedServer(t, { q: {} });
  const sender = client.createSender('q');
  const batch = await sender.createMessageBatch();
  for (let body = 0; batch.count < 500 && batch.tryAddMessage({ body }); body++);
  await sender.sendMessages(batch);
  const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
  const received: unknown[] = [];
  while (received.length < 500)
    received.push(...(await receiver.receiveMessages(500)).map(({ body }) => body as unknown));
  assert.deepEqual(
    received,
    Array.from({ length: 500 }, (_, body) => body),
  );
});

test('service-bus: scheduled messages: appear at their time, as new messages', async (t) => {
  const { client, clock } = await startedServer(t, { q: {} });
  const sender = client.createSender('q');
  const at = new Date(clock.now() + 30_000);
  const [number] = await sender.scheduleMessages({ body: 'later', applicationProperties: { a: 1 } }, at);
  await sender.sendMessages({ body: 'also', scheduledEnqueueTimeUtc: at });
  await sender.sendMessages({ body: 'now' });
  const receiver = client.createReceiver('q');
  const peeked = await receiver.peekMessages(3);
  assert.deepEqual(
    peeked.map(({ body, state }) => [body, state]),
    [
      ['later', 'scheduled'],
      ['also', 'scheduled'],
      ['now', 'active'],
    ],
  );
  assert.deepEqual(peeked[0]!.scheduledEnqueueTimeUtc, at);
  assert.deepEqual(peeked[0]!.sequenceNumber, number);
  assert.deepEqual(await bodies(receiver), ['now']);
  clock.advance(30_000);
  const due = await receiver.receiveMessages(2);
  assert.deepEqual(
    due.map(({ body, state }) => [body, state]),
    [
      ['later', 'active'],
      ['also', 'active'],
    ],
  );
  assert.equal(due[0]!.enqueuedTimeUtc!.getTime(), clock.now());
  assert.equal(due[0]!.sequenceNumber!.toNumber(), 4);
});

test('service-bus: scheduled messages: cancelled by sequence number, once', async (t) => {
  const { client, clock } = await startedServer(t, { q: {} });
  const sender = client.createSender('q');
  const numbers = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], new Date(clock.now() + 1000));
  await sender.cancelScheduledMessages(numbers[0]!);
  await assert.rejects(sender.cancelScheduledMessages(numbers), { code: 'MessageNotFound' });
  clock.advance(1000);
  assert.deepEqual(await bodies(client.createReceiver('q')), [2]);
  await assert.rejects(sender.cancelScheduledMessages(numbers[1]!), { code: 'MessageNotFound' });
});

test('service-bus: duplicate detection: by message id within its window, scheduled messages included', async (t) => {
  const { client, clock } = await startedServer(t, {
    q: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT1M' },
  });
  const sender = client.createSender('q');
  const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
  await sender.sendMessages([{ body: 1, messageId: 'x' }, { body: 2, messageId: 'x' }, { body: 3 }, { body: 4 }]);
  assert.deepEqual(await bodies(receiver), [1, 3, 4]);
  await sender.sendMessages({ body: 5, messageId: 'x' });
  const [number] = await sender.scheduleMessages({ body: 6, messageId: 's' }, new Date(clock.now() + 10_000));
  await sender.cancelScheduledMessages(number!);
  await sender.sendMessages({ body: 7, messageId: 's' });
  assert.deepEqual(await bodies(receiver), []);
  clock.advance(60_000);
  await sender.sendMessages({ body: 8, messageId: 'x' });
  assert.deepEqual(await bodies(receiver), [8]);
});

test('service-bus: peek: every state from a sequence number on, without a lock or a delivery', async (t) => {
  const { client, clock } = await startedServer(t, { q: {} });
  const sender = client.createSender('q');
  await sender.sendMessages([1, 2, 3].map((body) => ({ body })));
  await sender.scheduleMessages({ body: 4 }, new Date(clock.now() + 1000));
  const receiver = client.createReceiver('q');
  const [first, second] = await receiver.receiveMessages(2);
  await receiver.deferMessage(first!);
  const peeked = await receiver.peekMessages(10);
  assert.deepEqual(
    peeked.map(({ body, state }) => [body, state]),
    [
      [1, 'deferred'],
      [2, 'active'],
      [3, 'active'],
      [4, 'scheduled'],
    ],
  );
  assert.equal(peeked[2]!.deliveryCount, 0);
  const from = await receiver.peekMessages(1, { fromSequenceNumber: second!.sequenceNumber! });
  assert.equal(from[0]!.body, 2);
  const { sequenceNumber: fromSequenceNumber } = second!;
  // The client has the option, but not in its public types.
  const [bodyless] = await receiver.peekMessages(1, { fromSequenceNumber, ...{ omitMessageBody: true } });
  assert.deepEqual([bodyless!.body, bodyless!.messageId], [undefined, second!.messageId]);
  assert.deepEqual(
    (await receiver.peekMessages(5)).map(({ body }) => body),
    [3, 4],
  );
});

test('service-bus: batch delete: the oldest unlocked messages, through $management; an unknown operation is named', async (t) => {
  const { client, clock } = await startedServer(t, { q: {} });
  await client.createSender('q').sendMessages([1, 2, 3, 4].map((body) => ({ body })));
  const receiver = client.createReceiver('q');
  await receiver.receiveMessages(1);
  // This version of the client asks for neither, but its request link can.
  const management = (
    client as unknown as {
      _connectionContext: {
        getManagementClient(path: string): {
          replyTo: string;
          initWithUniqueReplyTo(options: object): Promise<void>;
          _makeManagementRequest(request: object, logger: object): Promise<{ body?: Record<string, number> }>;
        };
      };
    }
  )._connectionContext.getManagementClient('q');
  await management.initWithUniqueReplyTo({});
  const ask = (operation: string, body: object) =>
    management._makeManagementRequest(
      { body, reply_to: management.replyTo, application_properties: { operation } },
      { logError: () => {}, verbose: () => {} },
    );
  const before = new Date(clock.now());
  const deleted = await ask('com.microsoft:batch-delete-messages', { 'message-count': 2, 'enqueued-time-utc': before });
  assert.deepEqual(deleted.body, { 'message-count': 2 });
  assert.deepEqual(
    (await receiver.peekMessages(9)).map(({ body }) => body as unknown),
    [1, 4],
  );
  await assert.rejects(ask('com.microsoft:dance', {}), /The operation com\.microsoft:dance is not supported/);
});
