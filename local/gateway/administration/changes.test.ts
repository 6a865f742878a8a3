import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBackend } from '../test-gateway.ts';
import { group, startAdministration, type TestAdministration } from './test-administration.ts';

const version = '?api-version=2024-05-01';

interface ArmError {
  error: { code: string; message: string; details?: { code: string; target: string; message: string }[] };
}

/** PUT of properties: the status, and the error with the targets of its details. */
async function put({ rest }: TestAdministration, path: string, properties: unknown, headers = {}) {
  const body = JSON.stringify({ properties });
  const answer = await rest(`${path}${version}`, { method: 'PUT', body, headers });
  const { error } = (await answer.json()) as Partial<ArmError>;
  return { status: answer.status, code: error?.code, targets: error?.details?.map(({ target }) => target) };
}

test('gateway: administration: a named value is made, changed and refreshed as a long-running operation', async (t) => {
  const { rest, client } = await startAdministration(t);
  const properties = { displayName: 'fresh', value: 'v' };
  const made = await rest(`/namedValues/fresh${version}`, { method: 'PUT', body: JSON.stringify({ properties }) });
  assert.equal(made.status, 201);
  assert.equal(
    ((await made.json()) as { properties: { provisioningState: string } }).properties.provisioningState,
    'InProgress',
  );
  const headers = { authorization: 'Bearer operator' };
  const status = await fetch(made.headers.get('azure-asyncoperation') ?? '', { headers });
  assert.equal(((await status.json()) as { status: string }).status, 'Succeeded');
  const result = await fetch(made.headers.get('location') ?? '', { headers });
  assert.equal(result.status, 201);
  assert.equal(
    ((await result.json()) as { properties: { provisioningState: string } }).properties.provisioningState,
    'Succeeded',
  );
  const changed = await rest(`/namedValues/fresh${version}`, {
    method: 'PATCH',
    headers: { 'if-match': '*' },
    body: JSON.stringify({ properties: { value: 'w' } }),
  });
  assert.deepEqual([changed.status, await changed.text()], [202, '']);
  assert.equal((await fetch(changed.headers.get('location') ?? '', { headers })).status, 200);
  assert.equal((await client.namedValue.beginRefreshSecretAndWait(...group, 'fresh')).value, 'w');
  assert.equal((await rest(`/tenant/operationResults/none${version}`)).status, 404);
});

test('gateway: administration: api-version is asked for, and any that there is will do', async (t) => {
  const { rest } = await startAdministration(t);
  const codeOf = async (query: string) =>
    ((await (await rest(`/apis${query}`)).json()) as Partial<ArmError>).error?.code;
  assert.equal(await codeOf(''), 'MissingApiVersionParameter');
  assert.equal(await codeOf('?api-version=2024-05-02'), 'InvalidApiVersionParameter');
  assert.equal(await codeOf('?api-version=2021-08-01'), undefined);
  assert.equal(await codeOf('?api-version=2023-09-01-preview'), undefined);
});

test('gateway: administration: every problem of a resource is listed with its target', async (t) => {
  const administration = await startAdministration(t);
  const problems = [
    ['/namedValues/n', { displayName: 'a b', tags: 'x', secret: 1 }, ['displayName', 'value', 'tags', 'secret']],
    ['/namedValues/n', { displayName: 'n', keyVault: {}, value: ' ' }, ['keyVault', 'value']],
    ['/namedValues/a%3Fb', { displayName: 'n', value: 'v' }, ['name']],
    ['/backends/n', { url: 'ftp://x', title: 1 }, ['title', 'url', 'protocol']],
    [
      '/backends/n',
      { type: 'Pool', pool: { services: [{ id: 'none' }, { id: 'b', weight: 200 }] } },
      ['pool.services[0].id', 'pool.services[1].weight'],
    ],
    ['/backends/n', { type: 'Pool', pool: {} }, ['pool.services']],
    [
      '/backends/n',
      {
        url: 'http://x',
        protocol: 'http',
        circuitBreaker: {
          rules: [
            { tripDuration: 'soon', failureCondition: { percentage: 5, statusCodeRanges: [{ min: 1, max: 500 }] } },
          ],
        },
      },
      [
        'circuitBreaker.rules[0].tripDuration',
        'circuitBreaker.rules[0].failureCondition.percentage',
        'circuitBreaker.rules[0].failureCondition.statusCodeRanges[0].min',
      ],
    ],
    ['/subscriptions/n', { scope: '/products/none', state: 'open' }, ['displayName', 'scope', 'state']],
    ['/subscriptions/n', { displayName: 'n', scope: '/everything', primaryKey: 5 }, ['scope', 'primaryKey']],
    ['/policies/other', { value: '<policies />' }, ['policyId']],
    ['/policyFragments/n', { format: 'xml-link', value: '' }, ['value', 'format']],
    ['/namedValues/n', 'text', ['properties']],
  ] as const;
  for (const [path, properties, targets] of problems)
    assert.deepEqual(
      await put(administration, path, properties),
      { status: 400, code: 'ValidationError', targets },
      path,
    );
});

test('gateway: administration: what is there already under another name is 409', async (t) => {
  const administration = await startAdministration(t);
  const conflict = { status: 409, code: 'Conflict', targets: undefined };
  assert.deepEqual(await put(administration, '/namedValues/other', { displayName: 'route', value: 'v' }), conflict);
  const subscription = { displayName: 'One', scope: '/apis', primaryKey: 'the key' };
  assert.equal((await put(administration, '/subscriptions/one', subscription)).status, 201);
  assert.deepEqual(await put(administration, '/subscriptions/two', subscription), conflict);
  assert.equal((await put(administration, '/subscriptions/one', subscription)).status, 200);
});

test('gateway: administration: If-Match and If-None-Match hold back reads and changes', async (t) => {
  const administration = await startAdministration(t);
  const { rest } = administration;
  const properties = { displayName: 'route', value: 'split:1' };
  const statusOf = (headers: Record<string, string>) =>
    put(administration, '/namedValues/route', properties, headers).then(({ status }) => status);
  const etag = (await rest(`/namedValues/route${version}`, { method: 'HEAD' })).headers.get('etag') ?? '';
  assert.equal((await rest(`/namedValues/route${version}`, { headers: { 'if-none-match': etag } })).status, 304);
  assert.equal(await statusOf({ 'if-none-match': '*' }), 412);
  assert.equal(await statusOf({ 'if-match': '"other"' }), 412);
  assert.equal(await statusOf({ 'if-match': `"other", ${etag}` }), 200);
  assert.equal(await statusOf({ 'if-match': etag }), 412);
  assert.equal(await statusOf({}), 200);
  assert.equal(
    (await put(administration, '/namedValues/none', { displayName: 'none', value: 'v' }, { 'if-match': '*' })).status,
    412,
  );
  for (const method of ['PATCH', 'DELETE']) {
    const answer = await rest(`/namedValues/route${version}`, { method, body: '{"properties":{}}' });
    const { error } = (await answer.json()) as ArmError;
    assert.deepEqual([answer.status, error.details?.[0]?.target], [400, 'If-Match'], method);
  }
  assert.equal((await rest(`/namedValues/none${version}`, { method: 'DELETE' })).status, 204);
});

test('gateway: administration: what is only read, or no resource at all, is 405 or 404', async (t) => {
  const { rest } = await startAdministration(t);
  const statusOf = async (method: string, path: string) => (await rest(`${path}${version}`, { method })).status;
  assert.equal(await statusOf('DELETE', '/apis/demo'), 405);
  assert.equal(await statusOf('DELETE', '/namedValues'), 405);
  assert.equal(await statusOf('GET', '/namedValues/hidden/listValue'), 405);
  assert.equal(await statusOf('POST', ''), 405);
  for (const path of ['/constructor', '/namedValues/hidden/toString', '/apis/none/operations', '/apis/demo/x/y/z'])
    assert.equal(await statusOf('POST', path), 404, path);
  assert.equal(await statusOf('GET', '/namedValues/none'), 404);
});

test('gateway: administration: pools and circuit breakers come back as they were given, and serve', async (t) => {
  const { gateway, client } = await startAdministration(t);
  const circuitBreaker = {
    rules: [
      {
        name: 'rule',
        tripDuration: 'PT1M',
        acceptRetryAfter: true,
        failureCondition: { count: 1, interval: 'PT1M', statusCodeRanges: [{ min: 500, max: 599 }] },
      },
    ],
  };
  const { backendUrl: url } = gateway;
  await client.backend.createOrUpdate(...group, 'member', { url, protocol: 'http', circuitBreaker });
  assert.deepEqual((await client.backend.get(...group, 'member')).circuitBreaker, circuitBreaker);
  const services = [{ id: '/backends/member', weight: 1, priority: 1 }];
  await client.backend.delete(...group, 'b', '*');
  const pool = await client.backend.createOrUpdate(...group, 'b', {
    typePropertiesType: 'Pool',
    pool: { services },
  });
  assert.deepEqual(pool.pool?.services, services);
  assert.equal((await gateway.echo('/')).headers['x-route'], 'legacy');
  await assert.rejects(client.backend.delete(...group, 'member', '*'), { statusCode: 400, code: 'ValidationError' });
  assert.ok(await client.backend.get(...group, 'member'));
});

test('gateway: administration: reconnect makes new connections to a backend', async (t) => {
  const { gateway, client } = await startAdministration(t);
  const sockets = new Set();
  const url = await startBackend(t, (incoming, outgoing) => {
    sockets.add(incoming.socket);
    outgoing.end();
  });
  await client.backend.update(...group, 'b', '*', { url });
  const ask = async () => (await gateway.ask('/')).text();
  await ask();
  await ask();
  assert.equal(sockets.size, 1);
  await client.backend.reconnect(...group, 'b');
  await ask();
  assert.equal(sockets.size, 2);
});

test('gateway: administration: a subscription keeps its keys and what the gateway does not use', async (t) => {
  const { client } = await startAdministration(t);
  const given = { displayName: 'One', scope: '/products/gold', ownerId: '/users/1', allowTracing: true };
  await client.subscription.createOrUpdate(...group, 'one', given);
  const before = await client.subscription.listSecrets(...group, 'one');
  await client.subscription.createOrUpdate(...group, 'one', { ...given, displayName: 'Renamed' });
  const { displayName, ownerId, allowTracing } = await client.subscription.get(...group, 'one');
  assert.deepEqual([displayName, ownerId, allowTracing], ['Renamed', '/users/1', true]);
  await client.subscription.regenerateSecondaryKey(...group, 'one');
  const after = await client.subscription.listSecrets(...group, 'one');
  assert.equal(after.primaryKey, before.primaryKey);
  assert.notEqual(after.secondaryKey, before.secondaryKey);
  assert.ok((await client.subscription.getEntityTag(...group, 'one')).eTag);
  await client.subscription.delete(...group, 'one', '*');
  await assert.rejects(client.subscription.get(...group, 'one'), { statusCode: 404, code: 'ResourceNotFound' });
});
