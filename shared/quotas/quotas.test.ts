import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { QuotaUnavailableError } from './errors.ts';
import { memoryQuotaStore } from './memory-quota-store.ts';
import { quotaStoreContract } from './quota-store.contract.ts';
import type { QuotaStore } from './quota-store.ts';
import { createQuotas } from './quotas.ts';

quotaStoreContract('memory', memoryQuotaStore);

const noon = new Date('2026-01-05T12:00:00.000Z');
const free = { partnerId: 'p1', plan: 'free' };

/** A store that counts calls, and lets other work in before it answers. */
function observed(store: QuotaStore = memoryQuotaStore()) {
  const costs: number[] = [];
  const spy: QuotaStore = {
    charge: async (charge) => {
      costs.push(charge.cost);
      await new Promise(setImmediate);
      return store.charge(charge);
    },
    used: (subject, day) => store.used(subject, day),
  };
  return { store: spy, inner: store, costs };
}

test('a charge says how the day stands', async () => {
  const quotas = createQuotas({ store: memoryQuotaStore(), now: () => noon });
  const resetAt = new Date('2026-01-06T00:00:00.000Z');
  const figures = { plan: 'free', limit: 200, used: 1, remaining: 199, resetAt };
  assert.deepEqual(await quotas.consume(free, 1), { granted: true, ...figures });
  assert.deepEqual(await quotas.usage(free), figures);
});

test('a plan that is not known gets the smallest allowance', async () => {
  const quotas = createQuotas({ store: memoryQuotaStore(), now: () => noon });
  for (const plan of ['', 'constructor', 'platinum']) {
    assert.equal((await quotas.usage({ partnerId: 'p1', plan })).limit, 200, plan);
  }
});

test('of 100 at once with 50 left exactly 50 pass, on two processes together', async () => {
  const { store, inner } = observed();
  await inner.charge({ subject: 'p1', day: '2026-01-05', limit: 200, cost: 150 });
  const processes = [createQuotas({ store, now: () => noon }), createQuotas({ store, now: () => noon })];
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => processes[index % 2]!.consume(free, 1)));
  assert.equal(answers.filter(({ granted }) => granted).length, 50);
  assert.equal(await inner.used('p1', '2026-01-05'), 200);
});

test('whatever the costs and the processes, grants are what the store counted, and a crash only strands tokens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ cost: fc.integer({ min: 1, max: 9 }), process: fc.nat(2) }), { maxLength: 150 }),
      fc.integer({ min: 0, max: 2000 }),
      async (requests, before) => {
        const store = memoryQuotaStore();
        await store.charge({ subject: 'p', day: '2026-01-05', limit: 2000, cost: before });
        const processes = [1, 2, 3].map(() => createQuotas({ store, now: () => noon }));
        const answers = await Promise.all(
          requests.map(({ cost, process }) => processes[process]!.consume({ partnerId: 'p', plan: 'pro' }, cost)),
        );
        const granted = requests.reduce((sum, { cost }, index) => sum + (answers[index]!.granted ? cost : 0), 0);
        const used = (await store.used('p', '2026-01-05')) - before;
        assert.ok(granted <= used && before + used <= 2000);
        // What is not spent is a lease of each process at most.
        assert.ok(used - granted <= 3 * 50);
      },
    ),
    { numRuns: 60 },
  );
});

test('requests that come together share a charge', async () => {
  const { store, costs } = observed();
  const quotas = createQuotas({ store, now: () => noon });
  await Promise.all(Array.from({ length: 40 }, () => quotas.consume(free, 1)));
  assert.ok(costs.length <= 3, `${costs.length} charges for 40 requests`);
});

test('a hot subject leases ahead, less and less as its limit nears', async () => {
  const { store, costs } = observed();
  const quotas = createQuotas({ store, now: () => noon });
  const caller = { partnerId: 'p1', plan: 'enterprise' };
  let granted = 0;
  while ((await quotas.consume(caller, 1)).granted) granted++;
  assert.equal(granted, 10_000);
  assert.ok(Math.max(...costs) === 51, 'at most 50 ahead');
  assert.ok(costs.length < 600, `${costs.length} charges for 10,000 requests`);
  assert.deepEqual(new Set(costs.slice(-50)), new Set([1]), 'one by one at the end');
});

test('a quiet subject leases nothing', async () => {
  let time = noon.getTime();
  const { store, costs } = observed();
  const quotas = createQuotas({ store, now: () => new Date((time += 5000)) });
  for (let index = 0; index < 5; index++) await quotas.consume({ partnerId: 'p1', plan: 'enterprise' }, 1);
  assert.deepEqual(costs, [1, 1, 1, 1, 1]);
});

test('once a day is used up denials cost the store nothing, and the next day starts anew', async () => {
  let now = noon;
  const { store, inner, costs } = observed();
  await inner.charge({ subject: 'p1', day: '2026-01-05', limit: 200, cost: 200 });
  const quotas = createQuotas({ store, now: () => now });
  assert.equal((await quotas.consume(free, 1)).granted, false);
  const asked = costs.length;
  for (let index = 0; index < 20; index++) assert.equal((await quotas.consume(free, 1)).granted, false);
  assert.equal(costs.length, asked);
  now = new Date('2026-01-06T00:00:00.000Z');
  const answer = await quotas.consume(free, 1);
  assert.deepEqual([answer.granted, answer.used], [true, 1]);
});

test('a larger plan opens the day at once', async () => {
  const store = memoryQuotaStore();
  await store.charge({ subject: 'p1', day: '2026-01-05', limit: 200, cost: 200 });
  const quotas = createQuotas({ store, now: () => noon });
  assert.equal((await quotas.consume(free, 1)).granted, false);
  assert.equal((await quotas.consume({ ...free, plan: 'pro' }, 1)).granted, true);
});

test('a small request fits where a large one does not', async () => {
  const store = memoryQuotaStore();
  await store.charge({ subject: 'p1', day: '2026-01-05', limit: 200, cost: 197 });
  const quotas = createQuotas({ store, now: () => noon });
  const answers = await Promise.all([quotas.consume(free, 5), quotas.consume(free, 2), quotas.consume(free, 2)]);
  assert.deepEqual(
    answers.map(({ granted }) => granted),
    [false, true, false],
  );
});

test('a refusal that comes with a count that lags behind closes the day no earlier than it is', async () => {
  const inner = memoryQuotaStore();
  await inner.charge({ subject: 'p1', day: '2026-01-05', limit: 200, cost: 190 });
  const store: QuotaStore = {
    charge: async (charge) => {
      const charged = await inner.charge(charge);
      return charged.granted ? charged : { granted: false, used: 0 };
    },
    used: (subject, day) => inner.used(subject, day),
  };
  const quotas = createQuotas({ store, now: () => noon });
  const answers = await Promise.all(Array.from({ length: 25 }, () => quotas.consume(free, 1)));
  assert.equal(answers.filter(({ granted }) => granted).length, 10);
});

test('a store that is away fails everyone who waits, and the next one tries again', async () => {
  const inner = memoryQuotaStore();
  let away = true;
  const store: QuotaStore = {
    charge: async (charge) => {
      if (away) throw new QuotaUnavailableError('away');
      return inner.charge(charge);
    },
    used: (subject, day) => inner.used(subject, day),
  };
  const quotas = createQuotas({ store, now: () => noon });
  const results = await Promise.allSettled([quotas.consume(free, 1), quotas.consume(free, 1)]);
  assert.ok(results.every((result) => result.status === 'rejected' && result.reason instanceof QuotaUnavailableError));
  away = false;
  assert.equal((await quotas.consume(free, 1)).granted, true);
});
