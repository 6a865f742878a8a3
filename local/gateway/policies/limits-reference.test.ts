import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: rate-limit @calls: a request without a subscription is not counted', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<rate-limit calls="1" renewal-period="60" />' });
  assert.deepEqual([(await gateway.ask('/')).status, (await gateway.ask('/')).status], [200, 200]);
});

test('gateway: quota @calls: a request without a subscription is not counted', async (t) => {
  const gateway = await startTestGateway(t, {
    files: {
      'products/open/productInformation.json': { properties: { subscriptionRequired: false, state: 'published' } },
      'products/open/apis.json': [{ name: 'demo' }],
      'products/open/policy.xml': '<policies><inbound><quota calls="1" renewal-period="300" /></inbound></policies>',
      'apis/demo/apiInformation.json': { properties: { displayName: 'Demo', path: '', subscriptionRequired: true } },
    },
    backend: '<return-response />',
  });
  assert.deepEqual([(await gateway.ask('/')).status, (await gateway.ask('/')).status], [200, 200]);
});

test('gateway: quota-by-key @renewal-period: periods are the same for everybody, whenever the first call came', async (t) => {
  let now = Date.parse('2026-01-01T00:59:59Z');
  const gateway = await startTestGateway(t, {
    inbound: '<quota-by-key calls="1" renewal-period="3600" counter-key="k" />',
    now: () => now,
  });
  const refused = async () => (await gateway.ask('/')).headers.get('retry-after');
  assert.deepEqual([await refused(), await refused()], [null, '1']);
  now += 1000;
  assert.equal(await refused(), null);
});

test('gateway: rate-limit-by-key @calls @renewal-period: the window slides: each call leaves it by itself', async (t) => {
  let now = 1_000_000;
  const gateway = await startTestGateway(t, {
    inbound:
      '<rate-limit-by-key calls="2" renewal-period="60" counter-key="k" remaining-calls-header-name="left" total-calls-header-name="total" />',
    now: () => now,
  });
  const seen = [];
  for (const pause of [0, 50, 5, 6, 1, 50]) {
    now += pause * 1000;
    const { status, headers } = await gateway.ask('/');
    seen.push([status, headers.get('left'), headers.get('total'), headers.get('retry-after')]);
  }
  assert.deepEqual(seen, [
    [200, '1', '2', null],
    [200, '0', '2', null],
    [429, '0', '2', '5'],
    [200, '0', '2', null],
    [429, '0', '2', '48'],
    [200, '0', '2', null],
  ]);
});

const byKey = (rest: string) => `-by-key renewal-period="300" counter-key="k" ${rest} />`;
const underService = (inbound: string) => ({
  'policy.xml': `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend></policies>`,
});

test('gateway: rate-limit-by-key @counter-key: a key has one counter, whatever policies count with it', async (t) => {
  const gateway = await startTestGateway(t, {
    files: underService(`<rate-limit${byKey('calls="9"')}`),
    inbound: `<rate-limit${byKey('calls="4" remaining-calls-header-name="left"')}`,
  });
  const answers = [await gateway.ask('/'), await gateway.ask('/'), await gateway.ask('/')];
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('left')]),
    [
      [200, '2'],
      [200, '0'],
      [429, '0'],
    ],
  );
});

test('gateway: quota-by-key @counter-key: a request counts once for a key, whatever policies count with it', async (t) => {
  const gateway = await startTestGateway(t, {
    files: underService(`<quota${byKey('calls="9"')}`),
    inbound: `<quota${byKey('calls="2"')}`,
  });
  const seen = [];
  for (let i = 0; i < 3; i++) seen.push((await gateway.ask('/')).status);
  assert.deepEqual(seen, [200, 200, 403]);
});

test('gateway: rate-limit-by-key @increment-count, quota-by-key @increment-count: an expression counts when the answer is known', async (t) => {
  const count = 'increment-count="@(context.Response.StatusCode == 201 ? 2 : 0)"';
  for (const [policy, refused] of [
    ['rate-limit', 429],
    ['quota', 403],
  ] as const) {
    const gateway = await startTestGateway(t, { inbound: `<${policy}${byKey(`calls="2" ${count}`)}` });
    const seen = [];
    for (const status of ['200', '200', '201', '200'])
      seen.push((await gateway.ask('/', { headers: { 'x-status': status } })).status);
    assert.deepEqual(seen, [200, 200, 201, refused], policy);
  }
});

test('gateway: mock-response @content-type: is said even where nothing is described', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<mock-response content-type="text/csv" />' });
  assert.equal((await gateway.ask('/')).headers.get('content-type'), 'text/csv');
});

const rule = (origin: string, ends: boolean) =>
  `<cors terminate-unmatched-request="${ends}"><allowed-origins><origin>${origin}</origin></allowed-origins><allowed-headers><header>*</header></allowed-headers></cors>`;

test('gateway: cors @terminate-unmatched-request: another policy in scope may answer a preflight, and only GET and HEAD end', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: rule('https://two.example', true),
    files: {
      'policy.xml': `<policies><inbound>${rule('https://one.example', false)}</inbound><backend><forward-request /></backend></policies>`,
    },
  });
  const preflight = async (origin: string) => {
    const headers = { origin, 'access-control-request-method': 'GET' };
    const answer = await gateway.ask('/', { method: 'OPTIONS', headers });
    return [answer.status, answer.headers.get('access-control-allow-origin')];
  };
  assert.deepEqual(await preflight('https://two.example'), [200, 'https://two.example']);
  assert.deepEqual(await preflight('https://three.example'), [200, null]);
  const headers = { origin: 'https://three.example' };
  assert.equal(await (await gateway.ask('/', { headers })).text(), '');
  assert.match(await (await gateway.ask('/', { method: 'POST', headers })).text(), /"method":"POST"/);
});

test('gateway: rate-limit-by-key @increment-condition, quota-by-key @increment-count: an expression that fails is an answer of 500', async (t) => {
  for (const policy of [
    `<rate-limit${byKey('calls="9" increment-condition="@((bool)context.Variables[&quot;none&quot;])"')}`,
    `<quota${byKey('calls="9" increment-count="@(-1)"')}`,
  ]) {
    const gateway = await startTestGateway(t, { inbound: policy });
    assert.equal((await gateway.ask('/')).status, 500, policy);
  }
});
