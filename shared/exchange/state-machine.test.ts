import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exchangeState } from '../contract/exchange.ts';
import {
  classify,
  exchangeStates,
  isProviderEventType,
  providerEventTypes,
  type ExchangeState,
} from './state-machine.ts';

const happy = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'] as const;

test('the contract names the same states', () => {
  assert.deepEqual(exchangeState.options, [...exchangeStates]);
});

test('the provider’s events in order lead to the end', () => {
  const states = happy.reduce<ExchangeState[]>(
    (seen, type) => {
      const result = classify(seen.at(-1)!, type);
      assert.equal(result.outcome, 'apply');
      return result.outcome === 'apply' ? [...seen, result.next] : seen;
    },
    ['awaiting_deposit'],
  );
  assert.deepEqual(states, ['awaiting_deposit', 'confirming', 'exchanging', 'sending', 'sending', 'finished']);
});

test('in any order, with early events held and tried again, an exchange finishes', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...happy, ...happy], { minLength: 10 }), (events) => {
      let state: ExchangeState = 'awaiting_deposit';
      let held: (typeof events)[number][] = [];
      for (const event of events) {
        held.push(event);
        for (let moved = true; moved;) {
          moved = false;
          const waiting: typeof held = [];
          for (const type of held) {
            const result = classify(state, type);
            assert.notEqual(result.outcome, 'forbidden');
            if (result.outcome === 'apply') {
              moved ||= result.next !== state;
              state = result.next;
            } else if (result.outcome === 'early') waiting.push(type);
          }
          held = waiting;
        }
      }
      assert.equal(state, 'finished');
      assert.deepEqual(held, []);
    }),
  );
});

test('what lies ahead is early, what lies behind is late', () => {
  assert.deepEqual(classify('awaiting_deposit', 'payout.confirmed'), { outcome: 'early' });
  assert.deepEqual(classify('finished', 'deposit.detected'), { outcome: 'late' });
  assert.deepEqual(classify('finished', 'payout.sent'), { outcome: 'late' });
});

test('a failure ends any running exchange, and only a refund follows it', () => {
  for (const state of ['awaiting_deposit', 'confirming', 'exchanging', 'sending'] as const) {
    assert.deepEqual(classify(state, 'exchange.failed'), { outcome: 'apply', next: 'failed' });
    assert.deepEqual(classify(state, 'refund.sent'), { outcome: 'early' });
  }
  assert.deepEqual(classify('failed', 'refund.sent'), { outcome: 'apply', next: 'refunded' });
  assert.deepEqual(classify('failed', 'exchange.failed'), { outcome: 'late' });
  assert.deepEqual(classify('finished', 'exchange.failed'), { outcome: 'forbidden' });
  assert.deepEqual(classify('finished', 'refund.sent'), { outcome: 'forbidden' });
});

test('money that comes after the end may only go back', () => {
  for (const state of ['expired', 'canceled'] as const) {
    assert.deepEqual(classify(state, 'deposit.detected'), { outcome: 'forbidden' });
    assert.deepEqual(classify(state, 'refund.sent'), { outcome: 'apply', next: 'refunded' });
  }
});

test('nothing leaves a final state', () => {
  for (const state of ['finished', 'refunded'] as const) {
    for (const type of providerEventTypes) assert.notEqual(classify(state, type).outcome, 'apply', `${state} ${type}`);
  }
});

test('other names are no events', () => {
  assert.equal(isProviderEventType('deposit.detected'), true);
  assert.equal(isProviderEventType('constructor'), false);
});
