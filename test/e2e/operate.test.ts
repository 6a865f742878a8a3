import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { call, createExchange, inParallel, until, type ExchangeEvent } from '../fixtures/api.ts';
import { ops } from '../fixtures/ops.ts';
import { testPartner, type Received } from '../fixtures/partner.ts';
import { testStack } from '../fixtures/stack.ts';

const { url: partnerUrl, received, answers } = await testPartner();
const stack = await testStack({ provider: false });
const { gateway, functions, keys, providers } = stack.file;
const key = keys.enterprise;
const began = new Date().toISOString();
const walk = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];

type Endpoint = Record<'id' | 'secret', string>;

async function register(at: string, eventTypes?: string[]): Promise<Endpoint> {
  const body = { url: `${partnerUrl}${at}`, ...(eventTypes && { eventTypes }) };
  const answer = await call(gateway, 'POST', '/v1/webhooks', { key, body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body as Endpoint;
}

/** Sends one signed callback, as the provider would. */
async function callBack(exchangeId: string, type: string, data: Record<string, unknown> = {}): Promise<void> {
  const id = `evt_${randomUUID()}`;
  const at = new Date();
  const event = { id, type, exchangeId, occurredAt: at.toISOString(), data };
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(providers['simulator']!.secret).sign(id, at, JSON.stringify(event)),
  };
  const answer = await call(gateway, 'POST', '/v1/callbacks/simulator', { headers, body: event });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
}

async function trail(exchangeId: string): Promise<ExchangeEvent[]> {
  const { body } = await call(gateway, 'GET', `/v1/exchanges/${exchangeId}/events`, { key });
  return (body as { items?: ExchangeEvent[] }).items ?? [];
}

function untilTrail(exchangeId: string, type: string, outcome: string, times = 1): Promise<void> {
  return until(`${type} of ${exchangeId} is ${outcome}`, async () => {
    const found = (await trail(exchangeId)).filter((event) => event.type === type && event.outcome === outcome);
    return found.length >= times;
  });
}

/** The events that came at a path about an exchange, oldest first, each checked with the partner's own secret. */
function verified(at: string, { secret }: Endpoint, subject: string): { type: string; id: string }[] {
  return received
    .filter((one) => one.path === at && one.body.includes(subject))
    .map(({ headers, body }) => {
      const { type } = new Webhook(secret).verify(body, headers) as { type: string };
      return { type, id: headers['webhook-id']! };
    });
}

function timesSent(deliveryId: string): number {
  return received.filter(({ headers }) => headers['webhook-id'] === deliveryId).length;
}

async function logged({ id }: Endpoint): Promise<{ id: string; eventType: string }[]> {
  const { body } = await call(gateway, 'GET', `/v1/webhooks/${id}/deliveries`, { key });
  return (body as { items: { id: string; eventType: string }[] }).items;
}

/** Runs a command that must end with this code; what it printed. */
async function run(code: number, ...args: string[]): Promise<string> {
  const done = await ops(stack.dir, ...args);
  assert.equal(done.code, code, `ops ${args.join(' ')}\n${done.out}${done.err}`);
  assert.doesNotMatch(done.err, /^\s+at /m, 'no stack trace is for operators');
  return done.out + done.err;
}

const orders = await register('/orders');
const finished = await createExchange(gateway, key);

test('a partner is told of an exchange in order, signed, and the operator sees it', async () => {
  for (const [index, type] of walk.entries()) await callBack(finished.id, type, { transaction: `tx${index}` });
  const told = ['exchange.created', 'exchange.confirming', 'exchange.exchanging', 'exchange.sending'];
  await until('the partner heard of the end', async () =>
    verified('/orders', orders, finished.id).some(({ type }) => type === 'exchange.finished'),
  );
  const events = verified('/orders', orders, finished.id);
  assert.deepEqual([...new Set(events.map(({ type }) => type))], [...told, 'exchange.finished']);
  const [{ body, headers }] = received as [Received];
  assert.throws(() => new Webhook(orders.secret).verify(body.replace('BTC', 'BTX'), headers));

  const shown = ['exchange.finished', ...told.toReversed()];
  await until('the log has them all', async () => (await logged(orders)).length === shown.length);
  const [list, delivered, failed, compared] = await Promise.all([
    run(0, 'webhooks', 'list', 'enterprise'),
    run(0, 'webhooks', 'deliveries', orders.id, '--status', 'delivered'),
    run(0, 'webhooks', 'deliveries', orders.id, '--status', 'failed'),
    run(0, 'callbacks', 'compare', '--since', began),
  ]);
  assert.match(list, new RegExp(`^${orders.id} +fine +http.*/orders$`, 'm'));
  const lines = delivered.trim().split('\n');
  assert.deepEqual(
    lines.map((line) => / (exchange\.\S+) .* 1x 204$/.exec(line)?.[1]),
    shown,
  );
  assert.match(failed, /^no deliveries$/m);
  assert.match(compared, /^5 callbacks compared: all alike$/m);
});

test('a partner changes the secret, tests the endpoint and has a delivery sent again', async () => {
  const at = `/v1/webhooks/${orders.id}`;
  const rotated = (await call(gateway, 'POST', `${at}/rotate-secret`, { key })).body as Endpoint;
  assert.notEqual(rotated.secret, orders.secret);
  const tested = await call(gateway, 'POST', `${at}/test`, { key });
  assert.equal((tested.body as { status: string }).status, 'delivered', JSON.stringify(tested.body));
  for (const endpoint of [orders, rotated]) {
    assert.equal(verified('/orders', endpoint, 'webhook.test').length, 1, 'the old secret goes on signing');
  }
  const last = (await logged(orders)).find(({ eventType }) => eventType === 'exchange.finished')!;
  const replayed = await call(gateway, 'POST', `${at}/deliveries/${last.id}/replay`, { key });
  assert.equal(replayed.status, 202, JSON.stringify(replayed.body));
  await until('it is sent again, under the same id', async () => timesSent(last.id) === 2);
  const { body, headers } = received.findLast((one) => one.headers['webhook-id'] === last.id)!;
  for (const { secret } of [orders, rotated])
    assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
});

test('an endpoint that is gone is turned off with notice, and what it missed is recovered', async () => {
  const gone = await register('/gone');
  const notices = await register('/notices', ['endpoint.disabled']);
  const away = await register('/away', ['exchange.created']);
  answers.set('/gone', 410).set('/away', 503);
  const exchange = await createExchange(gateway, key);
  await callBack(exchange.id, 'deposit.detected', { transaction: 'tx' });
  await until('the other endpoint is told', async () => verified('/notices', notices, gone.id).length > 0);
  assert.equal(verified('/notices', notices, gone.id)[0]?.type, 'endpoint.disabled');
  const [list, deliveries] = await Promise.all([
    run(0, 'webhooks', 'list', 'enterprise'),
    run(0, 'webhooks', 'deliveries', gone.id, '--status', 'dropped'),
  ]);
  assert.match(list, new RegExp(`^${gone.id} +disabled \\(gone\\)`, 'm'));
  const [, missed] = / (wd_\S+) +dropped +exchange\.created +ex_\S+ +1x 410$/m.exec(deliveries) ?? [];
  assert.ok(missed, deliveries);

  answers.delete('/gone');
  assert.match(await run(0, 'webhooks', 'enable', 'enterprise', gone.id), /: enabled$/m);
  assert.match(
    await run(0, 'webhooks', 'recover', gone.id, '--since', began),
    /^[12] deliver(y|ies) will be sent again$/m,
  );
  await until('it was sent again', async () => timesSent(missed) === 2);
  assert.ok(verified('/gone', gone, exchange.id).length >= 2);

  await until('one waits for its next try', async () => (await logged(away)).length === 1);
  const [waiting] = await logged(away);
  answers.delete('/away');
  await until('it is sent without waiting', async () => {
    await run(0, 'webhooks', 'recover', away.id, '--since', began);
    return timesSent(waiting!.id) === 2;
  });
  assert.match(await run(0, 'webhooks', 'disable', 'enterprise', gone.id), /: disabled$/m);
  // Made by the partner; turned off by the engine; enabled, recovered and disabled by the operator.
  assert.match(await run(0, 'audit', 'verify', `endpoint/${gone.id}`), /^1 chain, 5 events: valid /m);
  assert.match(await run(1, 'webhooks', 'disable', 'somebody', gone.id), /^somebody has no endpoint we_/m);
});

test('a poisoned stream waits for an operator, who replays, fixes or skips, singly and in bulk', async () => {
  const exchanges = await inParallel([1, 2, 3, 4], 4, () => createExchange(gateway, key));
  const [mended, given, ...rest] = exchanges.map(({ id }) => id) as [string, string, string, string];
  for (const id of [mended, given, ...rest]) {
    await callBack(id, 'deposit.detected', { transaction: 'no such thing' });
    await callBack(id, 'deposit.confirmed', { transaction: 'tx' });
  }
  for (const id of [mended, given, ...rest]) await untilTrail(id, 'stream.parked', 'parked');
  const reason = 'data.transaction of deposit.detected is no transaction id';
  const why = ['--reason', 'the provider sent a note'];
  const [list, others, dryRun] = await Promise.all([
    run(0, 'parked', 'list', '--queue', 'callbacks'),
    run(0, 'parked', 'list', '--queue', 'deliveries'),
    run(0, 'parked', 'replay', '--all', '--matching', 'no transaction', '--dry-run', ...why),
  ]);
  assert.match(list, new RegExp(`^${mended} .* 2 .*${reason}$`, 'm'));
  assert.match(list, /^4 parked$/m);
  assert.match(others, /^no stream is parked$/m);
  for (const id of [mended, given, ...rest])
    assert.match(dryRun, new RegExp(`^would replay ${id} \\(${reason}\\)$`, 'm'));
  assert.equal((await trail(mended)).filter(({ type }) => type.startsWith('stream.replayed')).length, 0);

  assert.match(await run(0, 'parked', 'replay', mended, ...why), new RegExp(`^${mended}: replayed$`, 'm'));
  await untilTrail(mended, 'stream.parked', 'parked', 2);
  const [, data = ''] = /deposit\.detected {2}(\{.*\})$/m.exec(await run(0, 'parked', 'show', mended)) ?? [];
  assert.ok(data.includes('no such thing'));
  await run(0, 'parked', 'fix', mended, '--data', data.replace('no such thing', 'tx'), ...why);
  await untilTrail(mended, 'deposit.confirmed', 'applied');

  assert.match(await run(0, 'parked', 'skip', given, ...why), new RegExp(`^${given}: skipped$`, 'm'));
  await untilTrail(given, 'deposit.confirmed', 'early');
  const again = await Promise.all([
    run(1, 'parked', 'skip', given, ...why),
    run(1, 'parked', 'skip', given, '--dry-run', ...why),
    run(1, 'parked', 'show', 'ex_nobody'),
  ]);
  assert.match(again[0], new RegExp(`^${given}: .*is not parked$`, 'm'));
  assert.match(again[1], new RegExp(`^${given}: is not parked$`, 'm'));
  assert.match(again[2], /^ex_nobody: there is no such stream$/m);

  const bulk = await run(0, 'parked', 'skip', '--all', '--matching', 'no transaction', ...why);
  for (const id of rest) assert.match(bulk, new RegExp(`^${id}: skipped$`, 'm'));
  assert.match(await run(0, 'parked'), /^no stream is parked$/m);
  for (const id of [given, ...rest]) {
    await callBack(id, 'deposit.detected', { transaction: 'tx' });
    await untilTrail(id, 'deposit.confirmed', 'applied');
  }
});

test('the audit trail verifies online and offline, and one event is proved, until a byte changes', async () => {
  const at = (name: string) => path.join(stack.dir, name);
  const signing = await call(functions, 'POST', '/admin/functions/checkpoint', { body: {} });
  assert.equal(signing.status, 202);
  const [one, none, unchecked, nothing] = await Promise.all([
    run(0, 'audit', 'verify', finished.id),
    run(1, 'audit', 'verify', 'ex_nobody'),
    run(1, 'audit', 'verify', '--checkpoints', at('nowhere')),
    run(1, 'audit', 'export', 'ex_nobody', '--out', at('none.jsonl')),
    run(0, 'audit', 'export', '--out', at('trail.jsonl')),
    run(0, 'audit', 'export', `endpoint/${orders.id}`, '--out', at('endpoint.jsonl')),
  ]);
  assert.match(one, /^1 chain, \d+ events: valid /m);
  assert.match(none, /^ex_nobody: has no audit trail$/m);
  assert.match(unchecked, /nowhere: there is no such folder of checkpoints$/m);
  assert.match(nothing, /: ex_nobody: has no audit trail$/m);

  const ordered = readFileSync(at('endpoint.jsonl'), 'utf8').matchAll(
    /"actor":"partner enterprise".*"type":"endpoint\.([^"]+)"/g,
  );
  assert.deepEqual(
    [...ordered].map(([, what]) => what),
    ['create', 'rotate-secret', 'test', 'replay'],
  );
  const exported = readFileSync(at('trail.jsonl'), 'utf8');
  assert.doesNotMatch(exported, /whsec_/);
  writeFileSync(at('changed.jsonl'), exported.replace('payout.confirmed', 'payout.confirmee'));
  writeFileSync(at('cut.jsonl'), exported.slice(0, exported.lastIndexOf('{"end"')));
  writeFileSync(at('empty.jsonl'), '');
  const [whole, changed, cut, empty] = await Promise.all([
    run(0, 'audit', 'verify', '--file', at('trail.jsonl')),
    run(1, 'audit', 'verify', '--file', at('changed.jsonl')),
    run(1, 'audit', 'verify', '--file', at('cut.jsonl')),
    run(1, 'audit', 'verify', '--file', at('empty.jsonl')),
  ]);
  assert.match(whole, /^\d+ chains, \d+ events: valid /m);
  assert.match(
    changed,
    new RegExp(`^${finished.id}: event \\d+ was changed: its hash does not match \\(line \\d+\\)$`, 'm'),
  );
  assert.match(cut, /: its end is missing \(line \d+\)$/m);
  assert.match(empty, /empty.jsonl: holds no audit trail$/m);

  const prove = ['audit', 'prove', finished.id, '2', '--out', at('proof.json')];
  await until('a checkpoint covers it', async () => (await ops(stack.dir, ...prove)).code === 0);
  writeFileSync(
    at('forged.json'),
    readFileSync(at('proof.json'), 'utf8').replace('deposit.detected', 'deposit.detectee'),
  );
  const signer = ['--checkpoints', stack.file.checkpoints!];
  const [online, proved, forged, noProof, noEvent] = await Promise.all([
    run(0, 'audit', 'verify'),
    run(0, 'audit', 'check', at('proof.json'), ...signer),
    run(1, 'audit', 'check', at('forged.json'), ...signer),
    run(1, 'audit', 'check', at('trail.jsonl'), ...signer),
    run(1, 'audit', 'prove', finished.id, '999'),
  ]);
  assert.match(online, /^\d+ checkpoints?: every chain holds what was signed$/m);
  assert.match(proved, new RegExp(`proof.json: valid: deposit.detected of ${finished.id} was recorded by 2`));
  assert.match(forged, /forged.json: NOT valid: event 2 was changed/);
  assert.match(noProof, /trail.jsonl: is no proof/);
  assert.match(noEvent, /has no event 999$/m);
});

test('a call that is wrong ends with 2, says what is wrong and how it is called', async () => {
  const wrong: [RegExp, string][] = [
    [/no such action: explode/, 'audit explode'],
    [/say where to with --out/, 'audit export'],
    [/name a stream and the number of an event/, `audit prove ${finished.id} zero`],
    [/name the proof/, 'audit check'],
    [/too many arguments/, 'audit verify --file a b'],
    [/Unknown option '--fiel'/, 'audit verify --fiel a'],
    [/--status sent/, `webhooks deliveries ${orders.id} --status sent`],
    [/--since/, `webhooks recover ${orders.id}`],
    [/"yesterday" is no time/, `webhooks recover ${orders.id} --since yesterday`],
    [/--reason/, 'parked skip ex_1'],
    [/name streams, or use --all/, 'parked skip --reason test'],
    [/--data is no JSON/, 'parked fix ex_1 --reason test --data {'],
  ];
  await inParallel(wrong, 3, async ([message, line]) => {
    const printed = await run(2, ...line.split(' '));
    assert.match(printed, message);
    assert.match(printed, /^usage: npm run ops -- /m, line);
  });
});
