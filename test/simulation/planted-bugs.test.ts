import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plantedBugs } from './planted-bugs.ts';
import { playSchedule } from './schedule.ts';

const schedules = 1500;

for (const [bug, sabotage] of Object.entries(plantedBugs)) {
  test(`the checks notice when ${bug}`, async () => {
    for (let seed = 1; seed <= schedules; seed++) {
      const { violations } = await playSchedule(seed, sabotage).catch((error: Error) => ({
        violations: [error.message],
      }));
      if (violations.length > 0) return;
    }
    assert.fail(`${schedules} schedules went by without a violation`);
  });
}
