import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ChangeFeedStartFrom,
  PartitionKeyDefinitionVersion,
  PartitionKeyKind,
  type ChangeFeedIteratorOptions,
  type Container,
} from '@azure/cosmos';
import { startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
before(async () => {
  account = await startTestAccount();
});
after(() => account[Symbol.asyncDispose]());

/** Reads until there is nothing new; the ids in order, and the token to go on with. */
async function drain(container: Container, options: ChangeFeedIteratorOptions) {
  const iterator = container.items.getChangeFeedIterator(options);
  const ids: string[] = [];
  let continuationToken = '';
  let empty = 0;
  const ranges = (await container.readPartitionKeyRanges().fetchAll()).resources.length;
  while (empty < ranges) {
    const { result, continuationToken: next } = await iterator.readNext();
    empty = result.length ? 0 : empty + 1;
    ids.push(...result.map(({ id }) => id));
    continuationToken = next;
  }
  return { ids, continuationToken };
}

test('cosmos: change feed: from the beginning it gives every item once, in the order of the last write', async () => {
  const container = await account.container();
  for (const id of ['1', '2', '3']) await container.items.create({ id, pk: id });
  await container.items.upsert({ id: '1', pk: '1', changed: true });
  await container.item('2', '2').delete();
  const { ids } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 1 });
  assert.deepEqual(ids, ['3', '1']);
});

test('cosmos: change feed: a token goes on where the last page ended', async () => {
  const container = await account.container();
  for (const id of ['1', '2', '3']) await container.items.create({ id, pk: 'p' });
  const first = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
  await container.items.create({ id: '4', pk: 'p' });
  await container.items.upsert({ id: '2', pk: 'p', again: true });
  const rest = await drain(container, {
    changeFeedStartFrom: ChangeFeedStartFrom.Continuation(first.continuationToken),
  });
  assert.deepEqual(rest.ids, ['4', '2']);
});

test('cosmos: change feed: from now it gives only what comes later', async () => {
  const container = await account.container();
  await container.items.create({ id: 'before', pk: 'p' });
  const { ids, continuationToken } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Now() });
  assert.deepEqual(ids, []);
  await container.items.create({ id: 'after', pk: 'p' });
  const later = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken) });
  assert.deepEqual(later.ids, ['after']);
});

test('cosmos: change feed: from a point in time', async () => {
  const container = await account.container();
  await container.items.create({ id: 'old', pk: 'p' });
  account.clock.seconds += 100;
  await container.items.create({ id: 'new', pk: 'p' });
  const from = new Date((account.clock.seconds - 50) * 1000);
  const { ids } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Time(from) });
  assert.deepEqual(ids, ['new']);
});

test('cosmos: change feed: of one partition key, whole or hierarchical', async () => {
  const container = await account.container({
    partitionKey: { paths: ['/a', '/b'], kind: PartitionKeyKind.MultiHash, version: PartitionKeyDefinitionVersion.V2 },
    throughput: 20_000,
  });
  for (const a of ['x', 'y']) for (const b of [1, 2]) await container.items.create({ id: `${a}${b}`, a, b });
  const one = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['x', 2]) });
  assert.deepEqual(one.ids, ['x2']);
});

test('cosmos: change feed: feed ranges divide a container, and none gives what another has', async () => {
  const container = await account.container({ throughput: 18_000 });
  for (let n = 0; n < 30; n++) await container.items.create({ id: `i${n}`, pk: `p${n}` });
  const ranges = await container.getFeedRanges();
  assert.equal(ranges.length, 3);
  const parts: string[][] = [];
  for (const range of ranges) {
    const { ids } = await drain(container, {
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range),
      maxItemCount: 4,
    });
    assert.ok(ids.length > 0);
    parts.push(ids);
  }
  assert.equal(parts.flat().length, 30);
  assert.equal(new Set(parts.flat()).size, 30);
  const everything = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 4 });
  assert.deepEqual(everything.ids.sort(), parts.flat().sort());
});

test('cosmos: change feed: all versions and deletes are refused by name', async () => {
  const container = await account.container();
  const iterator = container.items.getChangeFeedIterator({
    changeFeedMode: 'Full-Fidelity Feed' as never,
    changeFeedStartFrom: ChangeFeedStartFrom.Now(),
  });
  await assert.rejects(iterator.readNext(), { code: 501, message: /all versions and deletes/ });
});
