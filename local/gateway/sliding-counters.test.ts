import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FixedCounters } from './fixed-counters.ts';
import { SlidingCounters } from './sliding-counters.ts';

test('no window of the period ever sees more calls than were let through, and dense calls leave within a hundredth', () => {
  let now = 0;
  const counters = new SlidingCounters(() => now);
  const passed: number[] = [];
  for (; now < 300_000; now += 7) {
    if (counters.used('k', 60_000) >= 1000) continue;
    counters.add('k', 60_000, 1);
    passed.push(now);
  }
  const spans = passed.slice(1000).map((at, i) => at - (passed[i] as number));
  assert.ok(Math.min(...spans) >= 60_000);
  assert.ok(Math.max(...spans) <= 61_300, `${Math.max(...spans)} ms between a call and the thousandth after it`);
});

test('a key is looked at by windows of several lengths, and waits as each of them asks', () => {
  let now = 0;
  const counters = new SlidingCounters(() => now);
  for (const at of [0, 4000, 9500]) {
    now = at;
    counters.add('k', 10_000, 2);
    counters.add('k', 1000, 1);
  }
  assert.deepEqual([counters.used('k', 10_000), counters.used('k', 1000)], [9, 3]);
  assert.deepEqual(
    [counters.wait('k', 10_000, 8), counters.wait('k', 10_000, 3), counters.wait('k', 1000, 2)],
    [500, 4500, 1000],
  );
  now = 20_000;
  assert.deepEqual([counters.used('k', 10_000), counters.used('other', 10_000)], [0, 0]);
});

test('beyond the most keys, the one not used for longest is forgotten', () => {
  const rates = new SlidingCounters(() => 1000, 2);
  for (const key of ['a', 'b', 'a', 'c']) rates.add(key, 60_000, 1);
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => rates.used(key, 60_000)),
    [2, 0, 1],
  );
  const quotas = new FixedCounters(() => 1000, 2);
  for (const key of ['a', 'b', 'a', 'c']) quotas.window(key, 60_000, 0).count++;
  assert.deepEqual(
    ['a', 'c', 'b'].map((key) => quotas.window(key, 60_000, 0).count),
    [2, 1, 0],
  );
});
