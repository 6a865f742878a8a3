import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: rate-limit-by-key: 429 with Retry-After above calls, for each key, until the window ends', async (t) => {
  let now = 1_000_000;
  const gateway = await startTestGateway(t, {
    inbound: `<rate-limit-by-key calls="2" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault("x-k",""))"
      remaining-calls-header-name="x-left" total-calls-header-name="x-total" retry-after-variable-name="wait" />`,
    onError: '<set-header name="x-wait"><value>@(context.Variables["wait"].ToString())</value></set-header>',
    now: () => now,
  });
  const ask = (key: string) => gateway.ask('/', { headers: { 'x-k': key } });
  const first = await ask('a');
  assert.deepEqual([first.status, first.headers.get('x-left'), first.headers.get('x-total')], [200, '1', '2']);
  assert.equal((await ask('a')).status, 200);
  now += 20_000;
  const refused = await ask('a');
  assert.deepEqual(
    [refused.status, refused.headers.get('retry-after'), refused.headers.get('x-wait')],
    [429, '40', '40'],
  );
  assert.deepEqual(await refused.json(), {
    statusCode: 429,
    message: 'Rate limit is exceeded. Try again in 40 seconds.',
  });
  assert.equal((await ask('b')).status, 200);
  now += 41_000;
  assert.equal((await ask('a')).status, 200);
});

test('gateway: rate-limit-by-key: increment-condition counts by the response', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<rate-limit-by-key calls="1" renewal-period="60" counter-key="k" increment-condition="@(context.Response.StatusCode == 401)" />',
  });
  const statuses = [];
  for (const status of ['200', '200', '401', '200'])
    statuses.push((await gateway.ask('/', { headers: { 'x-status': status } })).status);
  assert.deepEqual(statuses, [200, 200, 401, 429]);
});

const subscribed = {
  'products/gold/productInformation.json': {
    properties: { displayName: 'Gold', subscriptionRequired: true, state: 'published' },
  },
  'products/gold/apis.json': [{ name: 'demo' }],
};
const overrides = { subscriptions: [{ name: 'one', scope: '/products/gold', primaryKey: 'k1' }] };
const product = (inbound: string) => ({
  ...subscribed,
  'products/gold/policy.xml': `<policies><inbound><base />${inbound}</inbound></policies>`,
});

test('gateway: rate-limit: counts by subscription', async (t) => {
  const gateway = await startTestGateway(t, {
    files: product('<rate-limit calls="1" renewal-period="60" />'),
    overrides,
  });
  const headers = { 'Ocp-Apim-Subscription-Key': 'k1' };
  assert.deepEqual(
    [(await gateway.ask('/', { headers })).status, (await gateway.ask('/', { headers })).status],
    [200, 429],
  );
});

test('gateway: rate-limit: an operation may have a limit of its own', async (t) => {
  const inbound =
    '<rate-limit calls="9" renewal-period="60"><api id="demo" calls="9" renewal-period="60"><operation id="item" calls="1" renewal-period="60" /></api></rate-limit>';
  const gateway = await startTestGateway(t, { files: product(inbound), overrides });
  const headers = { 'Ocp-Apim-Subscription-Key': 'k1' };
  const status = async (path: string) => (await gateway.ask(path, { headers })).status;
  assert.deepEqual([await status('/items/1'), await status('/items/2'), await status('/other')], [200, 429, 200]);
});

test('gateway: quota: 403 above calls', async (t) => {
  const gateway = await startTestGateway(t, {
    files: product('<quota calls="1" renewal-period="3600" />'),
    overrides,
    now: () => 5000,
  });
  const headers = { 'Ocp-Apim-Subscription-Key': 'k1' };
  await gateway.ask('/', { headers });
  const refused = await gateway.ask('/', { headers });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /Out of call volume quota. Quota will be replenished in 01:00:00/);
});

test('gateway: quota-by-key: counts bytes against bandwidth', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<quota-by-key bandwidth="1" renewal-period="3600" counter-key="all" />',
  });
  const body = 'x'.repeat(2000);
  assert.equal((await gateway.ask('/', { method: 'POST', body })).status, 200);
  assert.equal((await gateway.ask('/', { method: 'POST', body })).status, 403);
});

test('gateway: quota-by-key: first-period-start says when periods begin', async (t) => {
  let now = Date.parse('2026-01-01T00:59:00Z');
  const gateway = await startTestGateway(t, {
    inbound:
      '<quota-by-key calls="1" renewal-period="3600" counter-key="k" first-period-start="2025-01-01T00:00:00Z" />',
    now: () => now,
  });
  const status = async () => (await gateway.ask('/')).status;
  assert.deepEqual([await status(), await status()], [200, 403]);
  now += 61_000;
  assert.equal(await status(), 200);
});
