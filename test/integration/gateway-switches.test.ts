import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, startBackend, startTestGateway } from './gateway-harness.ts';

const switches = 1000;
const workers = 4;

test('a thousand switches under constant load drop no request and show no third state', async (t) => {
  const legacy = await startBackend('legacy');
  const functions = await startBackend('functions');
  const gateway = await startTestGateway({
    manifest: 'plans: { pro: { burst: { calls: 1000000, per: 300s } } }\ndefaults: { quota: 0 }\n',
    legacy: legacy.url,
    functions: functions.url,
    subscriptions: { partner: 'pro' },
  });
  let running = true;
  const seen = new Map<string, number>();
  const load = Array.from({ length: workers }, async () => {
    while (running) {
      const { status, headers, text } = await ask(gateway.url, 'GET', '/v1/quotes/qt_1', {
        headers: { 'x-api-key': 'key-partner' },
      });
      const { arm } = JSON.parse(text) as { arm: string };
      const state = `${status} ${String(headers['x-route-revision'])} ${String(headers['x-served-by'])} ${arm}`;
      seen.set(state, (seen.get(state) ?? 0) + 1);
    }
  });
  const flips: number[] = [];
  for (let index = 0; index < switches; index++) {
    const to = index % 2 === 0 ? 'functions' : 'legacy';
    const start = performance.now();
    await gateway.shift('route-quotes-get', to);
    for (;;) {
      const probe = await ask(gateway.url, 'GET', '/v1/quotes/qt_1', { headers: { 'x-route-probe': '1' } });
      assert.equal(probe.status, 204);
      if (probe.headers['x-route-revision'] === to) break;
      assert.equal(probe.headers['x-route-revision'], to === 'legacy' ? 'functions' : 'legacy');
    }
    flips.push(performance.now() - start);
  }
  running = false;
  // A request that was dropped has rejected by now.
  await Promise.all(load);
  assert.deepEqual([...seen.keys()].toSorted(), ['200 functions functions functions', '200 legacy legacy legacy']);
  const sorted = flips.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!.toFixed(1);
  const requests = [...seen.values()].reduce((sum, count) => sum + count, 0);
  t.diagnostic(`${requests} requests, ${switches} switches; time to flip p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
});
