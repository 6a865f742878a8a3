import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, exchangeRequest, type Exchange } from '../fixtures/api.ts';
import { ops } from '../fixtures/ops.ts';
import { testStack } from '../fixtures/stack.ts';

const stack = await testStack();

async function shift(operation: string, ...to: string[]): Promise<string> {
  const shifted = await ops(stack.dir, 'shift', operation, ...to, '--force', '--reason', 'test');
  assert.equal(shifted.code, 0, shifted.out + shifted.err);
  return shifted.out;
}

test('what one arm writes, the other reads', async () => {
  const { gateway, keys } = stack.file;
  const key = keys.enterprise;
  for (const [writer, reader] of [
    ['legacy', 'functions'],
    ['functions', 'legacy'],
  ] as const) {
    await shift('exchanges.create', '--to', writer);
    const created = await call(gateway, 'POST', '/v1/exchanges', { key, body: exchangeRequest });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    assert.equal(created.headers.get('x-served-by'), writer);
    const { id } = created.body as Exchange;
    const answers = [];
    for (const arm of [writer, reader]) {
      await shift('exchanges.get', '--to', arm);
      const answer = await call(gateway, 'GET', `/v1/exchanges/${id}`, { key });
      assert.equal(answer.headers.get('x-served-by'), arm);
      answers.push(answer.body);
    }
    assert.deepEqual(answers[0], created.body);
    assert.deepEqual(answers[1], answers[0]);
    for (const arm of [writer, reader]) {
      await shift('exchanges.list', '--to', arm);
      const { body } = await call(gateway, 'GET', '/v1/exchanges?limit=1', { key });
      assert.deepEqual((body as { items: unknown[] }).items, [created.body]);
    }
  }
});

test('a shift says when the new revision was seen; a split keeps a subscriber on its arm; a rollback goes back', async () => {
  const { gateway, keys } = stack.file;
  const said = await shift('quotes.create', '--to', 'split', '--percent', '50');
  assert.match(said, /split:5000/);
  assert.match(said, /\d ms/);
  const body = { from: 'BTC', to: 'EUR', fromAmount: '0.25' };
  for (const key of Object.values(keys)) {
    const seen = new Set<string | null>();
    for (let turn = 0; turn < 10; turn++) {
      const answer = await call(gateway, 'POST', '/v1/quotes', { key, body });
      assert.equal(answer.headers.get('x-route-revision'), 'split:5000');
      seen.add(answer.headers.get('x-served-by'));
    }
    assert.equal(seen.size, 1, 'a subscriber does not flap');
  }
  const back = await ops(stack.dir, 'rollback', 'quotes.create');
  assert.equal(back.code, 0, back.out + back.err);
  const after = await call(gateway, 'POST', '/v1/quotes', { key: keys.free, body });
  assert.equal(after.headers.get('x-served-by'), 'legacy');
  const wrong = await ops(stack.dir, 'shift', 'quotes.creat', '--to', 'legacy');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /quotes\.create/);
});
