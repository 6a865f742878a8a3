import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CosmosClient, DatabaseAccount } from '@azure/cosmos';
import { readFaultPlan } from './faults.ts';
import { ask, clientOf, startTestAccount, temporaryDirectory } from './test-account.ts';
import { unsupported } from './unsupported.ts';

test('cosmos: authentication: a wrong key is 401, and so is none', async () => {
  await using account = await startTestAccount();
  const wrong = clientOf(account.server.url, Buffer.from('wrong').toString('base64'));
  await assert.rejects(wrong.databases.readAll().fetchAll(), { code: 401 });
  for (const authorization of ['', 'type%3Dmaster%26ver%3D1.0%26sig%3DAAAA', 'type%3Daad%26ver%3D1.0%26sig%3Dx', '%'])
    assert.equal((await fetch(`${account.server.url}dbs`, { headers: { authorization } })).status, 401);
});

test('cosmos: authentication: a key of our own replaces the well-known one', async () => {
  const key = Buffer.from('a key of our own').toString('base64');
  await using account = await startTestAccount({ key });
  assert.equal((await account.database.read()).statusCode, 200);
});

test('cosmos: authentication: a connection string is enough for a client', async () => {
  await using account = await startTestAccount();
  const { url, key } = account.server;
  const client = new CosmosClient(`AccountEndpoint=${url};AccountKey=${key};`);
  const { resource } = await client.getDatabaseAccount();
  assert.ok(resource instanceof DatabaseAccount);
  client.dispose();
});

test('cosmos: refusals: stored procedures, triggers, functions, users, conflicts are 501 and named', async () => {
  await using account = await startTestAccount();
  const container = await account.container();
  const { scripts } = container;
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => scripts.storedProcedures.create({ id: 's', body: 'function () {}' }), /Stored procedures/],
    [() => scripts.storedProcedure('s').execute('pk'), /Stored procedures/],
    [() => scripts.triggers.readAll().fetchAll(), /Triggers/],
    [() => scripts.userDefinedFunctions.readAll().fetchAll(), /User-defined functions/],
    [() => account.database.users.create({ id: 'u' }), /Users and permissions/],
    [() => container.conflicts.readAll().fetchAll(), /Conflicts/],
    [
      () => account.database.containers.create({ id: 'v', vectorEmbeddingPolicy: { vectorEmbeddings: [] } }),
      /vectorEmbeddingPolicy/,
    ],
  ];
  for (const [attempt, message] of refused) await assert.rejects(attempt(), { code: 501, message });
  assert.ok(unsupported.every(({ feature, answer }) => feature && answer));
});

test('cosmos: server: broken requests are 4xx, never 5xx', async () => {
  await using account = await startTestAccount();
  await account.container();
  const docs = 'dbs/test/colls/c1/docs';
  const signed = async (method: string, link: string, body: string, headers: Record<string, string> = {}) => {
    const date = new Date().toUTCString();
    const [type, id] = [link.split('/').at(-1), link.split('/').slice(0, -1).join('/')];
    const text = `${method}\n${type}\n${id}\n${date}\n\n`.toLowerCase().replace(id.toLowerCase(), id);
    const signature = createHmac('sha256', Buffer.from(account.server.key, 'base64')).update(text).digest('base64');
    const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
    const { status } = await fetch(account.server.url + link, {
      method,
      body,
      headers: { authorization, 'x-ms-date': date, ...headers },
    });
    return status;
  };
  assert.equal(await signed('POST', docs, '{"id":"good","pk":"a"}'), 201);
  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '5',
    '{}',
    '{"id":5}',
    '{"id":""}',
    '{"id":"a/b"}',
    '{"id":"x","ttl":"soon"}',
  ])
    assert.equal(await signed('POST', docs, body), 400, body);
  const query = { 'x-ms-documentdb-isquery': 'True' };
  for (const body of ['{}', '{"query":5}', '{"query":""}', '{"query":"SELECT VALUE c FROM c WHERE c.x LIKE"}'])
    assert.equal(await signed('POST', docs, body, query), 400, body);
  const batch = { 'x-ms-cosmos-is-batch-request': 'True', 'x-ms-cosmos-batch-atomic': 'True' };
  for (const body of ['{}', '[]', '"x"']) assert.equal(await signed('POST', docs, body, batch), 400, body);
  for (const key of ['', 'x', '{}', '["a","b"]'])
    assert.equal(await signed('POST', docs, '{"id":"x","pk":"a"}', { 'x-ms-documentdb-partitionkey': key }), 400, key);
  const token = { ...query, 'x-ms-continuation': 'rubbish' };
  assert.equal(await signed('POST', docs, '{"query":"SELECT * FROM c"}', token), 400);
  for (const body of ['{"id":5}', '{"id":["x"]}', '[]', '{"id":"a?b"}'])
    assert.equal(await signed('POST', 'dbs', body), 400, body);
  assert.equal(await signed('PUT', docs, '{}'), 405);
  assert.equal((await fetch(`${account.server.url}%E0%A4%A`)).status, 400);
});

test('cosmos: faults: a write is refused, throttled or cut off as planned, and the client retries what it retries', async () => {
  await using account = await startTestAccount({
    faults: {
      rules: [
        { on: 'write', path: 'docs$', nth: 2, action: 'conflict' },
        { on: 'write', path: 'docs$', nth: 3, action: 'throttle', retryAfterMs: 1 },
        { on: 'write', path: 'docs$', nth: 5, action: 'drop' },
        { on: 'write', path: 'docs$', nth: 6, action: 'drop-answer' },
        { on: 'query', nth: 1, action: 'unavailable' },
        { on: 'read', path: 'docs/', action: 'delay', delayMs: 1, times: 1 },
      ],
    },
  });
  const container = await account.container();
  const create = (id: string) => container.items.create({ id, pk: 'a' });
  assert.equal((await create('1')).statusCode, 201);
  await assert.rejects(create('2'), { code: 449 });
  assert.equal((await create('3')).statusCode, 201, 'throttled once, then retried by the client');
  await assert.rejects(create('5'));
  await assert.rejects(create('6'), 'the answer was lost');
  assert.equal((await container.item('6', 'a').read()).statusCode, 200, 'but the write was done');
  assert.equal((await container.item('5', 'a').read()).statusCode, 404);
});

test('cosmos: faults: the same seed strikes the same requests', async () => {
  const struck = async (seed: number) => {
    await using account = await startTestAccount({
      faults: { seed, rules: [{ on: 'write', path: 'docs$', probability: 0.3, action: 'conflict' }] },
    });
    const container = await account.container();
    const failed: number[] = [];
    for (let n = 0; n < 20; n++) await container.items.create({ id: `${n}`, pk: 'a' }).catch(() => failed.push(n));
    return failed;
  };
  const [first, again, other] = [await struck(7), await struck(7), await struck(8)];
  assert.ok(first.length > 0 && first.length < 20);
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

test('cosmos: faults: a plan with a mistake is refused with its place', async () => {
  await using temporary = await temporaryDirectory();
  const file = path.join(temporary.directory, 'plan.json');
  await writeFile(file, JSON.stringify({ rules: [{ action: 'drop' }, { action: 'drop', evry: 2 }] }));
  assert.throws(() => readFaultPlan(file), /rule 2 has no property evry/);
  await writeFile(file, JSON.stringify({ rules: [{ action: 'explode' }] }));
  assert.throws(() => readFaultPlan(file), /rule 1 needs an action/);
});

test('cosmos: server: a hundred clients at once are answered in full', async () => {
  await using account = await startTestAccount();
  const container = await account.container();
  await Promise.all(Array.from({ length: 100 }, (_, n) => container.items.create({ id: `${n}`, pk: `${n % 10}` })));
  assert.deepEqual(await ask(container, 'SELECT VALUE COUNT(1) FROM c'), [100]);
});
