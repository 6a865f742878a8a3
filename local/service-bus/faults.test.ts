import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Faults, readFaultPlan } from './faults.ts';
import { startedServer, temporaryDirectory } from './started-server.ts';

test('service-bus: faults: the n-th send fails with the condition the plan names', async (t) => {
  const faults = new Faults({
    rules: [{ at: 'send', queue: 'q', nth: 2, do: 'fail', condition: 'amqp:resource-limit-exceeded' }],
  });
  const { client } = await startedServer(t, { q: {} }, { faults });
  const sender = client.createSender('q');
  await sender.sendMessages({ body: 1 });
  await assert.rejects(sender.sendMessages({ body: 2 }), { code: 'QuotaExceeded' });
  await sender.sendMessages({ body: 3 });
  const peeked = await client.createReceiver('q').peekMessages(9);
  assert.deepEqual(
    peeked.map(({ body }) => body),
    [1, 3],
  );
});

test('service-bus: faults: a dropped connection loses nothing that was acknowledged', async (t) => {
  const faults = new Faults({ rules: [{ at: 'send', nth: 2, do: 'drop' }] });
  const { connect } = await startedServer(t, { q: { RequiresDuplicateDetection: true } }, { faults });
  const client = connect(5, 1000);
  const sender = client.createSender('q');
  for (let body = 0; body < 3; body++) await sender.sendMessages({ body, messageId: `m${body}` });
  const peeked = await client.createReceiver('q').peekMessages(20);
  assert.deepEqual(
    peeked.map(({ body }) => body),
    [0, 1, 2],
  );
});

test('service-bus: faults: expired locks make a settlement fail and the message come again', async (t) => {
  const faults = new Faults({ rules: [{ at: 'settle', nth: 1, do: 'expire-locks' }] });
  const { client } = await startedServer(t, { q: {} }, { faults });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q');
  const [message] = await receiver.receiveMessages(1);
  await assert.rejects(receiver.completeMessage(message!), { code: 'MessageLockLost' });
  const [again] = await receiver.receiveMessages(1);
  assert.equal(again!.deliveryCount, 1);
  await receiver.completeMessage(again!);
});

test('service-bus: faults: a failed management operation and a refused receiver', async (t) => {
  const faults = new Faults({
    rules: [
      { at: 'manage', nth: 1, do: 'fail' },
      { at: 'attach', nth: 1, do: 'fail', condition: 'amqp:unauthorized-access' },
    ],
  });
  const { client } = await startedServer(t, { q: {} }, { faults });
  const receiver = client.createReceiver('q');
  await assert.rejects(receiver.peekMessages(1), { code: 'ServiceBusy' });
  await assert.rejects(receiver.receiveMessages(1), { code: 'UnauthorizedAccess' });
  await client.createSender('q').sendMessages({ body: 1 });
  assert.equal((await receiver.receiveMessages(1)).length, 1);
});

test('service-bus: faults: the same seed gives the same faults', () => {
  const outcomes = (seed: number) => {
    const faults = new Faults({ seed, rules: [{ at: 'send', chance: 0.5, do: 'delay', milliseconds: 7 }] });
    return Array.from({ length: 40 }, () => faults.at('send', 'q'));
  };
  assert.deepEqual(outcomes(3), outcomes(3));
  assert.notDeepEqual(outcomes(3), outcomes(4));
  assert.deepEqual(
    [...new Set(outcomes(3))].toSorted((a, b) => a - b),
    [0, 7],
  );
});

test('service-bus: faults: a plan with a mistake is refused, which is named', async (t) => {
  const path = join(await temporaryDirectory(t), 'plan.json');
  for (const [plan, mistake] of [
    ['{', /cannot read/],
    ['{"rules": 1}', /"rules" must be a list/],
    ['{"rules": [{"at": "lunch", "nth": 1, "do": "drop"}]}', /rule 1: "at" must be one of/],
    ['{"rules": [{"at": "send", "nth": 1, "do": "explode"}]}', /"do" must be one of/],
    ['{"rules": [{"at": "send", "do": "drop"}]}', /one of "nth", "every", "chance"/],
    ['{"rules": [{"at": "send", "nth": 1, "do": "drop", "color": 1}]}', /unknown property "color"/],
    ['{"rules": [{"at": "deliver", "nth": 1, "do": "fail"}]}', /"deliver" can only "drop" or "expire-locks"/],
  ] as const) {
    await writeFile(path, plan);
    assert.throws(() => readFaultPlan(path), { name: 'FaultPlanError', message: mistake });
  }
  await writeFile(path, '{"seed": 2, "rules": [{"at": "send", "chance": 0.1, "do": "drop"}]}');
  assert.equal(readFaultPlan(path).seed, 2);
});
