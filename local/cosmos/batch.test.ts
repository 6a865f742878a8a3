import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container, OperationInput } from '@azure/cosmos';
import { ask, startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
let container: Container;
before(async () => {
  account = await startTestAccount();
  container = await account.container({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/email'] }] } });
});
after(() => account[Symbol.asyncDispose]());

const create = (id: string, pk: string, rest: object = {}): OperationInput => ({
  operationType: 'Create',
  resourceBody: { id, pk, ...rest },
});
const ids = (pk: string) => ask<string>(container, 'SELECT VALUE c.id FROM c', [], { partitionKey: pk });
const statuses = async (operations: OperationInput[], pk: string) => {
  const { result } = await container.items.batch(operations, pk);
  return result?.map(({ statusCode }) => statusCode);
};

test('cosmos: batch: every kind of operation in one transaction, each with its status, charge and etag', async () => {
  for (const id of ['replaced', 'deleted', 'patched', 'read'])
    await container.items.create({ id, pk: 'all', email: id });
  const { code, result } = await container.items.batch(
    [
      create('created', 'all', { email: 'created' }),
      { operationType: 'Upsert', resourceBody: { id: 'upserted', pk: 'all', email: 'upserted' } },
      {
        operationType: 'Replace',
        id: 'replaced',
        resourceBody: { id: 'replaced', pk: 'all', n: 2, email: 'replaced' },
      },
      { operationType: 'Delete', id: 'deleted' },
      {
        operationType: 'Patch',
        id: 'patched',
        resourceBody: {
          operations: [{ op: 'incr', path: '/n', value: 1 }],
          condition: 'from c where not is_defined(c.n)',
        },
      },
      { operationType: 'Read', id: 'read' },
    ],
    'all',
  );
  assert.equal(code, 200);
  assert.deepEqual(
    result?.map(({ statusCode }) => statusCode),
    [201, 201, 200, 204, 200, 200],
  );
  assert.ok(result?.every(({ requestCharge }) => requestCharge > 0));
  assert.equal(result?.[4]?.resourceBody?.['n'], 1);
  assert.equal(result?.[5]?.eTag, result?.[5]?.resourceBody?.['_etag']);
  assert.deepEqual((await ids('all')).sort(), ['created', 'patched', 'read', 'replaced', 'upserted']);
});

test('cosmos: batch: one failure undoes the others, which answer 424', async () => {
  const { resource: before } = await container.items.create({ id: 'kept', pk: 'undo', n: 1, email: 'kept' });
  await container.items.create({ id: 'kept-too', pk: 'undo', email: 'too' });
  const { code, result } = await container.items.batch(
    [
      create('fresh', 'undo', { email: 'fresh' }),
      { operationType: 'Upsert', resourceBody: { id: 'kept', pk: 'undo', n: 2, email: 'changed' } },
      { operationType: 'Delete', id: 'kept-too' },
      { operationType: 'Delete', id: 'none' },
      create('never', 'undo'),
    ],
    'undo',
  );
  assert.equal(code, 207);
  assert.deepEqual(
    result?.map(({ statusCode }) => statusCode),
    [424, 424, 424, 404, 424],
  );
  assert.deepEqual(await ids('undo'), ['kept', 'kept-too']);
  assert.deepEqual((await container.item('kept', 'undo').read()).resource, before);
  // The undone operations gave back the unique values they had taken or freed.
  assert.equal((await container.items.create({ id: 'other', pk: 'undo', email: 'fresh' })).statusCode, 201);
  await assert.rejects(container.items.create({ id: 'another', pk: 'undo', email: 'kept' }), { code: 409 });
});

test('cosmos: batch: a failure anywhere has its own status: 409, 412, 400', async () => {
  await container.items.create({ id: 'there', pk: 'own', email: 'there' });
  // The types of the client know ifMatch for other kinds only; the wire has it for all.
  const stale = { operationType: 'Delete', id: 'there', ifMatch: '"stale"' } as OperationInput;
  assert.deepEqual(await statuses([create('x', 'own'), create('there', 'own')], 'own'), [424, 409]);
  assert.deepEqual(await statuses([stale, create('x', 'own')], 'own'), [412, 424]);
  assert.deepEqual(await statuses([create('x', 'elsewhere')], 'own'), [400]);
  assert.deepEqual(await statuses([create('x', 'own', { email: 'there' })], 'own'), [409]);
  assert.deepEqual(await ids('own'), ['there']);
});

test('cosmos: batch: later operations see what earlier ones wrote', async () => {
  const operations: OperationInput[] = [
    create('seen', 'order', { n: 1 }),
    { operationType: 'Patch', id: 'seen', resourceBody: { operations: [{ op: 'incr', path: '/n', value: 1 }] } },
    { operationType: 'Delete', id: 'seen' },
    create('seen', 'order', { n: 10 }),
  ];
  assert.deepEqual(await statuses(operations, 'order'), [201, 200, 204, 201]);
  assert.equal((await container.item('seen', 'order').read()).resource.n, 10);
});

test('cosmos: batch: an ETag in an operation fences a writer that is behind', async () => {
  const { resource } = await container.items.create({ id: 'head', pk: 'fence', next: 1, email: 'f' });
  const advance = (next: number): OperationInput[] => [
    {
      operationType: 'Replace',
      id: 'head',
      ifMatch: resource?._etag ?? '',
      resourceBody: { id: 'head', pk: 'fence', next, email: 'f' },
    },
    create(`entry-${next}`, 'fence', { email: String(next) }),
  ];
  assert.deepEqual(await statuses(advance(2), 'fence'), [200, 201]);
  assert.deepEqual(await statuses(advance(3), 'fence'), [412, 424]);
  assert.deepEqual(await ids('fence'), ['head', 'entry-2']);
});

test('cosmos: batch: 100 operations are the most, and another partition key is refused', async () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => create(`m${at}`, 'many', { email: `m${at}` }));
  await assert.rejects(container.items.batch(many(101), 'many'), /more than 100 operations/);
  assert.deepEqual(new Set(await statuses(many(100), 'many')), new Set([201]));
  const foreign: OperationInput = { ...create('x', 'many'), partitionKey: 'other' };
  await assert.rejects(container.items.batch([foreign], 'many'), /different partition key value than the request/);
});

test('cosmos: batch: what one batch wrote has one place in the change feed', async () => {
  await container.items.batch([create('1', 'lsn', { email: '1' }), create('2', 'lsn', { email: '2' })], 'lsn');
  const iterator = container.items.changeFeed('lsn', { startFromBeginning: true, maxItemCount: 1 });
  const { result } = await iterator.fetchNext();
  assert.deepEqual(
    result.map(({ id }) => id),
    ['1', '2'],
    'a page never ends in the middle of a transaction',
  );
});

test('cosmos: bulk: operations stand for themselves, over partitions, in order', async () => {
  const results = await container.items.bulk(
    [
      create('b1', 'bulk-1', { email: 'b1' }),
      create('b1', 'bulk-1'),
      { operationType: 'Upsert', partitionKey: 'bulk-2', resourceBody: { id: 'b2', pk: 'bulk-2' } },
      { operationType: 'Read', partitionKey: 'bulk-1', id: 'b1' },
      { operationType: 'Delete', partitionKey: 'bulk-2', id: 'none' },
      {
        operationType: 'Patch',
        partitionKey: 'bulk-2',
        id: 'b2',
        resourceBody: { operations: [{ op: 'add', path: '/x', value: 1 }] },
      },
    ],
    { continueOnError: true },
  );
  assert.deepEqual(
    results.map(({ statusCode }) => statusCode),
    [201, 409, 201, 200, 404, 200],
  );
});

test('cosmos: bulk: without continueOnError, what comes after a failure in its range answers 424', async () => {
  const results = await container.items.bulk(
    [create('bad', 'stop', { ttl: -10 }), create('after', 'stop', { email: 'after' })],
    { continueOnError: false },
  );
  assert.deepEqual(
    results.map(({ statusCode }) => statusCode),
    [400, 424],
  );
});

test('cosmos: bulk: the streaming form of the client works', async () => {
  const operations = Array.from({ length: 250 }, (_, at) => ({
    operationType: 'Create' as const,
    partitionKey: `s${at % 7}`,
    resourceBody: { id: `s${at}`, pk: `s${at % 7}`, email: `s${at}` },
  }));
  const results = await container.items.executeBulkOperations(operations);
  assert.ok(results.every(({ response }) => response?.statusCode === 201));
});

test('cosmos: batch: content can be left out of the answer', async () => {
  const { result } = await container.items.batch([create('quiet', 'quiet')], 'quiet', {
    contentResponseOnWriteEnabled: false,
  });
  assert.equal(result?.[0]?.statusCode, 201);
  assert.equal(result?.[0]?.resourceBody, undefined);
});
