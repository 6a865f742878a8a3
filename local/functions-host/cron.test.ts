import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cronSchedule } from './cron.ts';
import { timeSpanMs } from './duration.ts';

/** The next three occurrences after a local time, as local times. */
function next(expression: string, after: string): string[] {
  const schedule = cronSchedule(expression);
  assert.ok(schedule, `"${expression}" is an expression`);
  const moments = [];
  for (let at = schedule.next(new Date(after)); at && moments.length < 3; at = schedule.next(at))
    moments.push(local(at));
  return moments;
}

function local(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

test('functions-host: timers: NCRONTAB expressions of six and five fields', () => {
  const at = '2026-01-31T23:59:58.500';
  assert.deepEqual(next('* * * * * *', at), ['2026-01-31 23:59:59', '2026-02-01 00:00:00', '2026-02-01 00:00:01']);
  assert.deepEqual(next('*/5 * * * *', at), ['2026-02-01 00:00:00', '2026-02-01 00:05:00', '2026-02-01 00:10:00']);
  assert.deepEqual(next('0 30 9 * * Mon-Fri', at), [
    '2026-02-02 09:30:00',
    '2026-02-03 09:30:00',
    '2026-02-04 09:30:00',
  ]);
  assert.deepEqual(next('0 0 9-17/4 * * *', at), ['2026-02-01 09:00:00', '2026-02-01 13:00:00', '2026-02-01 17:00:00']);
  assert.deepEqual(next('15,45 0 0 1 Jan *', at), [
    '2027-01-01 00:00:15',
    '2027-01-01 00:00:45',
    '2028-01-01 00:00:15',
  ]);
  assert.deepEqual(next('0 0 0 29 2 *', at), ['2028-02-29 00:00:00', '2032-02-29 00:00:00', '2036-02-29 00:00:00']);
  assert.deepEqual(next('0 5/20 12 * * *', at), ['2026-02-01 12:05:00', '2026-02-01 12:25:00', '2026-02-01 12:45:00']);
});

test('functions-host: timers: day of month and day of week must both match', () => {
  assert.deepEqual(next('0 0 0 13 * Fri', '2026-01-01T00:00:00'), [
    '2026-02-13 00:00:00',
    '2026-03-13 00:00:00',
    '2026-11-13 00:00:00',
  ]);
});

test('functions-host: timers: what is no expression is told apart, and a day that never comes has no next', () => {
  for (const text of ['', '* * * *', '60 * * * * *', '* * * * * 7', '* * * 0 * *', 'x * * * * *', '*/0 * * * * *'])
    assert.equal(cronSchedule(text), undefined, text);
  assert.equal(cronSchedule('0 0 0 31 2 *')?.next(new Date('2026-01-01T00:00:00')), undefined);
});

test('functions-host: timers: time spans are read as .NET reads them', () => {
  assert.equal(timeSpanMs('00:00:30'), 30_000);
  assert.equal(timeSpanMs('01:30'), 5_400_000);
  assert.equal(timeSpanMs('1.02:00:00.5'), 93_600_500);
  assert.equal(timeSpanMs('24:00:00'), 24 * 86_400_000);
  assert.equal(timeSpanMs('ten minutes'), undefined);
});
