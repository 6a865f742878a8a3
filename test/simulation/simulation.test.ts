import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playSchedule } from './schedule.ts';

const schedules = 20_000;

test(`${schedules} schedules without a violation`, async () => {
  for (let seed = 1; seed <= schedules; seed++) {
    const { violations } = await playSchedule(seed);
    assert.deepEqual(violations, [], `again: npm run simulate -- --schedules 1 --seed ${seed}`);
  }
});

test('a seed replays its schedule', async () => {
  assert.deepEqual(await playSchedule(42), await playSchedule(42));
});
