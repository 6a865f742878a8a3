import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container, PatchOperation, PatchRequestBody } from '@azure/cosmos';
import { startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
let container: Container;
before(async () => {
  account = await startTestAccount();
  container = await account.container();
});
after(() => account[Symbol.asyncDispose]());

let ids = 0;

/** Patches a fresh item with this content and gives what it holds then, without system properties. */
async function patched(content: object, body: PatchRequestBody): Promise<Record<string, unknown>> {
  const id = `p${++ids}`;
  await container.items.create({ id, pk: 'a', ...content });
  const { resource } = await container.item(id, 'a').patch(body);
  return Object.fromEntries(
    Object.entries(resource).filter(([key]) => key !== 'id' && key !== 'pk' && !key.startsWith('_')),
  );
}

async function refused(content: object, body: PatchRequestBody, code: number): Promise<void> {
  const id = `p${++ids}`;
  const { resource } = await container.items.create({ id, pk: 'a', ...content });
  await assert.rejects(container.item(id, 'a').patch(body), { code });
  assert.deepEqual((await container.item(id, 'a').read()).resource, resource, 'a refused patch changes nothing');
}

test('cosmos: patch: add sets a property, inserts into an array and appends at its end', async () => {
  const operations: PatchOperation[] = [
    { op: 'add', path: '/fresh', value: { a: 1 } },
    { op: 'add', path: '/list/1', value: 'inserted' },
    { op: 'add', path: '/list/-', value: 'last' },
    { op: 'add', path: '/deep/inner', value: true },
  ];
  assert.deepEqual(await patched({ list: ['x', 'y'], deep: {} }, operations), {
    list: ['x', 'inserted', 'y', 'last'],
    deep: { inner: true },
    fresh: { a: 1 },
  });
});

test('cosmos: patch: set replaces what is there, also an element of an array, and creates what is not', async () => {
  const operations: PatchOperation[] = [
    { op: 'set', path: '/n', value: 2 },
    { op: 'set', path: '/fresh', value: null },
    { op: 'set', path: '/list/0', value: 'z' },
  ];
  assert.deepEqual(await patched({ n: 1, list: ['x', 'y'] }, operations), { n: 2, list: ['z', 'y'], fresh: null });
});

test('cosmos: patch: replace and remove work on what is there only', async () => {
  assert.deepEqual(
    await patched({ n: 1, gone: 2, list: [1, 2] }, [
      { op: 'replace', path: '/n', value: 5 },
      { op: 'remove', path: '/gone' },
      { op: 'remove', path: '/list/0' },
    ]),
    { n: 5, list: [2] },
  );
  await refused({}, [{ op: 'replace', path: '/none', value: 1 }], 400);
  await refused({}, [{ op: 'remove', path: '/none' }], 400);
  await refused({ list: [] }, [{ op: 'remove', path: '/list/0' }], 400);
});

test('cosmos: patch: incr adds to a number and creates a missing one', async () => {
  assert.deepEqual(
    await patched({ n: 1.5, list: [1] }, [
      { op: 'incr', path: '/n', value: -3 },
      { op: 'incr', path: '/fresh', value: 7 },
      { op: 'incr', path: '/list/0', value: 1 },
    ]),
    { n: -1.5, fresh: 7, list: [2] },
  );
  await refused({ n: 'text' }, [{ op: 'incr', path: '/n', value: 1 }], 400);
});

test('cosmos: patch: move takes a value to another place', async () => {
  const content = { a: { b: 1 }, list: [1, 2] };
  // The types of the client do not know this operation of the service.
  const move = (from: string, path: string) => [{ op: 'move', from, path }] as unknown as PatchOperation[];
  assert.deepEqual(await patched(content, move('/a/b', '/c')), { a: {}, list: [1, 2], c: 1 });
  assert.deepEqual(await patched(content, move('/list/0', '/list/-')), { a: { b: 1 }, list: [2, 1] });
  await refused(content, move('/none', '/c'), 400);
  await refused(content, move('/a', '/a/b/c'), 400);
});

test('cosmos: patch: a path whose parent is missing, or an index beyond the array, is 400', async () => {
  await refused({}, [{ op: 'set', path: '/none/deep', value: 1 }], 400);
  await refused({ list: [1] }, [{ op: 'add', path: '/list/5', value: 1 }], 400);
});

test('cosmos: patch: names with a slash or a tilde are written ~1 and ~0', async () => {
  assert.deepEqual(
    await patched({ 'a/b': 1 }, [
      { op: 'set', path: '/a~1b', value: 2 },
      { op: 'set', path: '/t~0', value: 3 },
    ]),
    {
      'a/b': 2,
      't~': 3,
    },
  );
});

test('cosmos: patch: id, partition key and system properties cannot be patched', async () => {
  for (const path of ['/id', '/pk', '/_etag', '/_ts']) await refused({}, [{ op: 'set', path, value: 'x' }], 400);
});

test('cosmos: patch: ten operations are the most, and all or none take effect', async () => {
  const many = (count: number): PatchOperation[] =>
    Array.from({ length: count }, (_, at) => ({ op: 'set', path: `/p${at}`, value: at }));
  assert.equal(Object.keys(await patched({}, many(10))).length, 10);
  await refused({}, many(11), 400);
  await refused(
    { n: 1 },
    [
      { op: 'incr', path: '/n', value: 1 },
      { op: 'remove', path: '/none' },
    ],
    400,
  );
});

test('cosmos: patch: a condition that holds lets the patch through, one that does not is 412', async () => {
  const operations: PatchOperation[] = [{ op: 'incr', path: '/n', value: 1 }];
  assert.deepEqual(await patched({ n: 1 }, { operations, condition: 'from c where c.n < 2' }), { n: 2 });
  await refused({ n: 2 }, { operations, condition: 'FROM c WHERE c.n + 1 <= 2' }, 412);
  await refused({}, { operations, condition: 'from c where c.missing = 1' }, 412);
  await refused({ n: 1 }, { operations, condition: 'from c where c.n <' }, 400);
});

test('cosmos: patch: parallel conditional increments never pass the limit', async () => {
  await container.items.create({ id: 'counter', pk: 'a', n: 0 });
  const body: PatchRequestBody = {
    operations: [{ op: 'incr', path: '/n', value: 1 }],
    condition: 'from c where c.n + 1 <= 20',
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, () => container.item('counter', 'a').patch(body)),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 20);
  assert.equal((await container.item('counter', 'a').read()).resource.n, 20);
});
