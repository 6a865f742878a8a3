import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
before(async () => {
  account = await startTestAccount();
});
after(() => account[Symbol.asyncDispose]());

/** What the client makes of the metrics, though it types them as text. */
interface Counts {
  retrievedDocumentCount: number;
}

test('cosmos: queries: several sort keys need the composite index, where a container has such indexes', async () => {
  const indexed = await account.container({
    indexingPolicy: {
      compositeIndexes: [
        [
          { path: '/a', order: 'ascending' },
          { path: '/b', order: 'ascending' },
        ],
      ],
    },
  });
  await indexed.items.create({ id: '1', pk: 'p', a: 1, b: 1 });
  assert.equal((await ask(indexed, 'SELECT * FROM c ORDER BY c.a, c.b')).length, 1);
  assert.equal((await ask(indexed, 'SELECT * FROM c ORDER BY c.a DESC, c.b DESC')).length, 1);
  await assert.rejects(
    ask(indexed, 'SELECT * FROM c ORDER BY c.a DESC, c.b'),
    /does not have a corresponding composite index/,
  );
});

test('cosmos: queries: a token is a position: it skips and repeats nothing when items come and go', async () => {
  const moving = await account.container();
  for (let n = 0; n < 10; n++) await moving.items.create({ id: `i${n}`, pk: 'p', n });
  for (const [query, fresh] of [
    ['SELECT VALUE c.n FROM c', [5, 6, 7, 8, 9, -1]],
    ['SELECT VALUE c.n FROM c ORDER BY c.n', [5, 6, 7, 8, 9]],
  ] as const) {
    const page = await moving.items.query<number>(query, { maxItemCount: 5, partitionKey: 'p' }).fetchNext();
    assert.deepEqual(page.resources, [0, 1, 2, 3, 4]);
    await moving.item('i0', 'p').delete();
    await moving.item('i4', 'p').delete();
    await moving.items.create({ id: 'late', pk: 'p', n: -1 });
    const rest = moving.items.query<number>(query, { partitionKey: 'p', continuationToken: page.continuationToken });
    assert.deepEqual((await rest.fetchAll()).resources, fresh);
    await moving.item('late', 'p').delete();
    await moving.items.create({ id: 'i0', pk: 'p', n: 0 });
    await moving.items.create({ id: 'i4', pk: 'p', n: 4 });
    for (const n of [1, 2, 3, 5, 6, 7, 8, 9]) await moving.item(`i${n}`, 'p').delete();
    for (const n of [1, 2, 3, 5, 6, 7, 8, 9]) await moving.items.create({ id: `i${n}`, pk: 'p', n });
  }
});

test('cosmos: queries: a sorted query over ranges resumes from the token of any page', async () => {
  const wide = await account.container({ throughput: 30_000 });
  for (let n = 0; n < 40; n++) await wide.items.create({ id: `i${n}`, pk: `p${n % 13}`, n, group: n % 4 });
  for (const order of ['c.group', 'c.group DESC']) {
    const query = `SELECT c.id, c["group"] FROM c ORDER BY ${order.replace('c.group', 'c["group"]')}`;
    const seen: { id: string; group: number }[] = [];
    let continuationToken: string | undefined;
    do {
      const options = { maxItemCount: 7, enableQueryControl: true, ...(continuationToken && { continuationToken }) };
      const page = await wide.items.query<{ id: string; group: number }>(query, options).fetchNext();
      seen.push(...page.resources);
      ({ continuationToken } = page);
    } while (continuationToken);
    assert.equal(new Set(seen.map(({ id }) => id)).size, 40, 'every item once');
    const groups = seen.map(({ group }) => group);
    assert.deepEqual(
      groups,
      [...groups].sort((a, b) => (order.endsWith('DESC') ? b - a : a - b)),
    );
    assert.equal(seen.length, 40);
  }
});

test('cosmos: queries: a query across partitions with an equality does not look at everything', async () => {
  const large = await account.container();
  const operations = Array.from({ length: 1000 }, (_, at) => ({
    operationType: 'Create' as const,
    partitionKey: `s${at % 170}`,
    resourceBody: { id: `d${at}`, pk: `s${at % 170}`, kind: at % 50 === 0 ? 'head' : 'entry', ringAt: at },
  }));
  await large.items.executeBulkOperations(operations);
  const query = {
    query: "SELECT VALUE c.ringAt FROM c WHERE c.kind = 'head' AND c.ringAt <= @now",
    parameters: [{ name: '@now', value: 300 }],
  };
  const due = async () => {
    const { resources, queryMetrics } = await large.items
      .query<number>(query, { populateQueryMetrics: true })
      .fetchNext();
    const { '0': metrics } = queryMetrics as unknown as Record<string, Counts>;
    assert.ok(Number(metrics?.retrievedDocumentCount) <= 21, `looked at ${metrics?.retrievedDocumentCount}`);
    return resources.sort((a, b) => a - b);
  };
  assert.deepEqual(await due(), [0, 50, 100, 150, 200, 250, 300]);
  await large.item('d0', 's0').delete();
  await large.item('d100', 's100').patch([{ op: 'set', path: '/ringAt', value: 5000 }]);
  await large.item('d1', 's1').patch([{ op: 'set', path: '/kind', value: 'head' }]);
  assert.deepEqual(await due(), [1, 50, 150, 200, 250, 300]);
});
