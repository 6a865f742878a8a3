import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { armOf, routeSalt } from '../../shared/migration/arms.ts';
import { parseRouteState } from '../../shared/migration/route-state.ts';
import { ask, startBackend, startTestGateway, type Answered, type Backend } from './gateway-harness.ts';

const partners = Array.from({ length: 24 }, (_, index) => `partner-${index}`);
const manifest = `
plans: { free: { burst: { calls: 3, per: 300s } }, pro: { burst: { calls: 100000, per: 60s } } }
backends: { functions: { breaker: { failures: 10000, within: 1s, open: 1s } } }
routes:
  quotes.create: { maxBody: 1KB, quota: 3, timeout: 1s }
  quotes.get: { timeout: 1s }
  currencies.list: { deprecation: { since: 2027-01-01, sunset: 2027-07-01, link: "https://exchange.example/v2" } }
  pairs.list: { quota: 0, cache: { for: 1h, scope: shared, varyByQuery: [base] } }
  exchanges.list: { stickBy: "header:x-tenant" }
  exchanges.get: { stickBy: "query:tenant" }
  callbacks.receive: { stickBy: "body:/exchangeId" }
`;

const figures = {
  'content-type': 'application/json',
  'RateLimit-Policy': '"daily";q=200;w=86400',
  RateLimit: '"daily";r=137;t=3600',
  'X-RateLimit-Limit': '200',
  'X-RateLimit-Remaining': '137',
  'X-RateLimit-Reset': '1767657600',
};

// Not in a hook: what a hook registers to be done after is done right after the hook.
const legacy = await startBackend('legacy');
const functions = await startBackend('functions');
const gateway = await startTestGateway({
  manifest,
  legacy: legacy.url,
  functions: functions.url,
  subscriptions: { ...Object.fromEntries(partners.map((name) => [name, 'pro'])), small: 'free' },
});

beforeEach(() => {
  legacy.received = [];
  functions.received = [];
  legacy.answer = (_, response) => response.end('{"arm":"legacy"}');
  functions.answer = ({ url }, response) =>
    url === '/internal/quotas/consume'
      ? response.writeHead(200, figures).end('{}')
      : response.end('{"arm":"functions"}');
});

const call = (method: string, target: string, key: string | undefined, options: Parameters<typeof ask>[3] = {}) =>
  ask(gateway.url, method, target, {
    ...options,
    headers: { ...(key !== undefined && { 'x-api-key': `key-${key}` }), ...options.headers },
  });

function problem(answer: Answered): { type: string; status: number; detail: string } {
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  const body = JSON.parse(answer.text) as { type: string; status: number; detail: string };
  assert.equal(body.status, answer.status);
  return { ...body, type: body.type.replace('https://exchange.example/problems/', '') };
}

test('each state of a switch sends everyone where it says, and answers carry it', async () => {
  for (const text of ['legacy', 'functions', 'shadow', 'split:0', 'split:10000']) {
    await gateway.shift('route-quotes-get', text);
    const arm = ['functions', 'split:10000'].includes(text) ? 'functions' : 'legacy';
    const answer = await call('GET', '/v1/quotes/qt_1', 'partner-0');
    assert.equal(answer.status, 200);
    assert.equal(answer.text, `{"arm":"${arm}"}`);
    assert.equal(answer.headers['x-served-by'], arm);
    assert.equal(answer.headers['x-route-revision'], text);
  }
  await gateway.shift('route-quotes-get', 'legacy');
});

test('a switch that holds no state of a route means legacy, and answers and probes say that it is invalid', async () => {
  for (const text of ['nonsense', 'split:99999', 'split:-1', 'split:010000', 'Functions']) {
    await gateway.shift('route-quotes-get', text);
    const answer = await call('GET', '/v1/quotes/qt_1', 'partner-0');
    assert.deepEqual([answer.status, answer.text], [200, '{"arm":"legacy"}'], text);
    assert.equal(answer.headers['x-served-by'], 'legacy');
    assert.equal(answer.headers['x-route-revision'], 'invalid');
    const probe = await call('GET', '/v1/quotes/qt_1', undefined, { headers: { 'x-route-probe': '1' } });
    assert.equal(probe.headers['x-route-revision'], 'invalid');
    // Without a key it fails before inbound.
    const refused = await call('GET', '/v1/quotes/qt_1', undefined);
    assert.deepEqual([refused.status, refused.headers['x-route-revision']], [401, 'invalid']);
  }
  await gateway.shift('route-quotes-get', 'legacy');
});

test('a split deals subscribers as the TypeScript of the project does', async () => {
  await gateway.shift('route-quotes-get', 'split:5000');
  const state = parseRouteState('split:5000');
  const arms = new Set<string>();
  for (const partner of partners) {
    const expected = armOf(state, routeSalt('exchange-v1', 'quotes.get'), partner);
    arms.add(expected);
    for (let turn = 0; turn < 2; turn++) {
      const answer = await call('GET', '/v1/quotes/qt_1', partner);
      assert.equal(answer.headers['x-served-by'], expected, partner);
    }
  }
  assert.equal(arms.size, 2);
  await gateway.shift('route-quotes-get', 'legacy');
});

for (const [what, name, operation, send] of [
  [
    'a header',
    'route-exchanges-list',
    'exchanges.list',
    (tenant: string) => call('GET', '/v1/exchanges', 'partner-0', { headers: { 'x-tenant': tenant } }),
  ],
  [
    'a query parameter',
    'route-exchanges-get',
    'exchanges.get',
    (tenant: string) => call('GET', `/v1/exchanges/ex_1?tenant=${encodeURIComponent(tenant)}`, 'partner-0'),
  ],
  [
    'a field of the body',
    'route-callbacks-receive',
    'callbacks.receive',
    (tenant: string) =>
      call('POST', '/v1/callbacks/simulator', undefined, { body: JSON.stringify({ exchangeId: tenant }) }),
  ],
] as const)
  test(`a split sticks by ${what}`, async () => {
    await gateway.shift(name, 'split:5000');
    const state = parseRouteState('split:5000');
    for (let index = 0; index < 12; index++) {
      const tenant = `tenant-${index}`;
      const answer = await send(tenant);
      assert.equal(answer.headers['x-served-by'], armOf(state, routeSalt('exchange-v1', operation), tenant), tenant);
    }
    await gateway.shift(name, 'legacy');
  });

test('the body that a split reads reaches the arm byte for byte', async () => {
  await gateway.shift('route-callbacks-receive', 'split:10000');
  const body = '{ "exchangeId" : "ex_ü",\n"amount": 1.10 }';
  await call('POST', '/v1/callbacks/simulator', undefined, { body });
  assert.equal(functions.received.at(-1)?.body, body);
  const broken = await call('POST', '/v1/callbacks/simulator', undefined, { body: '{"exchangeId":' });
  assert.equal(broken.status, 400);
  assert.equal(problem(broken).type, 'malformed-body');
  await gateway.shift('route-callbacks-receive', 'legacy');
});

test('nobody says by a header who they are', async () => {
  const forged = {
    'x-partner-id': 'someone-else',
    'X-Plan': 'enterprise',
    'x-gateway-key': 'guess',
    'x-quota-limit': '9',
    'x-quota-used': '9',
    'x-quota-remaining': '9',
    'x-quota-reset': '9',
    'x-quota-cost': '0',
    'x-served-by': 'me',
    'x-fallback': 'me',
    'x-route-revision': 'me',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
  await gateway.shift('route-quotes-get', 'functions');
  await call('GET', '/v1/quotes/qt_1?a=1&api-key=key-partner-1', 'partner-0', { headers: forged });
  const { headers, url } = functions.received.at(-1)!;
  assert.equal(headers['x-partner-id'], 'partner-0');
  assert.equal(headers['x-plan'], 'pro');
  assert.equal(headers['x-gateway-key'], 'the gateway');
  assert.equal(headers['x-quota-cost'], '1');
  for (const name of [
    'x-api-key',
    'x-quota-limit',
    'x-quota-used',
    'x-quota-remaining',
    'x-quota-reset',
    'x-served-by',
  ])
    assert.equal(headers[name], undefined, name);
  assert.equal(headers['x-fallback'] ?? headers['x-route-revision'], undefined);
  assert.match(headers['traceparent'] as string, /^00-0af7651916cd43dd8448eb211c80319c-/);
  assert.equal(url, '/v1/quotes/qt_1?a=1');
  await gateway.shift('route-quotes-get', 'legacy');
});

test('a public operation has no partner, whatever the client says, with and without a key', async () => {
  await gateway.shift('route-health', 'functions');
  const answer = await call('GET', '/v1/health', undefined, { headers: { 'x-partner-id': 'me', 'x-plan': 'pro' } });
  assert.equal(answer.status, 200);
  assert.equal(
    functions.received.at(-1)?.headers['x-partner-id'] ?? functions.received.at(-1)?.headers['x-plan'],
    undefined,
  );
  assert.equal((await call('GET', '/v1/health', 'partner-0')).status, 200);
});

test('without a key, or with a wrong one, nothing reaches an arm', async () => {
  const none = await call('GET', '/v1/quotes/qt_1', undefined);
  assert.equal(none.status, 401);
  assert.equal(problem(none).type, 'unauthorized');
  assert.match(problem(none).detail, /Send a subscription key/);
  assert.ok(none.headers['www-authenticate']);
  assert.equal(none.headers['x-route-revision'], 'legacy');
  const wrong = await call('GET', '/v1/quotes/qt_1', 'nobody');
  assert.equal(wrong.status, 401);
  assert.match(problem(wrong).detail, /not an active one/);
  assert.equal(legacy.received.length + functions.received.length, 0);
});

test('what is no operation is a problem, internal operations included', async () => {
  for (const target of ['/v1/nothing', '/internal/quotas/consume', '/']) {
    const answer = await call('POST', target, 'partner-0', { body: '{}' });
    assert.equal(answer.status, 404, target);
    assert.equal(problem(answer).type, 'not-found');
  }
  assert.equal(legacy.received.length + functions.received.length, 0);
});

test('the correlation id of a client is kept when it is harmless, made otherwise, and echoed', async () => {
  const sent = await call('GET', '/v1/quotes/qt_1', 'partner-0', { headers: { 'x-correlation-id': 'abc-1' } });
  assert.equal(sent.headers['x-correlation-id'], 'abc-1');
  assert.equal(legacy.received.at(-1)?.headers['x-correlation-id'], 'abc-1');
  const made = await call('GET', '/v1/quotes/qt_1', 'partner-0', { headers: { 'x-correlation-id': 'a b"c' } });
  assert.match(made.headers['x-correlation-id'] as string, /^[0-9a-f-]{36}$/);
});

test('what legacy answers is charged where functions keeps the count', async () => {
  const answer = await call('POST', '/v1/quotes', 'partner-0', { body: '{}' });
  const [charge] = functions.received;
  assert.ok(charge);
  assert.equal(charge.url, '/internal/quotas/consume');
  assert.deepEqual(JSON.parse(charge.body), { operation: 'quotes.create', cost: 3 });
  assert.equal(charge.headers['x-gateway-key'], 'the gateway');
  assert.equal(charge.headers['x-partner-id'], 'partner-0');
  assert.equal(charge.headers['x-plan'], 'pro');
  const { headers } = legacy.received.at(-1)!;
  const quota = ['limit', 'used', 'remaining', 'reset'].map((name) => headers[`x-quota-${name}`]);
  assert.deepEqual(quota, ['200', '63', '137', '1767657600']);
  assert.equal(answer.headers['ratelimit'], '"daily";r=137;t=3600');
  assert.equal(answer.headers['ratelimit-policy'], '"daily";q=200;w=86400');
  assert.equal(answer.headers['x-ratelimit-remaining'], '137');
});

test('a used-up quota is passed on as functions said it', async () => {
  const body = '{"type":"https://exchange.example/problems/quota-exceeded","status":429}';
  functions.answer = (_, response) =>
    response
      .writeHead(429, {
        'content-type': 'application/problem+json',
        'retry-after': '60',
        RateLimit: '"daily";r=0;t=60',
      })
      .end(body);
  const answer = await call('POST', '/v1/quotes', 'partner-0', { body: '{}' });
  assert.equal(answer.status, 429);
  assert.equal(answer.text, body);
  assert.equal(answer.headers['retry-after'], '60');
  assert.equal(answer.headers['ratelimit'], '"daily";r=0;t=60');
  assert.equal(answer.headers['x-route-revision'], 'legacy');
  assert.equal(legacy.received.length, 0);
});

test('legacy goes on uncharged while functions cannot count', async () => {
  functions.answer = (_, response) => response.writeHead(500).end();
  const answer = await call('POST', '/v1/quotes', 'partner-0', { body: '{}' });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['ratelimit'], undefined);
  assert.equal(legacy.received.at(-1)?.headers['x-quota-limit'], undefined);
});

test('the burst limit of the plan is a problem with Retry-After, and a probe is not counted', async () => {
  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const probe = await call('GET', '/v1/quotes/qt_1', 'small', { headers: { 'x-route-probe': '1' } });
    assert.equal(probe.status, 204);
    const answer = await call('GET', '/v1/quotes/qt_1', 'small');
    statuses.push(answer.status);
    if (answer.status === 429) {
      assert.equal(problem(answer).type, 'rate-limited');
      assert.match(answer.headers['retry-after'] ?? '', /^\d+$/);
    }
  }
  assert.deepEqual(statuses, [200, 200, 200, 429]);
});

test('a probe tells the state of a route and touches nothing', async () => {
  const answer = await call('POST', '/v1/quotes', undefined, { headers: { 'x-route-probe': '1' } });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers['x-route-revision'], 'legacy');
  assert.equal(legacy.received.length + functions.received.length, 0);
});

test('a GET that functions fail is answered by legacy, and says so', async () => {
  await gateway.shift('route-quotes-get', 'functions');
  const failures: [string, Backend['answer']][] = [
    ['an error', (_, response) => response.writeHead(500).end()],
    ['a broken connection', (_, response) => response.destroy()],
    ['silence', () => {}],
  ];
  for (const [what, answer] of failures) {
    functions.answer = answer;
    const fallback = await call('GET', '/v1/quotes/qt_1?a=%20b', 'partner-0');
    assert.equal(fallback.status, 200, what);
    assert.equal(fallback.text, '{"arm":"legacy"}');
    assert.equal(fallback.headers['x-served-by'], 'legacy');
    assert.equal(fallback.headers['x-fallback'], 'legacy');
    assert.equal(fallback.headers['x-route-revision'], 'functions');
    const { url, headers } = legacy.received.at(-1)!;
    assert.equal(url, '/v1/quotes/qt_1?a=%20b');
    assert.equal(headers['x-partner-id'], 'partner-0');
    assert.equal(headers['x-gateway-key'], 'the gateway');
  }
  await gateway.shift('route-quotes-get', 'legacy');
});

test('a client error of functions is no failure, and a POST never falls back', async () => {
  await gateway.shift('route-quotes-get', 'functions');
  await gateway.shift('route-quotes-create', 'functions');
  functions.answer = (_, response) => response.writeHead(404).end();
  const missing = await call('GET', '/v1/quotes/qt_1', 'partner-0');
  assert.deepEqual([missing.status, missing.headers['x-fallback']], [404, undefined]);
  functions.answer = (_, response) => response.writeHead(502).end();
  const failed = await call('POST', '/v1/quotes', 'partner-0', { body: '{}' });
  assert.deepEqual([failed.status, failed.headers['x-served-by']], [502, 'functions']);
  functions.answer = (_, response) => response.destroy();
  const broken = await call('POST', '/v1/quotes', 'partner-0', { body: '{}' });
  assert.equal(broken.status, 503);
  assert.equal(problem(broken).type, 'unavailable');
  assert.equal(broken.headers['x-served-by'], 'functions');
  assert.equal(legacy.received.length, 0);
  await gateway.shift('route-quotes-get', 'legacy');
  await gateway.shift('route-quotes-create', 'legacy');
});

test('both arms failing is the answer of the one that was asked', async () => {
  await gateway.shift('route-quotes-get', 'functions');
  functions.answer = (_, response) => response.writeHead(500).end('functions failed');
  legacy.answer = (_, response) => response.destroy();
  const answer = await call('GET', '/v1/quotes/qt_1', 'partner-0');
  assert.deepEqual([answer.status, answer.text, answer.headers['x-served-by']], [500, 'functions failed', 'functions']);
  await gateway.shift('route-quotes-get', 'legacy');
});

test('a body that is too large is turned away, with and without its length', async () => {
  const body = JSON.stringify({ padding: 'x'.repeat(2000) });
  for (const chunked of [false, true]) {
    const answer = await call('POST', '/v1/quotes', 'partner-0', { body, chunked });
    assert.equal(answer.status, 413, chunked ? 'chunked' : 'with its length');
    assert.equal(problem(answer).type, 'body-too-large');
  }
  assert.equal(legacy.received.length, 0);
  const small = await call('POST', '/v1/quotes', 'partner-0', { body: '{"a":1}', chunked: true });
  assert.equal(small.status, 200);
  assert.equal(legacy.received.at(-1)?.body, '{"a":1}');
});

test('an operation that goes away says when, and where to learn more', async () => {
  const { headers } = await call('GET', '/v1/currencies', 'partner-0');
  assert.equal(headers['deprecation'], '@1798761600');
  assert.equal(headers['sunset'], 'Thu, 01 Jul 2027 00:00:00 GMT');
  assert.equal(headers['link'], '<https://exchange.example/v2>; rel="deprecation"; type="text/html"');
});

test('a kept answer is repeated to its arm only, and has headers of its own', async () => {
  let count = 0;
  legacy.answer = (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(String(++count));
  const first = await call('GET', '/v1/pairs', 'partner-0', { headers: { 'x-correlation-id': 'one' } });
  const second = await call('GET', '/v1/pairs', 'partner-1', { headers: { 'x-correlation-id': 'two' } });
  assert.deepEqual([first.text, second.text], ['1', '1']);
  assert.equal(second.headers['x-correlation-id'], 'two');
  assert.equal(functions.received.length, 0);
  assert.equal((await call('GET', '/v1/pairs?base=BTC', 'partner-0')).text, '2');
  await gateway.shift('route-pairs-list', 'functions');
  const other = await call('GET', '/v1/pairs', 'partner-0');
  assert.deepEqual([other.text, other.headers['x-served-by']], ['{"arm":"functions"}', 'functions']);
});
