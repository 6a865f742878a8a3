import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, inParallel } from '../fixtures/api.ts';
import { testStack } from '../fixtures/stack.ts';

const stack = await testStack();

test('without a key, or with a wrong one, the answer is 401 problem+json', async () => {
  for (const options of [{}, { key: 'wrong' }]) {
    const answer = await call(stack.file.gateway, 'GET', '/v1/currencies', options);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal((answer.body as { status: number }).status, 401);
  }
});

test('the arms called directly, without the key of the gateway, answer 401', async () => {
  for (const arm of [stack.file.functions, stack.file.legacy]) {
    const headers = { 'x-partner-id': 'free', 'x-plan': 'free' };
    assert.equal((await call(arm, 'GET', '/v1/usage', { headers })).status, 401);
    assert.equal((await call(arm, 'GET', '/v1/health')).status, 200);
  }
});

test('an identity that a client claims has no effect', async () => {
  const { gateway, keys } = stack.file;
  const headers = { 'x-partner-id': 'enterprise', 'x-plan': 'enterprise', 'x-quota-remaining': '9999' };
  const { status, body } = await call(gateway, 'GET', '/v1/usage', { key: keys.free, headers });
  assert.equal(status, 200);
  assert.equal((body as { plan: string }).plan, 'free');
  assert.equal((body as { daily_limit: number }).daily_limit, 200);
});

test('of 100 parallel requests on a plan with 50 left, 50 pass, whatever arm they take', async () => {
  const { functions, gatewayKey } = stack.file;
  const caller = { 'x-gateway-key': gatewayKey, 'x-partner-id': 'quota-test', 'x-plan': 'free' };
  const consume = (cost: number) =>
    call(functions, 'POST', '/internal/quotas/consume', {
      headers: caller,
      body: { operation: 'quotes.create', cost },
    });
  assert.equal((await consume(150)).status, 200);
  const statuses = await inParallel(
    Array.from({ length: 100 }, (_, index) => index),
    100,
    async (index) => {
      const answer = index % 2 ? await consume(1) : await call(functions, 'GET', '/v1/currencies', { headers: caller });
      if (answer.status === 429) {
        assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
        assert.ok(Number(answer.headers.get('retry-after')) > 0);
      }
      return answer.status;
    },
  );
  assert.equal(statuses.filter((status) => status === 200).length, 50);
  assert.equal(statuses.filter((status) => status === 429).length, 50);
  const usage = await call(functions, 'GET', '/v1/usage', { headers: caller });
  assert.equal((usage.body as { remaining: number }).remaining, 0);
});
