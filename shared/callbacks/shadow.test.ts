import assert from 'node:assert/strict';
import { it } from 'node:test';
import { differences, type RecordedTransition } from './shadow.ts';

const row = (type: string, outcome: string, state: RecordedTransition['state'], exchangeId = 'ex_1') => {
  return { exchangeId, eventId: type.startsWith('exchange.c') ? null : `evt_${type}`, type, outcome, state };
};

it('agrees with transitions that the state machine allows', () => {
  const history = [
    row('exchange.created', 'applied', 'awaiting_deposit'),
    row('deposit.detected', 'applied', 'confirming'),
    row('deposit.detected', 'applied', 'confirming', 'ex_2'),
    row('deposit.confirmed', 'applied', 'exchanging'),
    row('deposit.detected', 'late', 'exchanging'),
    row('never.heard.of', 'unknown-type', 'exchanging'),
    row('exchange.failed', 'applied', 'failed'),
    row('payout.sent', 'forbidden', 'failed'),
  ];
  assert.deepEqual([...differences(history)], []);
});

it('follows changes that no callback made', () => {
  const history = [row('exchange.canceled', 'applied', 'canceled'), row('deposit.detected', 'forbidden', 'canceled')];
  assert.deepEqual([...differences(history)], []);
});

it('shows a transition that this engine would not make', () => {
  const history = [row('deposit.detected', 'applied', 'confirming'), row('trade.completed', 'applied', 'sending')];
  const [difference, ...others] = differences(history);
  assert.deepEqual(difference?.recorded, { outcome: 'applied', state: 'sending' });
  assert.deepEqual(difference.expected, { outcome: 'early', state: 'confirming' });
  assert.deepEqual(others, []);
});

it('shows an event that was dropped although it should have been applied', () => {
  const [difference] = differences([row('deposit.detected', 'late', 'awaiting_deposit')]);
  assert.deepEqual(difference?.expected, { outcome: 'applied', state: 'confirming' });
});
