import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadlines, systemClock } from './deadlines.ts';
import { DrivenClock } from './started-server.ts';

test('deadlines run in order of time, and cancelled ones not at all', () => {
  const clock = new DrivenClock();
  const deadlines = new Deadlines(clock);
  const start = clock.now();
  const ran: number[] = [];
  // Every order of insertion and removal that a fixed shuffle gives.
  const offsets = Array.from({ length: 200 }, (_, index) => (index * 73) % 200);
  const added = offsets.map((offset) => deadlines.add(start + offset, () => ran.push(offset)));
  const cancelled = new Set(offsets.filter((_, index) => index % 3 === 0));
  for (const [index, offset] of offsets.entries()) if (cancelled.has(offset)) deadlines.cancel(added[index]);
  clock.advance(99);
  assert.equal(
    ran.at(-1),
    [...Array(100).keys()].findLast((offset) => !cancelled.has(offset)),
  );
  clock.advance(1000);
  assert.deepEqual(
    ran,
    [...Array(200).keys()].filter((offset) => !cancelled.has(offset)),
  );
});

test('a deadline may add and cancel others while it runs', () => {
  const clock = new DrivenClock();
  const deadlines = new Deadlines(clock);
  const ran: string[] = [];
  const victim = deadlines.add(clock.now() + 10, () => ran.push('victim'));
  deadlines.add(clock.now() + 5, () => {
    ran.push('first');
    deadlines.cancel(victim);
    deadlines.add(clock.now(), () => ran.push('second'));
  });
  clock.advance(20);
  assert.deepEqual(ran, ['first', 'second']);
});

test('the clock of the system wakes, also for a time that has passed, and not when cancelled', async () => {
  const woken = await new Promise((resolve) => {
    const cancel = systemClock.wake(systemClock.now() - 5, () => resolve('cancelled'));
    cancel();
    systemClock.wake(systemClock.now() - 5, () => resolve('woken'));
  });
  assert.equal(woken, 'woken');
});
