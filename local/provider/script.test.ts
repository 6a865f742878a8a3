import assert from 'node:assert/strict';
import { test } from 'node:test';
import { script, type ScriptOptions } from './script.ts';

const plain: ScriptOptions = { seed: 1, delayMs: 100, duplicates: 0, disorder: 0, failures: 0 };
const types = (options: ScriptOptions, id = 'ex_1') => script(id, options).map((sending) => sending.event.type);

test('an exchange is carried to its end, in order', () => {
  assert.deepEqual(types(plain), [
    'deposit.detected',
    'deposit.confirmed',
    'trade.completed',
    'payout.sent',
    'payout.confirmed',
  ]);
  assert.equal(types({ ...plain, failures: 1 }).at(-1), 'refund.sent');
});

test('the same seed repeats the same script; another seed does not', () => {
  const noisy = { ...plain, duplicates: 0.5, disorder: 0.5 };
  assert.deepEqual(script('ex_1', noisy), script('ex_1', noisy));
  assert.notDeepEqual(script('ex_1', noisy), script('ex_1', { ...noisy, seed: 2 }));
});

test('duplicates repeat the event id, disorder swaps neighbours, nothing is left out', () => {
  const sent = script('ex_1', { ...plain, duplicates: 1, disorder: 1 });
  assert.equal(sent.length, 10);
  assert.equal(new Set(sent.map((sending) => sending.event.id)).size, 5);
  const firsts = [...new Set(sent.map((sending) => sending.event.type))];
  assert.notDeepEqual(firsts, types(plain));
  assert.deepEqual([...firsts].sort(), [...types(plain)].sort());
});
