import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../shared/contract/operation.ts';
import { operations } from '../../shared/contract/operations.ts';
import { problemMediaType } from '../../shared/contract/problems.ts';
import type { Answer, Arms, Call } from './arms.ts';
import { isDocumented } from './documented.ts';

const quoteId = 'qt_0199d5a0-5c1e-7b3a-9f4e-2a6d1c8b7e50';
const exchangeId = 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61';
const payoutAddress = '0x52908400098527886E0F7030069857D2E4169EE7';

/** Requests whose answers must not differ between the arms, and the status they must have. */
const requests: { name: string; status: number; call: Call }[] = [
  ...['/v1/health', '/v1/currencies', '/v1/currencies?kind=fiat', '/v1/pairs', '/v1/pairs?from=BTC&limit=200'].map(get),
  ...['/v1/pairs?to=JPY&limit=3', '/v1/pairs?from=XYZ', '/v1/pairs/BTC-ETH', '/v1/pairs/DOGE-KRW'].map(get),
  ...['/v1/exchanges?state=failed', '/v1/usage'].map(get),
  refused(404, '/v1/pairs/BTC-XYZ', '/v1/pairs/BTC-BTC', `/v1/quotes/${quoteId}`, `/v1/exchanges/${exchangeId}`),
  refused(404, `/v1/exchanges/${exchangeId}/events`),
  refused(400, '/v1/health?x=1', '/v1/currencies?kind=gold&sort=up', '/v1/currencies?kind=fiat&kind=crypto'),
  refused(
    400,
    '/v1/pairs?limit=0',
    '/v1/pairs?limit=201',
    '/v1/pairs?limit=1e2',
    '/v1/pairs?limit=',
    '/v1/pairs?limit=%20',
  ),
  refused(400, '/v1/pairs?from=btc&to=e&limit=x&cursor=!&z=1', '/v1/pairs?cursor=____', '/v1/pairs?cursor=AAAA'),
  refused(400, '/v1/pairs/btc-eth', '/v1/pairs/BTC', '/v1/quotes/1', '/v1/exchanges/ex_1', '/v1/quotes/__proto__'),
  refused(400, '/v1/exchanges?state=lost&limit=101', '/v1/exchanges?__proto__=1&constructor=2', '/v1/pairs?from=%FF'),
  refused(404, '/v1/nothing', '/', '/v1', '/v2/pairs'),
  ...[
    {},
    { from: 'BTC' },
    { from: 'btc', to: 1, fromAmount: 0.25 },
    { from: null, to: [], fromAmount: {} },
    { from: 'BTC', to: 'ETH', fromAmount: '0' },
    { from: 'BTC', to: 'ETH', fromAmount: '-1' },
    { from: 'BTC', to: 'ETH', fromAmount: '1e3' },
    { from: 'BTC', to: 'ETH', fromAmount: '01' },
    { from: 'BTC', to: 'ETH', fromAmount: '.5' },
    { from: 'BTC', to: 'ETH', fromAmount: '1', colour: 'red', 'a/b~c': 1 },
    [],
    'text',
    7,
    null,
    [[]],
  ].map((body) => post(400, '/v1/quotes', JSON.stringify(body), { 'content-type': 'application/json' })),
  ...[
    ['XYZ', 'ETH', '1'],
    ['BTC', 'BTC', '1'],
  ].map(([from, to, fromAmount]) => post(422, '/v1/quotes', { from, to, fromAmount })),
  ...['0.000000001', '0.0000000000000001', '1000000', '999999999999999999.123456789'].map((fromAmount) =>
    post(422, '/v1/quotes', { from: 'BTC', to: 'ETH', fromAmount }),
  ),
  ...[
    {},
    { payoutAddress },
    { colour: 'red', from: 7, reference: [] },
    JSON.parse('{"__proto__":"","quoteId":1}') as unknown,
    { payoutAddress: 'short', quoteId },
    { payoutAddress, quoteId, from: 'BTC' },
    { payoutAddress, from: 'BTC', to: 'ETH' },
    { payoutAddress, quoteId: 'qt_1', from: 'BTC' },
    { payoutAddress, quoteId, refundAddress: '', reference: '' },
    { payoutAddress, quoteId, reference: 7 },
    { payoutAddress, quoteId, reference: 'naïve' },
    { payoutAddress, from: 'BTC', to: 'ETH', fromAmount: '1', note: 'x' },
  ].map((body) => post(400, '/v1/exchanges', body)),
  post(422, '/v1/exchanges', { payoutAddress, quoteId }),
  post(422, '/v1/exchanges', { payoutAddress, from: 'BTC', to: 'XYZ', fromAmount: '1' }),
  post(422, '/v1/exchanges', { payoutAddress, from: 'BTC', to: 'ETH', fromAmount: '1000000' }),
  post(400, '/v1/exchanges?dry=1', { payoutAddress }, { 'idempotency-key': 'two words' }),
  post(404, `/v1/exchanges/${exchangeId}/cancel`, undefined),
  post(400, '/v1/exchanges/ex_1/cancel', undefined),
  post(400, '/v1/quotes', '{"from":', { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', '{"from":"BTC",}', { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', '\u{FEFF}{}', { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', Buffer.from('{"from":"\xC3\x28"}', 'latin1'), { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', Buffer.from('{"from":"BTC"}', 'utf16le'), { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', '', { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', '['.repeat(33) + ']'.repeat(33), { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', '['.repeat(30_000), { 'content-type': 'application/json' }),
  post(400, '/v1/quotes', `{"__proto__":{"from":"BTC"},"constructor":1}`, { 'content-type': 'application/json' }),
  post(415, '/v1/quotes', '{}'),
  post(415, '/v1/quotes', 'from=BTC', { 'content-type': 'application/x-www-form-urlencoded' }),
  post(415, '/v1/quotes', '{}', { 'content-type': 'application/json; charset=latin1' }),
  post(415, '/v1/quotes', '{}', { 'content-type': 'application/jsonx' }),
  post(415, '/v1/quotes', '{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
  post(400, '/v1/quotes', '{}', { 'content-type': 'Application/JSON; Charset="UTF-8"' }),
  post(413, '/v1/quotes', ' '.repeat(65_537), { 'content-type': 'application/json' }),
  { name: 'DELETE /v1/quotes', status: 405, call: { method: 'DELETE', path: '/v1/quotes' } },
  { name: 'POST /v1/pairs', status: 405, call: { method: 'POST', path: '/v1/pairs', body: {} } },
  { name: 'OPTIONS /v1/exchanges', status: 405, call: { method: 'OPTIONS', path: '/v1/exchanges' } },
  { name: 'PATCH /v1/nothing', status: 404, call: { method: 'PATCH', path: '/v1/nothing', body: {} } },
].flat();

/** Both arms answer the same requests with the same status, type and body. */
export function sameAnswers({ arms, armsWith, call, bare, stack }: Arms): void {
  for (const { name, status, call: request } of requests) {
    test(`both arms: ${name}`, async () => {
      const [legacy, functions] = await Promise.all(arms.map((arm) => call(arm, request)));
      assert.deepEqual(comparable(functions!), comparable(legacy!));
      assert.equal(functions!.status, status, functions!.text);
      checkShape(functions!, request);
    });
  }

  for (const operation of operations.filter(({ access }) => access !== 'public' && access !== 'gateway')) {
    test(`both arms: ${operation.id} is 401 without the gateway's key, and with another`, async () => {
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => (name === 'pair' ? 'BTC-ETH' : 'x'));
      const identity = { 'x-partner-id': 'partner-1', 'x-plan': 'enterprise' };
      for (const arm of armsWith(operation.id)) {
        const wrong: Record<string, string>[] = [
          {},
          { 'x-gateway-key': '' },
          { 'x-gateway-key': `${stack.gatewayKey}0` },
        ];
        for (const key of wrong) {
          const answer = await bare(arm, { method: operation.method, path, headers: { ...identity, ...key } });
          assert.equal(answer.status, 401, arm.name);
          assert.equal(answer.headers['content-type'], problemMediaType);
        }
      }
    });
  }

  test('both arms: a caller that the gateway did not name is 401', async () => {
    const headers = { 'x-gateway-key': stack.gatewayKey };
    for (const arm of arms) assert.equal((await bare(arm, { path: '/v1/currencies', headers })).status, 401);
  });

  for (const path of ['///v1', '/v1/quotes/%00', '/v1/pairs/%zz', '/v1/pairs?limit=%zz&%=%', '/v1/%2e%2e/x']) {
    test(`both arms: GET ${path} is a caller's mistake`, async () => {
      for (const answer of await Promise.all(arms.map((arm) => call(arm, { path })))) {
        assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
        assert.equal(answer.headers['content-type'], problemMediaType);
      }
    });
  }

  test('both arms: a huge body of unknown length is 413, and the arm goes on', async () => {
    for (const arm of arms) {
      const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const huge = Buffer.alloc(5_000_000, 0x20);
      const answer = await call(arm, { method: 'POST', path: '/v1/quotes', body: huge, headers });
      assert.equal(answer.status, 413, `${arm.name}: ${answer.text}`);
      assert.equal(answer.headers['content-type'], problemMediaType);
      assert.equal((await call(arm, { path: '/v1/currencies' })).status, 200, arm.name);
    }
  });

  test('both arms: a correlation id comes back, and one is made for those who sent none', async () => {
    for (const arm of arms) {
      const given = await call(arm, { path: '/v1/nothing', headers: { 'x-correlation-id': 'abc-1' } });
      assert.equal(given.headers['x-correlation-id'], 'abc-1');
      const made = await call(arm, { path: '/v1/health' });
      assert.match(String(made.headers['x-correlation-id']), /^[\w-]{36}$/);
    }
  });
}

function comparable({ status, headers, json }: Answer) {
  return {
    status,
    type: headers['content-type'],
    allow: headers.allow,
    location: headers.location,
    json: steady(json),
  };
}

// The legacy arm repeats the quota it is told; the functions arm has just counted.
function steady(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('used_today' in json)) return json;
  return { ...json, used_today: 0, remaining: 0 };
}

function checkShape(answer: Answer, request: Call): void {
  if (answer.status >= 400) {
    const { type, title, status, errors } = answer.json as Record<string, unknown>;
    assert.equal(answer.headers['content-type'], problemMediaType);
    assert.match(String(type), /^https:\/\/exchange\.example\/problems\/[a-z-]+$/);
    assert.equal(status, answer.status);
    assert.ok(title);
    if (String(type).endsWith('/validation-failed')) assert.ok((errors as unknown[]).length > 0);
  }
  const operation = operationOf(request);
  if (!operation) return;
  isDocumented(operation, answer);
  const { schema } = operation.responses[answer.status] ?? {};
  if (schema) assert.deepEqual(schema.parse(answer.json), answer.json);
}

function operationOf(request: Call): Operation | undefined {
  const path = request.path.split('?')[0]!;
  return operations.find(
    (candidate) =>
      candidate.method === (request.method ?? 'GET') &&
      new RegExp(`^${candidate.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
}

function get(path: string) {
  return { name: `GET ${path}`, status: 200, call: { path } };
}

function refused(status: number, ...paths: string[]) {
  return paths.map((path) => ({ name: `GET ${path}`, status, call: { path } }));
}

function post(status: number, path: string, body: unknown, headers: Record<string, string> = {}) {
  const shown = Buffer.isBuffer(body)
    ? body.toString('latin1')
    : typeof body === 'string'
      ? body
      : JSON.stringify(body);
  const extra = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return {
    name: ['POST', path, (shown ?? 'no body').slice(0, 60), ...extra].join(' '),
    status,
    call: { method: 'POST', path, body, headers },
  };
}
