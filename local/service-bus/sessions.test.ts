import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ServiceBusReceiver } from '@azure/service-bus';
import { startedServer } from './started-server.ts';

const queue = { s: { RequiresSession: true, LockDuration: 'PT30S', MaxDeliveryCount: 3 } };
/** The client's own renewal would fight over time with a clock that stands still. */
const manual = { maxAutoLockRenewalDurationInMs: 0 };
const bodies = async (receiver: ServiceBusReceiver, count = 10) =>
  (await receiver.receiveMessages(count, { maxWaitTimeInMs: 50 })).map(({ body }) => body as unknown);

test('service-bus: sessions: messages of a session come in order, to its one receiver', async (t) => {
  const { client } = await startedServer(t, queue);
  await client.createSender('s').sendMessages([
    { body: 1, sessionId: 'a' },
    { body: 2, sessionId: 'b' },
    { body: 3, sessionId: 'a' },
  ]);
  const a = await client.acceptSession('s', 'a', manual);
  assert.deepEqual(await bodies(a), [1, 3]);
  const next = await client.acceptNextSession('s', manual);
  assert.equal(next.sessionId, 'b');
  assert.deepEqual(await bodies(next), [2]);
});

test('service-bus: sessions: one that is held cannot be locked again, not by another client either', async (t) => {
  const { client, connect } = await startedServer(t, queue);
  await client.acceptSession('s', 'a', manual);
  await assert.rejects(client.acceptSession('s', 'a'), { code: 'SessionCannotBeLocked' });
  await assert.rejects(connect().acceptSession('s', 'a'), { code: 'SessionCannotBeLocked' });
});

test('service-bus: sessions: accepting any waits for one, and times out when none comes', async (t) => {
  const { client, clock, connect } = await startedServer(t, queue);
  const waiting = client.acceptNextSession('s', manual);
  await client.createSender('s').sendMessages({ body: 1, sessionId: 'late' });
  const late = await waiting;
  assert.equal(late.sessionId, 'late');
  await late.completeMessage((await late.receiveMessages(1))[0]!);
  const refused = assert.rejects(connect(0, 60_000).acceptNextSession('s'), { code: 'ServiceTimeout' });
  const timer = setInterval(() => clock.advance(20_000), 20);
  await refused.finally(() => clearInterval(timer));
});

test('service-bus: sessions: closing releases the session and does not count as a delivery', async (t) => {
  const { client } = await startedServer(t, queue);
  await client.createSender('s').sendMessages([1, 2].map((body) => ({ body, sessionId: 'a' })));
  const first = await client.acceptNextSession('s', manual);
  assert.deepEqual(await bodies(first), [1, 2]);
  await first.close();
  const second = await client.acceptNextSession('s', manual);
  const again = await second.receiveMessages(2);
  assert.deepEqual(
    again.map(({ body, deliveryCount }) => [body, deliveryCount]),
    [
      [1, 0],
      [2, 0],
    ],
  );
});

test('service-bus: sessions: an expired lock ends the receiver, counts as a delivery, and settling fails', async (t) => {
  const { client, clock } = await startedServer(t, queue);
  await client.createSender('s').sendMessages({ body: 1, sessionId: 'a' });
  const first = await client.acceptNextSession('s', manual);
  const [message] = await first.receiveMessages(1);
  clock.advance(30_000);
  while (!first.isClosed) await setImmediate();
  await assert.rejects(first.completeMessage(message!), { code: 'SessionLockLost' });
  const second = await client.acceptNextSession('s', manual);
  assert.equal((await second.receiveMessages(1))[0]!.deliveryCount, 1);
});

test('service-bus: sessions: renewal prolongs the lock', async (t) => {
  const { client, clock } = await startedServer(t, queue);
  await client.createSender('s').sendMessages({ body: 1, sessionId: 'a' });
  const receiver = await client.acceptNextSession('s', manual);
  assert.equal(receiver.sessionLockedUntilUtc.getTime(), clock.now() + 30_000);
  const [message] = await receiver.receiveMessages(1);
  clock.advance(20_000);
  assert.equal((await receiver.renewSessionLock()).getTime(), clock.now() + 30_000);
  clock.advance(20_000);
  await receiver.completeMessage(message!);
});

test('service-bus: sessions: abandon keeps the order, and max deliveries lets the next message through', async (t) => {
  const { client } = await startedServer(t, queue);
  await client.createSender('s').sendMessages([1, 2].map((body) => ({ body, sessionId: 'a' })));
  const receiver = await client.acceptNextSession('s', manual);
  for (let delivery = 0; delivery < 3; delivery++) {
    const [message] = await receiver.receiveMessages(1);
    assert.equal(message!.body, 1);
    await receiver.abandonMessage(message!);
  }
  assert.deepEqual(await bodies(receiver, 1), [2]);
  const dead = client.createReceiver('s', { subQueueType: 'deadLetter' });
  const [letter] = await dead.receiveMessages(1);
  assert.equal(letter!.sessionId, 'a');
  assert.equal(letter!.deadLetterReason, 'MaxDeliveryCountExceeded');
});

test('service-bus: sessions: deferred messages are received and settled in the session', async (t) => {
  const { client } = await startedServer(t, queue);
  await client.createSender('s').sendMessages([1, 2].map((body) => ({ body, sessionId: 'a' })));
  const receiver = await client.acceptNextSession('s', manual);
  const [one, two] = await receiver.receiveMessages(2);
  await receiver.deferMessage(one!);
  await receiver.completeMessage(two!);
  const [deferred] = await receiver.receiveDeferredMessages(one!.sequenceNumber!);
  await receiver.deadLetterMessage(deferred!);
  assert.deepEqual(await receiver.peekMessages(1), []);
});

test('service-bus: session state: set, read, cleared; it outlives the receiver', async (t) => {
  const { client } = await startedServer(t, queue);
  const first = await client.acceptSession('s', 'a', manual);
  assert.equal(await first.getSessionState(), null);
  await first.setSessionState({ at: 3 });
  await first.close();
  const second = await client.acceptSession('s', 'a', manual);
  assert.deepEqual(await second.getSessionState(), { at: 3 });
  await second.setSessionState(null);
  assert.equal(await second.getSessionState(), null);
});

test('service-bus: session enumeration: sessions with messages, in pages', async (t) => {
  const { client } = await startedServer(t, queue);
  const ids = ['a', 'b', 'c'];
  await client.createSender('s').sendMessages(ids.map((sessionId) => ({ body: 1, sessionId })));
  const management = (
    client as unknown as {
      _connectionContext: {
        getManagementClient(path: string): {
          listMessageSessions(skip: number, top: number, since?: Date): Promise<string[]>;
        };
      };
    }
  )._connectionContext.getManagementClient('s');
  const latest = new Date('9999-12-31T23:59:59.999Z');
  assert.deepEqual([await management.listMessageSessions(0, 2, latest)].flat(), ['a', 'b']);
  assert.deepEqual([await management.listMessageSessions(2, 2, latest)].flat(), ['c']);
  assert.deepEqual([await management.listMessageSessions(3, 2, latest)].flat(), []);
  assert.deepEqual([await management.listMessageSessions(0, 9, new Date(Date.now() + 3_600_000))].flat(), []);
});

test('service-bus: sessions: a message without a session id is refused, alone or in a batch, which then is as a whole', async (t) => {
  const { client } = await startedServer(t, queue);
  const sender = client.createSender('s');
  await assert.rejects(sender.sendMessages({ body: 1 }), /SessionId was not set/);
  const batch = await sender.createMessageBatch();
  batch.tryAddMessage({ body: 1, sessionId: 'a' });
  batch.tryAddMessage({ body: 2 });
  await assert.rejects(sender.sendMessages(batch), /SessionId was not set/);
  assert.deepEqual(await (await client.acceptSession('s', 'a', manual)).peekMessages(1), []);
});

test('service-bus: sessions: the kind of receiver must fit the queue', async (t) => {
  const { client } = await startedServer(t, { ...queue, q: {} });
  await assert.rejects(client.createReceiver('s').receiveMessages(1), /non-sessionful message receiver/);
  await assert.rejects(client.acceptNextSession('q'), /does not require sessions/);
});
