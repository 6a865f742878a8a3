import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  PartitionKeyDefinitionVersion,
  PartitionKeyKind,
  type ContainerRequest,
  type PartitionKey,
} from '@azure/cosmos';
import { ask, startTestAccount } from './test-account.ts';

let account: Awaited<ReturnType<typeof startTestAccount>>;
before(async () => {
  account = await startTestAccount();
});
after(() => account[Symbol.asyncDispose]());

test('cosmos: account: the client finds one region, which is the address it called', async () => {
  const { resource } = await account.client.getDatabaseAccount();
  assert.equal(resource?.consistencyPolicy, 'Session');
  assert.equal(resource?.writableLocations[0]?.databaseAccountEndpoint, account.server.url);
});

test('cosmos: databases: create, read, list, query, delete', async () => {
  const { client } = account;
  const { database } = await client.databases.create({ id: 'other 中文' });
  await assert.rejects(client.databases.create({ id: 'other 中文' }), { code: 409 });
  assert.equal((await client.databases.createIfNotExists({ id: 'other 中文' })).statusCode, 200);
  assert.equal((await database.read()).resource?.id, 'other 中文');
  const { resources } = await client.databases.readAll().fetchAll();
  assert.deepEqual(resources.map(({ id }) => id).sort(), ['other 中文', 'test']);
  const query = { query: 'SELECT * FROM root r WHERE r.id = @id', parameters: [{ name: '@id', value: 'test' }] };
  assert.equal((await client.databases.query(query).fetchAll()).resources.length, 1);
  await database.delete();
  await assert.rejects(database.read(), { code: 404 });
  await assert.rejects(database.containers.create({ id: 'c' }), { code: 404 });
});

test('cosmos: databases: lists come in pages', async () => {
  for (const id of ['p1', 'p2', 'p3']) await account.client.databases.create({ id });
  const iterator = account.client.databases.readAll({ maxItemCount: 2 });
  assert.equal((await iterator.fetchNext()).resources.length, 2);
  assert.ok(iterator.hasMoreResults());
  for (const id of ['p1', 'p2', 'p3']) await account.client.database(id).delete();
});

test('cosmos: containers: create, read, list, query, delete', async () => {
  const { database } = account;
  const { container } = await database.containers.create({ id: 'crud', partitionKey: '/pk' });
  await assert.rejects(database.containers.create({ id: 'crud', partitionKey: '/pk' }), { code: 409 });
  assert.equal(
    (await database.containers.createIfNotExists({ id: 'crud', partitionKey: { paths: ['/pk'] } })).statusCode,
    200,
  );
  const { resource } = await container.read();
  const { paths, kind, version } = resource!.partitionKey!;
  assert.deepEqual({ paths, kind, version }, { paths: ['/pk'], kind: 'Hash', version: 2 });
  const named = await database.containers.query({ query: "SELECT * FROM c WHERE c.id = 'crud'" }).fetchAll();
  assert.equal(named.resources.length, 1);
  await container.items.create({ id: 'x', pk: 'a' });
  await container.delete();
  await assert.rejects(container.read(), { code: 404 });
  const again = await database.containers.create({ id: 'crud', partitionKey: '/pk' });
  assert.equal((await again.container.item('x', 'a').read()).statusCode, 404, 'a new container begins empty');
});

test('cosmos: containers: the indexing policy has the defaults of the service', async () => {
  const plain = (await (await account.container()).read()).resource;
  assert.equal(plain?.indexingPolicy?.indexingMode, 'consistent');
  assert.deepEqual(plain?.indexingPolicy?.includedPaths, [{ path: '/*' }]);
  assert.deepEqual(plain?.indexingPolicy?.excludedPaths, [{ path: '/"_etag"/?' }]);
  const own = await account.container({ indexingPolicy: { excludedPaths: [{ path: '/data/*' }] } });
  const policy = (await own.read()).resource?.indexingPolicy;
  assert.deepEqual(policy?.excludedPaths, [{ path: '/data/*' }, { path: '/"_etag"/?' }]);
});

test('cosmos: containers: replace changes policies, but neither id nor partition key', async () => {
  const container = await account.container();
  const definition = (await container.read()).resource!;
  await container.replace({ ...definition, defaultTtl: 60 });
  assert.equal((await container.read()).resource?.defaultTtl, 60);
  await assert.rejects(container.replace({ ...definition, partitionKey: { paths: ['/other'] } }), { code: 400 });
  await assert.rejects(container.replace({ ...definition, id: 'other' }), { code: 400 });
});

test('cosmos: containers: a definition that makes no sense is 400', async () => {
  const { containers } = account.database;
  const noPath: ContainerRequest = { id: 'bad', partitionKey: { paths: ['pk'] } };
  await assert.rejects(containers.create(noPath), { code: 400 });
  const policies = [{ indexingPolicy: { excludedPaths: 'x' } }, { uniqueKeyPolicy: { uniqueKeys: [{ paths: '/x' }] } }];
  for (const policy of policies)
    await assert.rejects(
      containers.create({ id: 'bad', partitionKey: '/pk', ...policy } as unknown as ContainerRequest),
      {
        code: 400,
      },
    );
  for (const defaultTtl of [0, -10, 1.5])
    await assert.rejects(containers.create({ id: 'bad', partitionKey: '/pk', defaultTtl }), { code: 400 });
});

test('cosmos: containers: one without a partition key holds items without a key', async () => {
  const created = await account.database.containers.create({ id: 'plain' });
  await created.container.items.create({ id: 'x', pk: 'ignored' });
  assert.equal((await created.container.item('x').read()).resource.pk, 'ignored');
});

test('cosmos: offers: throughput is kept, read by its resource, replaced, and gone with its container', async () => {
  const container = await account.container({ throughput: 1000 });
  const { resource: offer } = await container.readOffer();
  assert.ok(offer?.content);
  assert.equal(offer.content.offerThroughput, 1000);
  await account.client.offer(offer.id).replace({ ...offer, content: { ...offer.content, offerThroughput: 1200 } });
  assert.equal((await container.readOffer()).resource?.content?.offerThroughput, 1200);
  await container.delete();
  await assert.rejects(account.client.offer(offer.id).read(), { code: 404 });
});

test('cosmos: offers: a container has 400 by default, shares its database, or scales by itself', async () => {
  const plain = await account.container();
  assert.equal((await plain.readOffer()).resource?.content?.offerThroughput, 400);
  const scaling = await account.container({ maxThroughput: 4000 });
  const content = (await scaling.readOffer()).resource?.content as {
    offerAutopilotSettings?: { maxThroughput: number };
  };
  assert.equal(content.offerAutopilotSettings?.maxThroughput, 4000);
  const { database } = await account.client.databases.create({ id: 'shared', throughput: 500 });
  const { container } = await database.containers.create({ id: 'c', partitionKey: '/pk' });
  assert.equal((await database.readOffer()).resource?.content?.offerThroughput, 500);
  assert.equal((await container.readOffer()).resource, undefined);
  await database.delete();
});

test('cosmos: partition ranges: one for every 6,000 request units a second, and items are found over all of them', async () => {
  const container = await account.container({ throughput: 18_000 });
  const { resources: ranges } = await container.readPartitionKeyRanges().fetchAll();
  assert.equal(ranges.length, 3);
  assert.equal(ranges[0]?.minInclusive, '');
  assert.equal(ranges[1]?.minInclusive, ranges[0]?.maxExclusive);
  assert.equal(ranges[2]?.maxExclusive, 'FF');
  for (let n = 0; n < 30; n++) await container.items.create({ id: `i${n}`, pk: `p${n}`, n });
  const sorted = await ask(container, 'SELECT VALUE c.n FROM c ORDER BY c.n DESC', [], { maxItemCount: 4 });
  assert.deepEqual(
    sorted,
    Array.from({ length: 30 }, (_, at) => 29 - at),
  );
  assert.equal((await ask(container, 'SELECT * FROM c', [], { forceQueryPlan: true })).length, 30);
  const listed = await ask<{ id: string }>(container, 'SELECT * FROM c', [], { maxItemCount: 4 });
  assert.equal(new Set(listed.map(({ id }) => id)).size, 30);
  assert.equal(listed.length, 30);
});

test('cosmos: unique keys: a value can be taken once in a partition', async () => {
  const container = await account.container({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/email'] }] } });
  await container.items.create({ id: '1', pk: 'a', email: 'x' });
  await assert.rejects(container.items.create({ id: '2', pk: 'a', email: 'x' }), {
    code: 409,
    message: /Unique index/,
  });
  await assert.rejects(container.items.upsert({ id: '2', pk: 'a', email: 'x' }), { code: 409 });
  assert.equal((await container.items.create({ id: '2', pk: 'b', email: 'x' })).statusCode, 201);
  await container.item('1', 'a').replace({ id: '1', pk: 'a', email: 'y' });
  assert.equal((await container.items.create({ id: '3', pk: 'a', email: 'x' })).statusCode, 201);
  await assert.rejects(container.item('3', 'a').patch([{ op: 'set', path: '/email', value: 'y' }]), { code: 409 });
  await container.item('1', 'a').delete();
  assert.equal((await container.item('3', 'a').patch([{ op: 'set', path: '/email', value: 'y' }])).statusCode, 200);
});

test('cosmos: unique keys: several paths make one composite key, and a missing value counts as one', async () => {
  const container = await account.container({
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/first', '/name/last'] }, { paths: ['/code'] }] },
  });
  const person = (id: string, first: string, last: string) => ({ id, pk: 'a', first, name: { last }, code: id });
  await container.items.create(person('1', 'Ada', 'L'));
  await container.items.create(person('2', 'Ada', 'K'));
  await assert.rejects(container.items.create(person('3', 'Ada', 'L')), { code: 409 });
  await assert.rejects(container.items.create({ ...person('3', 'Bob', 'L'), code: '1' }), { code: 409 });
  await container.items.create({ id: '4', pk: 'a', first: 'Eve', name: {} });
  await assert.rejects(container.items.create({ id: '5', pk: 'a', first: 'Eve', name: {}, code: '5' }), { code: 409 });
});

test('cosmos: hierarchical partition keys: items live under all levels, queries also under the first ones', async () => {
  const container = await account.container({
    partitionKey: {
      paths: ['/tenant', '/user', '/session'],
      kind: PartitionKeyKind.MultiHash,
      version: PartitionKeyDefinitionVersion.V2,
    },
    throughput: 20_000,
  });
  for (const tenant of ['t1', 't2'])
    for (const user of ['u1', 'u2'])
      for (const session of [1, 2]) await container.items.create({ id: 'x', tenant, user, session });
  assert.equal((await container.item('x', ['t1', 'u2', 2]).read()).resource.user, 'u2');
  assert.equal((await container.item('x', ['t1', 'u2', 3]).read()).statusCode, 404);
  await assert.rejects(container.item('x', ['t1', 'u2']).read(), { code: 400 });
  const under = async (partitionKey: (string | number)[]) =>
    (await ask(container, 'SELECT * FROM c', [], { partitionKey })).length;
  assert.equal(await under(['t1']), 4);
  assert.equal(await under(['t1', 'u1']), 2);
  assert.equal(await under(['t1', 'u1', 1]), 1);
  assert.equal(await under(['none']), 0);
  await container.items.create({ id: 'partly', tenant: 't3' });
  const missing: unknown = ['t3', undefined, undefined];
  assert.equal((await container.item('partly', missing as PartitionKey).read()).resource.tenant, 't3');
});

test('cosmos: sessions: every answer carries a token, and one from the future is refused until the client drops it', async () => {
  const container = await account.container();
  const { headers } = await container.items.create({ id: 'x', pk: 'a' });
  assert.match(String(headers['x-ms-session-token']), /^0:-1#\d+$/);
  const { headers: later } = await container.item('x', 'a').read();
  assert.equal(later['x-ms-session-token'], headers['x-ms-session-token']);
  const ahead = await container.item('x', 'a').read({ sessionToken: '0:-1#999999' });
  const [failed] = ahead.diagnostics.clientSideRequestStatistics.retryDiagnostics.failedAttempts;
  assert.equal(failed?.statusCode, 404);
  assert.equal(ahead.statusCode, 200, 'the client asks again without the token');
});
