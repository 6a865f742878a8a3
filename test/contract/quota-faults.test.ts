import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startCosmos } from '../../local/cosmos/server.ts';
import { prepareCosmos } from '../../local/stack/prepare.ts';
import { closeCosmos, cosmosContainer } from '../../shared/azure/cosmos-client.ts';
import { cosmosQuotaStore } from '../../shared/azure/cosmos-quota-store.ts';
import { quotaStoreContract } from '../../shared/quotas/quota-store.contract.ts';
import type { QuotaStore } from '../../shared/quotas/quota-store.ts';

type Rules = NonNullable<NonNullable<Parameters<typeof startCosmos>[0]['faults']>['rules']>;

/** A quota store on a server that misbehaves with the documents of quotas, the same way each time. */
async function misbehaving(...rules: Rules): Promise<QuotaStore> {
  const path = 'colls/quotas/docs';
  const cosmos = await startCosmos({ port: 0, faults: { seed: 7, rules: rules.map((rule) => ({ ...rule, path })) } });
  await prepareCosmos(cosmos.url, cosmos.key);
  const settings = { endpoint: cosmos.url, key: cosmos.key };
  after(async () => {
    await closeCosmos(settings);
    await cosmos.close();
  });
  return cosmosQuotaStore({ container: () => cosmosContainer(settings, 'quotas'), delay, random: Math.random });
}

// Nothing of these has happened when they are answered, so the count stays exact.
const refusing = await misbehaving(
  { on: 'write', probability: 0.15, action: 'conflict' },
  { probability: 0.1, action: 'throttle', retryAfterMs: 1 },
  { probability: 0.05, action: 'unavailable' },
  { probability: 0.05, action: 'drop' },
);
quotaStoreContract('Cosmos DB that refuses and hangs up', () => refusing);

test('a charge whose answer is lost may be counted twice, and never passes the limit', async () => {
  const store = await misbehaving({ on: 'write', probability: 0.3, action: 'drop-answer' });
  const charges = Array.from({ length: 60 }, () =>
    store.charge({ subject: 'p', day: '2026-01-05', limit: 40, cost: 1 }),
  );
  const granted = (await Promise.all(charges)).filter((charge) => charge.granted).length;
  const used = await store.used('p', '2026-01-05');
  assert.equal(used, 40);
  assert.ok(granted > 0 && granted <= 40, `${granted} granted`);
});
