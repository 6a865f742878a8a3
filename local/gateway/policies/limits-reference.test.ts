import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: rate-limit @calls: a request without a subscription is not counted', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<rate-limit calls="1" renewal-period="60" />' });
  assert.deepEqual([(await gateway.ask('/')).status, (await gateway.ask('/')).status], [200, 200]);
});

test('gateway: quota @calls: a request without a subscription is not counted', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<quota calls="1" renewal-period="300" />' });
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
