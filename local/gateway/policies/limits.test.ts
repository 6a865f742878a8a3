import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startTestGateway, type Echo } from '../test-gateway.ts';

test('gateway: rate-limit-by-key @calls @renewal-period @counter-key @remaining-calls-header-name @total-calls-header-name @retry-after-variable-name: 429 with Retry-After above calls, for each key, until the window ends', async (t) => {
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

test('gateway: rate-limit-by-key @increment-count @retry-after-header-name @remaining-calls-variable-name: a call counts for several, and the figures go where they are wanted', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<rate-limit-by-key calls="5" renewal-period="60" counter-key="k" increment-count="2" retry-after-header-name="x-retry" remaining-calls-variable-name="left" />
      <set-header name="x-left"><value>@(context.Variables["left"].ToString())</value></set-header>`,
    now: () => 1_000_000,
  });
  assert.equal((await gateway.echo('/')).headers['x-left'], '3');
  assert.equal((await gateway.echo('/')).headers['x-left'], '1');
  const refused = await gateway.ask('/');
  assert.deepEqual(
    [refused.status, refused.headers.get('x-retry'), refused.headers.get('retry-after')],
    [429, '60', null],
  );
});

test('gateway: rate-limit-by-key @increment-condition: increment-condition counts by the response', async (t) => {
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
const key = { 'Ocp-Apim-Subscription-Key': 'k1' };
const product = (inbound: string) => ({
  ...subscribed,
  'products/gold/policy.xml': `<policies><inbound><base />${inbound}</inbound></policies>`,
});

/** The statuses of requests to these paths, one after the other, under a policy of the product; a number lets seconds pass. */
async function statuses(t: TestContext, policy: string, steps: readonly (string | number)[]): Promise<number[]> {
  let now = 7_200_000;
  const gateway = await startTestGateway(t, { files: product(policy), overrides, now: () => now });
  const seen = [];
  for (const step of steps) {
    if (typeof step === 'number') now += step * 1000;
    else seen.push((await gateway.ask(step, { headers: key })).status);
  }
  return seen;
}

test('gateway: rate-limit @calls @renewal-period: counts by subscription', async (t) => {
  let now = 5000;
  const gateway = await startTestGateway(t, {
    files: product('<rate-limit calls="1" renewal-period="60" />'),
    overrides,
    now: () => now,
  });
  const status = async () => (await gateway.ask('/', { headers: key })).status;
  assert.deepEqual([await status(), await status()], [200, 429]);
  now += 59_000;
  assert.equal(await status(), 429);
  now += 2000;
  assert.equal(await status(), 200);
});

test('gateway: rate-limit @retry-after-header-name @retry-after-variable-name @remaining-calls-header-name @remaining-calls-variable-name @total-calls-header-name: tells the figures where they are wanted', async (t) => {
  const gateway = await startTestGateway(t, {
    files:
      product(`<rate-limit calls="1" renewal-period="60" retry-after-header-name="x-retry" retry-after-variable-name="wait"
        remaining-calls-header-name="x-left" remaining-calls-variable-name="left" total-calls-header-name="x-total" />
      <set-header name="x-left-variable"><value>@(context.Variables["left"].ToString())</value></set-header>`),
    onError: '<set-header name="x-wait"><value>@(context.Variables["wait"].ToString())</value></set-header>',
    overrides,
    now: () => 5000,
  });
  const first = await gateway.ask('/', { headers: key });
  assert.deepEqual([first.headers.get('x-left'), first.headers.get('x-total')], ['0', '1']);
  assert.equal(((await first.json()) as Echo).headers['x-left-variable'], '0');
  const refused = await gateway.ask('/', { headers: key });
  assert.deepEqual([refused.status, refused.headers.get('x-retry'), refused.headers.get('x-wait')], [429, '60', '60']);
});

test('gateway: rate-limit api@id api@name api@calls api@renewal-period: an API may have a limit of its own', async (t) => {
  for (const [attribute, refused] of [
    ['id="demo"', 429],
    ['name="Demo"', 429],
    ['id="other"', 200],
    ['name="Other"', 200],
  ] as const) {
    const inner = `<api ${attribute} calls="1" renewal-period="20" />`;
    const policy = `<rate-limit calls="9" renewal-period="60">${inner}</rate-limit>`;
    const steps = ['/items/1', '/other', 18, '/other', 4, '/other'];
    assert.deepEqual(await statuses(t, policy, steps), [200, refused, refused, 200], attribute);
  }
});

test('gateway: rate-limit api/operation@id api/operation@name api/operation@calls api/operation@renewal-period: an operation may have a limit of its own', async (t) => {
  for (const [attribute, refused] of [
    ['id="item"', 429],
    ['name="GET /items/{id}"', 429],
    ['id="none"', 200],
    ['name="None"', 200],
  ] as const) {
    const inner = `<operation ${attribute} calls="1" renewal-period="20" />`;
    const policy = `<rate-limit calls="9" renewal-period="60"><api id="demo" calls="9" renewal-period="60">${inner}</api></rate-limit>`;
    const steps = ['/items/1', '/items/2', '/other', 18, '/items/2', 4, '/items/2'];
    assert.deepEqual(await statuses(t, policy, steps), [200, refused, 200, refused, 200], attribute);
  }
});

test('gateway: rate-limit api/operation@id: an operation of another API is not meant, and a fragment counts for each of its owners', async (t) => {
  const meant = (api: string) =>
    `<rate-limit calls="9" renewal-period="60"><api id="${api}" calls="9" renewal-period="60"><operation id="item" calls="1" renewal-period="60" /></api></rate-limit>`;
  assert.deepEqual(await statuses(t, meant('demo'), ['/items/1', '/items/1']), [200, 429]);
  assert.deepEqual(await statuses(t, meant('other'), ['/items/1', '/items/1']), [200, 200]);
  const document = '<policies><inbound><base /><include-fragment fragment-id="one" /></inbound></policies>';
  const gateway = await startTestGateway(t, {
    files: {
      ...subscribed,
      'policyFragments/one/policy.xml': '<fragment><rate-limit calls="1" renewal-period="60" /></fragment>',
      'apis/demo/operations/item/policy.xml': document,
      'apis/demo/operations/any-get/policy.xml': document,
    },
    overrides,
    now: () => 7_200_000,
  });
  const seen = [];
  for (const path of ['/items/1', '/x', '/items/1', '/x'])
    seen.push((await gateway.ask(path, { headers: key })).status);
  assert.deepEqual(seen, [200, 200, 429, 429]);
});

test('gateway: quota @calls @renewal-period: 403 above calls', async (t) => {
  const gateway = await startTestGateway(t, {
    files: product('<quota calls="1" renewal-period="3600" />'),
    overrides,
    now: () => 5000,
  });
  await gateway.ask('/', { headers: key });
  const refused = await gateway.ask('/', { headers: key });
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /Out of call volume quota. Quota will be replenished in 00:59:55/);
});

test('gateway: quota @bandwidth api@bandwidth api/operation@bandwidth: 403 above kilobytes', async (t) => {
  const paths = ['/items/1', '/items/2'];
  const files = {
    policy: (own: string, inner: string) => `<quota bandwidth="${own}" renewal-period="3600">${inner}</quota>`,
    api: (kilobytes: string, inner: string) =>
      `<api id="demo" bandwidth="${kilobytes}" renewal-period="3600">${inner}</api>`,
    operation: (kilobytes: string) => `<operation id="item" bandwidth="${kilobytes}" renewal-period="3600" />`,
  };
  const { policy, api, operation } = files;
  assert.deepEqual(await statuses(t, policy('0', ''), paths), [403, 403]);
  assert.deepEqual(await statuses(t, policy('9', api('0', '')), paths), [403, 403]);
  assert.deepEqual(await statuses(t, policy('9', api('9', operation('0'))), [...paths, '/other']), [403, 403, 200]);
  assert.deepEqual(await statuses(t, policy('9', api('9', operation('9'))), paths), [200, 200]);
});

test('gateway: quota api@id api@name api@calls api@renewal-period: an API may have a quota of its own', async (t) => {
  for (const [attribute, refused] of [
    ['id="demo"', 403],
    ['name="Demo"', 403],
    ['id="other"', 200],
    ['name="Other"', 200],
  ] as const) {
    const policy = `<quota calls="9" renewal-period="3600"><api ${attribute} calls="1" renewal-period="600" /></quota>`;
    const steps = ['/items/1', '/other', 590, '/other', 20, '/other'];
    assert.deepEqual(await statuses(t, policy, steps), [200, refused, refused, 200], attribute);
  }
});

test('gateway: quota api/operation@id api/operation@name api/operation@calls api/operation@renewal-period: an operation may have a quota of its own', async (t) => {
  for (const [attribute, refused] of [
    ['id="item"', 403],
    ['name="GET /items/{id}"', 403],
    ['id="none"', 200],
    ['name="None"', 200],
  ] as const) {
    const inner = `<operation ${attribute} calls="1" renewal-period="600" />`;
    const policy = `<quota calls="9" renewal-period="3600"><api id="demo" calls="9" renewal-period="3600">${inner}</api></quota>`;
    const steps = ['/items/1', '/items/2', '/other', 590, '/items/2', 20, '/items/2'];
    assert.deepEqual(await statuses(t, policy, steps), [200, refused, 200, refused, 200], attribute);
  }
});

test('gateway: quota-by-key @bandwidth: counts bytes against bandwidth', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<quota-by-key bandwidth="1" renewal-period="3600" counter-key="all" />',
  });
  const body = 'x'.repeat(2000);
  assert.equal((await gateway.ask('/', { method: 'POST', body })).status, 200);
  assert.equal((await gateway.ask('/', { method: 'POST', body })).status, 403);
});

test('gateway: quota-by-key @calls @renewal-period @first-period-start: first-period-start says when periods begin', async (t) => {
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

test('gateway: quota-by-key @increment-condition @increment-count: what the answer says counts, and for how many', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<quota-by-key calls="4" renewal-period="3600" counter-key="k" increment-condition="@(context.Response.StatusCode == 201)" increment-count="2" />',
  });
  const seen = [];
  for (const status of ['200', '201', '200', '201', '200'])
    seen.push((await gateway.ask('/', { headers: { 'x-status': status } })).status);
  assert.deepEqual(seen, [200, 201, 200, 201, 403]);
});

test('gateway: quota-by-key @counter-key: each key has a quota of its own', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<quota-by-key calls="1" renewal-period="3600" counter-key="@(context.Request.Headers.GetValueOrDefault(&quot;x-k&quot;, &quot;&quot;))" />',
  });
  const seen = [];
  for (const name of ['a', 'b', 'a']) seen.push((await gateway.ask('/', { headers: { 'x-k': name } })).status);
  assert.deepEqual(seen, [200, 200, 403]);
});
