import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { playSchedule } from './schedule.ts';

const schedules = 20_000;

// In a process of its own: the test runner follows every promise, which makes the same work take three times as long.
test(`${schedules} schedules without a violation`, async () => {
  const program = path.join(import.meta.dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--schedules', String(schedules)]);
  assert.match(stdout, new RegExp(`${schedules} schedules from seed 1: .* 0 schedules with violations`));
});

test('a seed replays its schedule', async () => {
  assert.deepEqual(await playSchedule(42), await playSchedule(42));
});
