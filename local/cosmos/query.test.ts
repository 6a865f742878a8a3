import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Container, ErrorResponse } from '@azure/cosmos';
import { ask, startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
let container: Container;
const people = [
  { id: '1', pk: 'a', name: 'Ada', age: 36, tags: ['x', 'y'], address: { city: 'London', zip: 1 } },
  { id: '2', pk: 'a', name: 'Bob', age: 20, tags: ['y'], address: { city: 'Paris' } },
  { id: '3', pk: 'b', name: 'Cyd', age: 20, tags: [], nick: null },
  { id: '4', pk: 'b', name: 'Dan', age: 51, tags: ['x'], children: [{ n: 1 }, { n: 2, toys: ['car', 'kite'] }] },
  { id: '5', pk: 'c', name: "O'Neil 100%_[x]", age: 20.5 },
];
/** What the client makes of the metrics, though it types them as text. */
interface Counts {
  retrievedDocumentCount: number;
  outputDocumentCount: number;
}

before(async () => {
  account = await startTestAccount();
  container = await account.container();
  for (const person of people) await container.items.create(person);
});
after(() => account[Symbol.asyncDispose]());

/** The ids that a condition lets through. */
const where = (condition: string, parameters?: Parameters<typeof ask>[2]) =>
  ask<string>(container, `SELECT VALUE c.id FROM c WHERE ${condition}`, parameters);
const all = (query: string, options?: Parameters<typeof ask>[3]) => ask(container, query, [], options);
const inPartition = (partitionKey: string, query: string) => all(query, { partitionKey });

test('cosmos: queries: comparisons, logic and arithmetic', async () => {
  assert.deepEqual(await where('c.age = 20'), ['2', '3']);
  assert.deepEqual(await where('c.age <> 20 AND NOT c.age > 40'), ['1', '5']);
  assert.deepEqual(await where("c.name = 'Ada' OR c['age'] >= 51"), ['1', '4']);
  assert.deepEqual(await where('c.age * 2 - 1 = 39 AND c.age % 3 = 2 AND -c.age < +0'), ['2', '3']);
  assert.deepEqual(await where('(c.age | 1) = 37 OR (c.age & 1) = 1'), ['1', '4']);
  assert.deepEqual(await where("c.name || '!' = 'Ada!'"), ['1']);
});

test('cosmos: queries: IN, BETWEEN, LIKE with their negations', async () => {
  assert.deepEqual(await where("c.name IN ('Ada', 'Dan', 5)"), ['1', '4']);
  assert.deepEqual(await where("c.name NOT IN ('Ada', 'Dan')"), ['2', '3', '5']);
  assert.deepEqual(await where('c.age BETWEEN 20 AND 36'), ['1', '2', '3', '5']);
  assert.deepEqual(await where('c.age NOT BETWEEN 20 AND 36'), ['4']);
  assert.deepEqual(await where("c.name LIKE 'A%' OR c.name LIKE '_o_'"), ['1', '2']);
  assert.deepEqual(await where("c.name NOT LIKE '%a%' AND c.name LIKE '[^O]%'"), ['2', '3']);
  assert.deepEqual(await where("c.name LIKE '%100!%!_%' ESCAPE '!'"), ['5']);
});

test('cosmos: queries: parameters of every type', async () => {
  assert.deepEqual(
    await where('c.name = @n AND c.age > @a', [
      { name: '@n', value: 'Ada' },
      { name: '@a', value: 1 },
    ]),
    ['1'],
  );
  assert.deepEqual(await where('c.nick = @null', [{ name: '@null', value: null }]), ['3']);
  assert.deepEqual(await where('c.age = @missing'), []);
});

test('cosmos: queries: undefined is neither null nor false', async () => {
  assert.deepEqual(await where('c.nick = null'), ['3']);
  assert.deepEqual(await where('c.nick != 1'), ['3']);
  assert.deepEqual(await where('NOT c.nick = 1'), ['3']);
  assert.deepEqual(await where('c.missing = undefined OR c.age = 51'), ['4']);
  assert.deepEqual(await where('c.age > "text"'), []);
  assert.deepEqual(await where('IS_DEFINED(c.nick) AND IS_NULL(c.nick)'), ['3']);
  assert.deepEqual(await all("SELECT c.id, c.nick, c.missing FROM c WHERE c.pk = 'b'"), [
    { id: '3', nick: null },
    { id: '4' },
  ]);
  assert.deepEqual(await all('SELECT VALUE c.nick FROM c'), [null]);
  assert.deepEqual(await all("SELECT VALUE [1, c.missing, {a: c.missing}] FROM c WHERE c.id = '1'"), [[1, {}]]);
  assert.deepEqual(await all("SELECT VALUE c.missing ?? 'none' FROM c WHERE c.id IN ('1', '3')"), ['none', 'none']);
});

test('cosmos: queries: projections, aliases, nested paths and literals', async () => {
  assert.deepEqual(
    await all("SELECT c.name, c.age AS years, c.address.city, 1, c.tags[0] first FROM c WHERE c.id = '1'"),
    [{ name: 'Ada', years: 36, city: 'London', $1: 1, first: 'x' }],
  );
  assert.deepEqual(await all("SELECT VALUE {who: c.name, 'list': [c.age, true, null]} FROM c WHERE c.id = '2'"), [
    { who: 'Bob', list: [20, true, null] },
  ]);
  assert.deepEqual(await all("SELECT VALUE c.age > 30 ? 'old' : 'young' FROM c WHERE c.pk = 'a'"), ['old', 'young']);
  assert.deepEqual(await all("SELECT * FROM c.address WHERE address.city = 'Paris'"), [{ city: 'Paris' }]);
  assert.deepEqual(await all('SELECT VALUE p.name FROM people p WHERE p[\'id\'] = "3" -- a comment'), ['Cyd']);
});

test('cosmos: queries: JOIN, iteration and nested joins', async () => {
  assert.deepEqual(await all("SELECT c.id, t FROM c JOIN t IN c.tags WHERE t = 'x'"), [
    { id: '1', t: 'x' },
    { id: '4', t: 'x' },
  ]);
  assert.deepEqual(await all('SELECT VALUE t FROM t IN c.tags'), ['x', 'y', 'y', 'x']);
  assert.deepEqual(await all('SELECT k.n, toy FROM c JOIN k IN c.children JOIN toy IN k.toys'), [
    { n: 2, toy: 'car' },
    { n: 2, toy: 'kite' },
  ]);
  assert.deepEqual(
    await all('SELECT VALUE {id: c.id, n: k.n} FROM c JOIN (SELECT VALUE k FROM k IN c.children WHERE k.n > 1) AS k'),
    [{ id: '4', n: 2 }],
  );
});

test('cosmos: queries: subqueries: EXISTS, ARRAY and scalar', async () => {
  assert.deepEqual(await where("EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'y')"), ['1', '2']);
  assert.deepEqual(await where('NOT EXISTS(SELECT VALUE t FROM t IN c.tags)'), ['3', '5']);
  assert.deepEqual(await all("SELECT VALUE ARRAY(SELECT VALUE UPPER(t) FROM t IN c.tags) FROM c WHERE c.id = '1'"), [
    ['X', 'Y'],
  ]);
  assert.deepEqual(await where('(SELECT VALUE COUNT(1) FROM t IN c.tags) = 2'), ['1']);
});

test('cosmos: queries: ORDER BY sorts over partitions, by type first, missing values before all', async () => {
  assert.deepEqual(await all('SELECT VALUE c.id FROM c ORDER BY c.age'), ['2', '3', '5', '1', '4']);
  assert.deepEqual(await all('SELECT VALUE c.id FROM c ORDER BY c.age DESC'), ['4', '1', '5', '3', '2']);
  assert.deepEqual(await all('SELECT VALUE c.id FROM c ORDER BY c.age DESC, c.name ASC'), ['4', '1', '5', '2', '3']);
  const typed = await account.container();
  const values = [true, 'text', 5, null, undefined, false, -1];
  for (const [at, v] of values.entries()) await typed.items.create({ id: `${at}`, pk: 'p', v });
  const sorted = await ask<{ v?: unknown }>(typed, 'SELECT c.v FROM c ORDER BY c.v');
  assert.deepEqual(sorted, [{}, { v: null }, { v: false }, { v: true }, { v: -1 }, { v: 5 }, { v: 'text' }]);
});

test('cosmos: queries: TOP, OFFSET LIMIT and DISTINCT', async () => {
  assert.deepEqual(await all('SELECT TOP 2 VALUE c.id FROM c ORDER BY c.name DESC'), ['5', '4']);
  assert.deepEqual(await all('SELECT VALUE c.id FROM c ORDER BY c.name OFFSET 1 LIMIT 2'), ['2', '3']);
  assert.deepEqual(await all('SELECT VALUE c.id FROM c OFFSET 3 LIMIT 10'), ['4', '5']);
  assert.deepEqual(await ask(container, 'SELECT TOP @n VALUE c.id FROM c', [{ name: '@n', value: 3 }]), [
    '1',
    '2',
    '3',
  ]);
  assert.deepEqual(await all('SELECT DISTINCT VALUE c.age FROM c ORDER BY c.age'), [20, 20.5, 36, 51]);
  assert.deepEqual((await all('SELECT DISTINCT c.pk FROM c')).length, 3);
  assert.deepEqual(await inPartition('b', 'SELECT DISTINCT VALUE {a: 1, b: [c.pk]} FROM c'), [{ a: 1, b: ['b'] }]);
  const swapped = "SELECT DISTINCT VALUE c.id = '3' ? {a: 1, b: 2} : {b: 2, a: 1} FROM c";
  assert.equal((await inPartition('b', swapped)).length, 1, 'the order of properties makes no difference');
});

test('cosmos: queries: aggregates over partitions and within one', async () => {
  for (const [query, result] of [
    ['COUNT(1)', 5],
    ['COUNT(c.nick)', 1],
    ['SUM(c.age)', 147.5],
    ['AVG(c.age)', 29.5],
    ['MIN(c.age)', 20],
    ['MAX(c.name)', "O'Neil 100%_[x]"],
  ] as const)
    assert.deepEqual(await all(`SELECT VALUE ${query} FROM c`), [result], query);
  assert.deepEqual(await inPartition('a', 'SELECT COUNT(1) AS n, MAX(c.age) AS oldest, AVG(c.age) FROM c'), [
    { n: 2, oldest: 36, $1: 28 },
  ]);
  assert.deepEqual(await all('SELECT COUNT(1), MAX(c.age) FROM c'), [{ $1: 5, $2: 51 }]);
});

test('cosmos: queries: an aggregate with ORDER BY is still one value', async () => {
  assert.deepEqual(await all('SELECT VALUE COUNT(c.age) FROM c ORDER BY c.age, c.name'), [5]);
  assert.deepEqual(await inPartition('a', 'SELECT VALUE MAX(c.age) FROM c ORDER BY c.age'), [36]);
});

test('cosmos: queries: aggregates over nothing, and over what is not a number', async () => {
  assert.deepEqual(await all('SELECT VALUE COUNT(1) FROM c WHERE false'), [0]);
  assert.deepEqual(await all('SELECT VALUE MAX(c.missing) FROM c'), []);
  assert.deepEqual(await all('SELECT VALUE AVG(c.age) FROM c WHERE c.age > 1000'), []);
  assert.deepEqual(await all('SELECT VALUE SUM(c.name) FROM c'), []);
});

test('cosmos: queries: GROUP BY with and without aggregates', async () => {
  const groups = await all('SELECT c.age, COUNT(1) AS n, MIN(c.name) AS first FROM c GROUP BY c.age');
  assert.deepEqual(
    groups.sort((a, b) => (a as { age: number }).age - (b as { age: number }).age),
    [
      { age: 20, n: 2, first: 'Bob' },
      { age: 20.5, n: 1, first: "O'Neil 100%_[x]" },
      { age: 36, n: 1, first: 'Ada' },
      { age: 51, n: 1, first: 'Dan' },
    ],
  );
  assert.deepEqual(new Set(await all('SELECT VALUE c.pk FROM c GROUP BY c.pk')), new Set(['a', 'b', 'c']));
  assert.deepEqual(await all('SELECT c.nick, COUNT(1) AS n FROM c GROUP BY c.nick'), [{ n: 4 }, { nick: null, n: 1 }]);
});

test('cosmos: queries: pages are as large as asked for, and a token resumes behind the last row', async () => {
  const query = 'SELECT VALUE c.id FROM c';
  const iterator = container.items.query<string>(query, { maxItemCount: 2 });
  const first = await iterator.fetchNext();
  assert.deepEqual(first.resources, ['1', '2']);
  const resumed = container.items.query<string>(query, { maxItemCount: 2, continuationToken: first.continuationToken });
  assert.deepEqual((await resumed.fetchAll()).resources, ['3', '4', '5']);
});

test('cosmos: queries: metrics and a charge come with the answer when asked for', async () => {
  const options = { populateQueryMetrics: true, populateIndexMetrics: true, partitionKey: 'a' };
  const page = await container.items.query('SELECT * FROM c WHERE c.age > 30', options).fetchNext();
  assert.ok(page.requestCharge > 2 && page.requestCharge < 5);
  const { '0': metrics } = page.queryMetrics as unknown as Record<string, Counts>;
  assert.deepEqual([metrics?.retrievedDocumentCount, metrics?.outputDocumentCount], [2, 1]);
  assert.ok(page.indexMetrics);
});

test('cosmos: queries: all answers of one query carry its correlation id, errors too', async () => {
  const good = container.items.query('SELECT * FROM c', { maxItemCount: 2 });
  const [first, second] = [await good.fetchNext(), await good.fetchNext()];
  assert.match(first.correlatedActivityId, /^[0-9a-f-]{36}$/);
  assert.equal(second.correlatedActivityId, first.correlatedActivityId);
  await assert.rejects(container.items.query('SELECT * FORM c').fetchNext(), ({ headers }: ErrorResponse) => {
    assert.match(String(headers?.['x-ms-cosmos-correlated-activityid']), /^[0-9a-f-]{36}$/);
    return true;
  });
});

test('cosmos: queries: what is wrong with one is 400 and says so', async () => {
  const wrong = (query: string, message: RegExp) =>
    assert.rejects(all(query, { partitionKey: 'a' }), (error: { code: number; message: string }) => {
      assert.equal(error.code, 400);
      assert.match(error.message, message);
      return true;
    });
  await wrong('SELECT * FORM c', /SC1001.*near 'FORM'/);
  await wrong('SELECT * FROM c WHERE', /SC1001/);
  await wrong('SELECT * FROM c WHERE d.x = 1', /'d' could not be resolved/);
  await wrong('SELECT VALUE NOSUCH(c.x) FROM c', /'NOSUCH' is not a recognized built-in function/);
  await wrong("SELECT * FROM c WHERE c.x = 'open", /SC1001/);
  await wrong('SELECT * FROM c OFFSET -1 LIMIT 1', /./);
});
