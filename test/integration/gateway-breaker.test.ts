import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, startBackend, startTestGateway } from './gateway-harness.ts';

const legacy = await startBackend('legacy');
const functions = await startBackend('functions');
const gateway = await startTestGateway({
  manifest: `
plans: { pro: { burst: { calls: 1000, per: 60s } } }
backends: { functions: { breaker: { failures: 3, within: 300s, open: 300s } } }
defaults: { mode: functions }
`,
  legacy: legacy.url,
  functions: functions.url,
  subscriptions: { partner: 'pro' },
});

const call = (method: string, target: string) =>
  ask(gateway.url, method, target, { headers: { 'x-api-key': 'key-partner' } });

test('functions that keep failing are left alone: a GET is answered by legacy, and counted; a POST is 503', async () => {
  functions.answer = (_, response) => response.writeHead(500).end();
  for (let turn = 0; turn < 3; turn++) assert.equal((await call('POST', '/v1/quotes')).status, 500);
  const { length } = functions.received;
  functions.answer = (_, response) => response.end('well again');

  const read = await call('GET', '/v1/quotes/qt_1');
  assert.deepEqual([read.status, read.headers['x-served-by'], read.headers['x-fallback']], [200, 'legacy', 'legacy']);
  const write = await call('POST', '/v1/quotes');
  assert.deepEqual([write.status, write.headers['x-served-by']], [503, 'functions']);
  assert.equal(functions.received.length, length);

  const metrics = await ask(gateway.administration.endpoint, 'GET', '/metrics', {
    headers: { authorization: 'Bearer operator' },
  });
  const { value } = JSON.parse(metrics.text) as { value: { name: string; dimensions: object; count: number }[] };
  assert.deepEqual(
    value.map(({ name, dimensions, count }) => ({ name, dimensions, count })),
    [{ name: 'route-fallback', dimensions: { operation: 'quotes.get' }, count: 1 }],
  );
});
