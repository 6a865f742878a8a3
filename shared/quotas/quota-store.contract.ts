import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QuotaStore } from './quota-store.ts';

/** What every quota store must do; `open` gives one that may hold counts of other subjects. */
export function quotaStoreContract(name: string, open: () => QuotaStore | Promise<QuotaStore>): void {
  let subjects = 0;
  const newSubject = () => `partner ${process.pid}/${name}#${++subjects} ✓`;
  const day = '2026-01-05';

  test(`${name}: counts by subject and day`, async () => {
    const store = await open();
    const [subject, other] = [newSubject(), newSubject()];
    assert.equal(await store.used(subject, day), 0);
    assert.deepEqual(await store.charge({ subject, day, limit: 10, cost: 3 }), { granted: true, used: 3 });
    assert.deepEqual(await store.charge({ subject, day, limit: 10, cost: 4 }), { granted: true, used: 7 });
    assert.equal(await store.used(subject, day), 7);
    assert.equal(await store.used(other, day), 0);
    assert.equal(await store.used(subject, '2026-01-06'), 0);
    assert.deepEqual(await store.charge({ subject, day: '2026-01-06', limit: 10, cost: 1 }), {
      granted: true,
      used: 1,
    });
  });

  test(`${name}: grants all of a charge or none of it`, async () => {
    const store = await open();
    const subject = newSubject();
    assert.deepEqual(await store.charge({ subject, day, limit: 5, cost: 6 }), { granted: false, used: 0 });
    assert.deepEqual(await store.charge({ subject, day, limit: 5, cost: 4 }), { granted: true, used: 4 });
    assert.deepEqual(await store.charge({ subject, day, limit: 5, cost: 2 }), { granted: false, used: 4 });
    assert.deepEqual(await store.charge({ subject, day, limit: 5, cost: 1 }), { granted: true, used: 5 });
    assert.deepEqual(await store.charge({ subject, day, limit: 5, cost: 1 }), { granted: false, used: 5 });
  });

  test(`${name}: a larger limit opens the day again, a smaller one closes it`, async () => {
    const store = await open();
    const subject = newSubject();
    await store.charge({ subject, day, limit: 5, cost: 5 });
    assert.deepEqual(await store.charge({ subject, day, limit: 6, cost: 1 }), { granted: true, used: 6 });
    assert.deepEqual(await store.charge({ subject, day, limit: 5, cost: 1 }), { granted: false, used: 6 });
  });

  test(`${name}: many at once get exactly the limit`, async () => {
    const store = await open();
    const subject = newSubject();
    const charges = Array.from({ length: 60 }, () => store.charge({ subject, day, limit: 25, cost: 1 }));
    const granted = (await Promise.all(charges)).filter((charge) => charge.granted);
    assert.equal(granted.length, 25);
    assert.deepEqual(
      granted.map(({ used }) => used).sort((a, b) => a - b),
      Array.from({ length: 25 }, (_, index) => index + 1),
    );
    assert.equal(await store.used(subject, day), 25);
  });
}
