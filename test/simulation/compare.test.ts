import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, type Outcome } from './compare.ts';

const seeds = [1, 2, 3, 4, 5];

async function total(name: string): Promise<Outcome> {
  const outcomes = await Promise.all(seeds.map((seed) => compare(name, seed)));
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + of(outcome), 0);
  return {
    disorder: sum(({ disorder }) => disorder),
    twice: sum(({ twice }) => twice),
    missing: sum(({ missing }) => missing),
    givenUp: sum(({ givenUp }) => givenUp),
    p50: Math.max(...outcomes.map(({ p50 }) => p50)),
    p99: Math.max(...outcomes.map(({ p99 }) => p99)),
  };
}

describe('strategies of retrying', () => {
  it('this engine keeps order, does nothing twice, loses nothing and delays nobody', async () => {
    const { disorder, twice, missing, p50, p99 } = await total('this engine');
    assert.deepEqual({ disorder, twice, missing, p50 }, { disorder: 0, twice: 0, missing: 0, p50: 50 });
    // A crash costs its own stream the time of a lock, a minute, and comes once in 200 deliveries.
    assert.ok(p99 < 60_000, `${p99} ms`);
  });

  it('abandoning gives up what an outage outlasts, and what is behind it goes ahead', async () => {
    const { disorder, twice, missing } = await total('abandon');
    assert.ok(disorder > 0 && twice > 0 && missing > 0);
  });

  it('a scheduled copy is overtaken', async () => {
    const { disorder, twice, missing } = await total('scheduled copy');
    assert.ok(disorder > 0 && twice > 0);
    assert.equal(missing, 0);
  });

  it('sleeping in the lock keeps others waiting for minutes', async () => {
    const { p50, twice } = await total('sleep in the lock');
    assert.ok(p50 > 60_000 && twice > 0);
  });

  it('with a tenth of the streams failing, the others are as fast as without', async () => {
    for (const seed of seeds) {
      const [calm, sick] = [
        await compare('this engine', seed, { sickShare: 0 }),
        await compare('this engine', seed, { sickShare: 0.1 }),
      ];
      assert.ok(sick.p99 <= calm.p99 * 1.2, `${sick.p99} ms against ${calm.p99} ms`);
    }
  });

  it('with every stream rung in vain again and again, the others are as fast as without', async () => {
    for (const seed of seeds.slice(0, 2)) {
      const conditions = { slots: 32, crashShare: 0 };
      const calm = await compare('this engine', seed, conditions);
      const swept = await compare('this engine', seed, { ...conditions, sweepMs: 15_000 });
      assert.ok(swept.p99 <= calm.p99 * 1.2, `${swept.p99} ms against ${calm.p99} ms`);
    }
  });
});
