import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { inFlight, type InFlight } from './in-flight.ts';

let now: number;
let lanes: InFlight;

beforeEach(() => {
  now = Date.UTC(2026, 0, 5, 12);
  lanes = inFlight(() => now);
});

/** Sends as many as may go, `most` at most. */
function fill(endpointId: string, suspect = false, most = 100): ((delivered?: boolean) => void)[] {
  const leaves: ((delivered?: boolean) => void)[] = [];
  while (leaves.length < most) {
    const entered = lanes.enter(endpointId, suspect);
    if ('until' in entered) break;
    leaves.push(entered.leave);
  }
  return leaves;
}

describe('requests on their way to an endpoint', () => {
  it('are eight at first, and one more for each that was delivered', () => {
    const first = fill('we_1');
    assert.equal(first.length, 8);
    assert.equal(fill('we_2').length, 8, 'each endpoint has its own');
    for (const leave of first) leave(true);
    assert.equal(fill('we_1').length, 16);
  });

  it('are 64 at most', () => {
    for (let round = 0; round < 10; round++) for (const leave of fill('we_1')) leave(true);
    assert.equal(fill('we_1').length, 64);
  });

  it('are two after a failure, also after one that another host saw', () => {
    for (const leave of fill('we_1')) leave(false);
    assert.equal(fill('we_1').length, 2);
    assert.equal(fill('we_2', true).length, 2);
  });

  it('are no more than there are when two of them are slow', () => {
    const [one] = fill('we_1', false, 2);
    now += 999;
    fill('we_1', false, 1);
    now += 1;
    assert.equal(fill('we_1').length, 0);
    one?.(true);
    assert.ok(fill('we_1').length > 0);
  });

  it('count for nothing when nothing was sent', () => {
    for (let round = 0; round < 20; round++) for (const leave of fill('we_1')) leave();
    assert.equal(fill('we_1').length, 8);
  });

  it('are forgotten with the worker that sent them', () => {
    assert.equal(fill('we_1').length, 8);
    now += 60_000;
    assert.equal(fill('we_1').length, 8);
  });

  it('that are turned away come back one after the other, and before long', () => {
    fill('we_1', true);
    const times = Array.from({ length: 2000 }, () => {
      const entered = lanes.enter('we_1', true);
      assert.ok('until' in entered);
      return entered.until - now;
    });
    assert.deepEqual(times.slice(0, 3), [525, 550, 575]);
    assert.equal(Math.max(...times), 15_000);
  });
});
