import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProblemError } from '../contract/errors.ts';
import type { Currency } from './currencies.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { midRate, priceOf } from './pricing.ts';

function currency(code: string, usd: string, terms: Partial<Currency> = {}): Currency {
  return {
    code,
    name: code,
    kind: 'crypto',
    network: code.toLowerCase(),
    decimals: 8,
    usdRate: parseDecimal(usd),
    spreadBps: 25,
    minAmount: parseDecimal('0.0001'),
    maxAmount: parseDecimal('5'),
    networkFee: parseDecimal('0.0005'),
    asOf: new Date(0),
    ...terms,
  };
}

const bitcoin = currency('BTC', '102000');
const ether = currency('ETH', '3800', { decimals: 18 });
const yen = currency('JPY', '0.0067', { decimals: 0, networkFee: parseDecimal('150') });
const all = [bitcoin, ether, yen];

function refusal(work: () => unknown): ProblemError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ProblemError);
    return error;
  }
  return assert.fail('it was accepted');
}

test('the documented example', () => {
  assert.equal(formatDecimal(midRate(bitcoin, ether)), '26.8421052631');
  const { rate, spreadBps, toAmount, networkFee } = priceOf(all, { from: 'BTC', to: 'ETH' }, '0.25');
  // 26.8421052631 × 0.995, cut after 12 digits.
  assert.equal(formatDecimal(rate), '26.7078947367');
  assert.equal(spreadBps, 50);
  assert.equal(formatDecimal(networkFee), '0.0005');
  assert.equal(formatDecimal(toAmount), '6.676473684175');
});

test('a payout is cut to the precision of its currency', () => {
  assert.equal(formatDecimal(priceOf(all, { from: 'BTC', to: 'JPY' }, '0.00123457').toAmount), '18550');
});

test('a pair needs two currencies that are traded', () => {
  for (const pair of [
    { from: 'BTC', to: 'BTC' },
    { from: 'BTC', to: 'XXX' },
    { from: 'XXX', to: 'BTC' },
  ]) {
    assert.equal(refusal(() => priceOf(all, pair, '1')).problem, 'pair-not-available');
  }
});

test('every limit that an amount breaks is named', () => {
  const of = (amount: string, pair = { from: 'BTC', to: 'ETH' }) =>
    refusal(() => priceOf(all, pair, amount)).errors?.map(({ detail }) => detail);
  assert.deepEqual(of('0.000000001'), ['must have at most 8 decimals in BTC', 'must be at least 0.0001 BTC']);
  assert.deepEqual(of('5.00000001'), ['must be at most 5 BTC']);
  const dear = { ...ether, networkFee: parseDecimal('1') };
  assert.deepEqual(refusal(() => priceOf([bitcoin, dear], { from: 'BTC', to: 'ETH' }, '0.001')).errors, [
    { pointer: '/fromAmount', detail: 'must be worth more than the network fee of ETH' },
  ]);
});

test('limits themselves are allowed, and trailing zeros are no precision', () => {
  for (const amount of ['0.0001', '5', '1.00000000000']) priceOf(all, { from: 'BTC', to: 'ETH' }, amount);
});
