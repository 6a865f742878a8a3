import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container } from '@azure/cosmos';
import { ask, startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
let container: Container;
before(async () => {
  account = await startTestAccount();
  container = await account.container({ defaultTtl: -1 });
});
after(() => account[Symbol.asyncDispose]());

test('cosmos: items: a created item is read back with its system properties', async () => {
  const created = await container.items.create({ id: 'read', pk: 'a', n: 1, nothing: null, deep: { list: [1, 'x'] } });
  assert.equal(created.statusCode, 201);
  const { resource, statusCode, etag, requestCharge } = await container.item('read', 'a').read();
  assert.equal(statusCode, 200);
  assert.deepEqual(resource, created.resource);
  assert.equal(resource?._etag, etag);
  assert.equal(requestCharge, 1);
  assert.deepEqual(Object.keys(resource ?? {}), [
    'id',
    'pk',
    'n',
    'nothing',
    'deep',
    '_rid',
    '_self',
    '_etag',
    '_attachments',
    '_ts',
  ]);
});

test('cosmos: items: creating an id twice in a partition is 409, in another partition it is a new item', async () => {
  await container.items.create({ id: 'twice', pk: 'a' });
  await assert.rejects(container.items.create({ id: 'twice', pk: 'a' }), { code: 409 });
  assert.equal((await container.items.create({ id: 'twice', pk: 'b' })).statusCode, 201);
});

test('cosmos: items: what is not there is 404', async () => {
  assert.equal((await container.item('none', 'a').read()).statusCode, 404);
  await assert.rejects(container.item('none', 'a').delete(), { code: 404 });
  await assert.rejects(container.item('none', 'a').replace({ id: 'none', pk: 'a' }), { code: 404 });
  await assert.rejects(container.item('none', 'a').patch([{ op: 'set', path: '/x', value: 1 }]), { code: 404 });
});

test('cosmos: items: upsert creates with 201 and replaces with 200', async () => {
  assert.equal((await container.items.upsert({ id: 'up', pk: 'a', n: 1 })).statusCode, 201);
  const second = await container.items.upsert({ id: 'up', pk: 'a', n: 2 });
  assert.equal(second.statusCode, 200);
  assert.equal((await container.item('up', 'a').read()).resource.n, 2);
});

test('cosmos: items: replace takes away what the new body lacks and keeps the resource id', async () => {
  const { resource: before } = await container.items.create({ id: 'rep', pk: 'a', old: true });
  const { resource } = await container.item('rep', 'a').replace({ id: 'rep', pk: 'a', fresh: true });
  assert.equal(resource?._rid, before?._rid);
  assert.notEqual(resource?._etag, before?._etag);
  assert.ok(!('old' in (resource ?? {})));
});

test('cosmos: items: the id of an item cannot be changed by a replacement', async () => {
  await container.items.create({ id: 'fixed', pk: 'a' });
  await assert.rejects(container.item('fixed', 'a').replace({ id: 'other', pk: 'a' }), { code: 400 });
});

test('cosmos: items: delete is 204 and frees the id', async () => {
  await container.items.create({ id: 'gone', pk: 'a' });
  assert.equal((await container.item('gone', 'a').delete()).statusCode, 204);
  assert.equal((await container.items.create({ id: 'gone', pk: 'a' })).statusCode, 201);
});

test('cosmos: etags: If-Match lets only the version through that was read', async () => {
  const { resource } = await container.items.create({ id: 'match', pk: 'a', n: 1 });
  const accessCondition = { type: 'IfMatch', condition: resource?._etag ?? '' };
  await container.item('match', 'a').replace({ id: 'match', pk: 'a', n: 2 }, { accessCondition });
  const item = container.item('match', 'a');
  const stale = [
    () => item.replace({ id: 'match', pk: 'a', n: 3 }, { accessCondition }),
    () => container.items.upsert({ id: 'match', pk: 'a', n: 3 }, { accessCondition }),
    () => item.patch([{ op: 'set', path: '/n', value: 3 }], { accessCondition }),
    () => item.delete({ accessCondition }),
  ];
  for (const attempt of stale) await assert.rejects(attempt, { code: 412 });
  assert.equal((await container.item('match', 'a').read()).resource.n, 2);
});

test('cosmos: etags: If-None-Match gives 304 for the version at hand and the item otherwise', async () => {
  const { resource } = await container.items.create({ id: 'none-match', pk: 'a' });
  const accessCondition = { type: 'IfNoneMatch', condition: resource?._etag ?? '' };
  assert.equal((await container.item('none-match', 'a').read({ accessCondition })).statusCode, 304);
  await container.items.upsert({ id: 'none-match', pk: 'a', n: 2 });
  assert.equal((await container.item('none-match', 'a').read({ accessCondition })).resource.n, 2);
});

test('cosmos: etags: If-None-Match * makes an upsert create only', async () => {
  const accessCondition = { type: 'IfNoneMatch', condition: '*' };
  assert.equal((await container.items.upsert({ id: 'once', pk: 'a' }, { accessCondition })).statusCode, 201);
  await assert.rejects(container.items.upsert({ id: 'once', pk: 'a' }, { accessCondition }), { code: 412 });
});

test('cosmos: partition keys: a header that contradicts the body is 400 with substatus 1001', async () => {
  await container.items.create({ id: 'moved', pk: 'a' });
  await assert.rejects(container.item('moved', 'a').replace({ id: 'moved', pk: 'b' }), { code: 400, substatus: 1001 });
});

test('cosmos: partition keys: numbers, booleans, null and a missing value are keys of their own', async () => {
  const keys = [1, '1', true, null, undefined];
  for (const pk of keys) await container.items.create({ id: 'typed', pk, kind: String(pk) });
  for (const pk of keys) assert.equal((await container.item('typed', pk).read()).resource.kind, String(pk));
});

test('cosmos: items: any id the service takes can be created, read, replaced and deleted', async () => {
  for (const id of ['with space', ' leading', 'ünïcode 鱀', ',=.:~+-@()^${}[]!_', 'quote"\'', 'a'.repeat(255)]) {
    await container.items.create({ id, pk: id });
    assert.equal((await container.item(id, id).read()).resource.id, id);
    assert.equal((await container.item(id, id).replace({ id, pk: id })).statusCode, 200);
    assert.equal((await container.item(id, id).delete()).statusCode, 204);
  }
});

test('cosmos: items: content comes back unchanged, whatever is in it', async () => {
  const content = {
    emoji: '😀',
    control: '\u0000\u001f\u2028',
    big: 1e300,
    small: -0.000001,
    nested: [[[]], {}],
    __proto: 1,
  };
  await container.items.create({ id: 'content', pk: 'a', ...content });
  const { resource } = await container.item('content', 'a').read();
  for (const [key, value] of Object.entries(content)) assert.deepEqual(resource[key], value);
});

test('cosmos: items: 2 MB is the most an item may hold', async () => {
  await assert.rejects(container.items.create({ id: 'big', pk: 'a', text: 'x'.repeat(2 * 1024 * 1024) }), {
    code: 413,
  });
  assert.equal((await container.items.create({ id: 'big', pk: 'a', text: 'x'.repeat(2_000_000) })).statusCode, 201);
});

test('cosmos: items: every item of a partition can be deleted at once', async () => {
  for (const id of ['1', '2']) await container.items.create({ id, pk: 'bin' });
  await container.items.create({ id: '1', pk: 'kept' });
  await container.deleteAllItemsForPartitionKey('bin');
  assert.deepEqual(await ask(container, "SELECT VALUE c.pk FROM c WHERE c.pk IN ('bin', 'kept')"), ['kept']);
});

test('cosmos: request charge: a point read of 1 KB is 1, a write about 5 and dearer with size and index', async () => {
  const charge = async (id: string, size: number) => {
    const { requestCharge } = await container.items.create({ id, pk: 'ru', text: 'x'.repeat(size) });
    return requestCharge;
  };
  const small = await charge('small', 500);
  assert.ok(small >= 5 && small <= 7, `a small write cost ${small}`);
  assert.ok((await charge('large', 100_000)) > 40);
  const read = await container.item('large', 'ru').read();
  assert.ok(read.requestCharge > 9 && read.requestCharge < 11, `reading 100 KB cost ${read.requestCharge}`);
});

test('cosmos: time to live: an item is gone when its ttl has passed since its last write', async () => {
  await container.items.create({ id: 'brief', pk: 'ttl', ttl: 10 });
  account.clock.seconds += 6;
  await container.items.upsert({ id: 'brief', pk: 'ttl', ttl: 10 });
  account.clock.seconds += 6;
  assert.equal((await container.item('brief', 'ttl').read()).statusCode, 200);
  account.clock.seconds += 5;
  assert.equal((await container.item('brief', 'ttl').read()).statusCode, 404);
  assert.deepEqual(await ask(container, "SELECT * FROM c WHERE c.pk = 'ttl'"), []);
  assert.equal((await container.items.create({ id: 'brief', pk: 'ttl' })).statusCode, 201);
});

test('cosmos: time to live: the default of the container counts unless the item says -1 or its own', async () => {
  const brief = await account.container({ defaultTtl: 5 });
  await brief.items.create({ id: 'default', pk: 'a' });
  await brief.items.create({ id: 'longer', pk: 'a', ttl: 60 });
  await brief.items.create({ id: 'forever', pk: 'a', ttl: -1 });
  account.clock.seconds += 10;
  assert.deepEqual(await ask(brief, 'SELECT VALUE c.id FROM c'), ['longer', 'forever']);
  account.clock.seconds += 60;
  assert.deepEqual(await ask(brief, 'SELECT VALUE c.id FROM c'), ['forever']);
});

test('cosmos: time to live: without a default on the container, ttl is only a property', async () => {
  const off = await account.container();
  await off.items.create({ id: 'kept', pk: 'a', ttl: 1 });
  account.clock.seconds += 10;
  assert.equal((await off.item('kept', 'a').read()).statusCode, 200);
});

test('cosmos: time to live: 0, null and anything below -1 are 400', async () => {
  for (const ttl of [0, null, -10, 1.5, 'soon'])
    await assert.rejects(container.items.create<object>({ id: 'bad', pk: 'a', ttl }), { code: 400 });
});
