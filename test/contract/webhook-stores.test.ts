import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startCosmos, type CosmosServer } from '../../local/cosmos/server.ts';
import { prepareCosmos } from '../../local/stack/prepare.ts';
import { closeCosmos, cosmosContainer, type CosmosSettings } from '../../shared/azure/cosmos-client.ts';
import { cosmosDeliveryStore } from '../../shared/azure/cosmos-delivery-store.ts';
import { cosmosEndpointStore } from '../../shared/azure/cosmos-endpoint-store.ts';
import type { DeliveryStore } from '../../shared/webhooks/delivery-store.ts';
import type { Delivery } from '../../shared/webhooks/delivery.ts';
import type { EndpointStore } from '../../shared/webhooks/endpoint-store.ts';
import { healthy, type Endpoint } from '../../shared/webhooks/endpoint.ts';
import { newEndpoint } from '../../shared/webhooks/endpoints.ts';
import { memoryDeliveryStore } from '../../shared/webhooks/memory-delivery-store.ts';
import { memoryEndpointStore } from '../../shared/webhooks/memory-endpoint-store.ts';

const key = Buffer.from('a key of this test only').toString('base64');
let directory: string;
let server: CosmosServer;
let settings: CosmosSettings;

before(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'webhooks-'));
  server = await startCosmos({ port: 0, directory, key });
  settings = { endpoint: server.url, key };
  await prepareCosmos(server.url, key);
});

after(async () => {
  await closeCosmos(settings);
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

function endpoint(partnerId: string, id: string): Endpoint {
  const wanted = { url: 'https://partner.example/', eventTypes: ['exchange.finished' as const] };
  return { ...newEndpoint(partnerId, wanted, new Date('2026-01-05T12:00:00.000Z')), id };
}

function endpointStoreContract(name: string, store: EndpointStore): void {
  describe(`${name} as an endpoint store`, () => {
    it('keeps endpoints by partner, oldest first', async () => {
      const partner = randomUUID();
      const one = endpoint(partner, `we_1${partner}`);
      const two = endpoint(partner, `we_2${partner}`);
      await store.create(two);
      await store.create(one);
      assert.deepEqual(await store.list(partner), [one, two]);
      assert.deepEqual(await store.list(randomUUID()), []);
      assert.deepEqual(await store.get(partner, one.id), one);
      assert.equal(await store.get(randomUUID(), one.id), undefined);
    });

    it('loses none of many concurrent changes', async () => {
      const partner = randomUUID();
      const { id } = endpoint(partner, `we_${partner}`);
      await store.create({ ...endpoint(partner, id), rateLimit: 1 });
      const raise = (one: Endpoint) => ({ ...one, rateLimit: (one.rateLimit ?? 0) + 1 });
      await Promise.all(Array.from({ length: 4 }, () => store.update(partner, id, raise)));
      assert.equal((await store.get(partner, id))?.rateLimit, 5);
    });

    it('changes and removes only what is there', async () => {
      const partner = randomUUID();
      assert.equal(await store.update(partner, 'we_none', (one) => one), undefined);
      assert.equal(await store.remove(partner, 'we_none'), false);
      const one = endpoint(partner, `we_${partner}`);
      await store.create(one);
      assert.equal(await store.remove(partner, one.id), true);
      assert.equal(await store.get(partner, one.id), undefined);
    });

    it('lets one of several set the health', async () => {
      const partner = randomUUID();
      const one = endpoint(partner, `we_${partner}`);
      await store.create(one);
      const next = { failures: 5, failingSince: 1, openUntil: 100 };
      const set = await Promise.all([1, 2, 3].map(() => store.setHealth(partner, one.id, healthy, next)));
      assert.equal(set.filter(Boolean).length, 1);
      assert.deepEqual((await store.get(partner, one.id))?.health, next);
      assert.equal(await store.setHealth(partner, one.id, healthy, healthy), false);
    });
  });
}

function delivery(endpointId: string, number: number, change: Partial<Delivery> = {}): Delivery {
  return {
    id: `wd_${number}`,
    endpointId,
    partnerId: 'p',
    stream: `${endpointId}/ex_1`,
    eventId: `e${number}`,
    eventType: 'exchange.finished',
    exchangeId: 'ex_1',
    status: 'delivered',
    createdAt: `2026-01-05T12:00:0${number}.000Z`,
    event: { id: `e${number}` },
    attempts: [],
    ...change,
  };
}

function deliveryStoreContract(name: string, store: DeliveryStore): void {
  describe(`${name} as a delivery store`, () => {
    it('pages through deliveries, newest first, by status too', async () => {
      const id = `we_${randomUUID()}`;
      for (let number = 1; number <= 5; number++) {
        await store.put(delivery(id, number, { status: number % 2 === 0 ? 'failed' : 'delivered' }));
      }
      const first = await store.list(id, { limit: 2 });
      assert.deepEqual([first.items.map((one) => one.id), first.next], [['wd_5', 'wd_4'], 'wd_4']);
      const rest = await store.list(id, { limit: 3, before: first.next });
      assert.deepEqual([rest.items.map((one) => one.id), rest.next], [['wd_3', 'wd_2', 'wd_1'], undefined]);
      const failed = await store.list(id, { limit: 10, status: 'failed' });
      assert.deepEqual(failed.items, [delivery(id, 4, { status: 'failed' }), delivery(id, 2, { status: 'failed' })]);
    });

    it('replaces a delivery, and finds it by endpoint only', async () => {
      const id = `we_${randomUUID()}`;
      await store.put(delivery(id, 1, { status: 'retrying' }));
      await store.put(delivery(id, 1));
      assert.deepEqual(await store.get(id, 'wd_1'), delivery(id, 1));
      assert.equal(await store.get(`we_${randomUUID()}`, 'wd_1'), undefined);
    });

    it('finds a range of time, oldest first', async () => {
      const id = `we_${randomUUID()}`;
      for (let number = 1; number <= 5; number++) await store.put(delivery(id, number));
      const found = await store.range(id, '2026-01-05T12:00:02.000Z', '2026-01-05T12:00:05.000Z', 2);
      assert.deepEqual(
        found.map((one) => one.id),
        ['wd_2', 'wd_3'],
      );
    });

    it('gives out no more than the limit of a second, however many ask at once', async () => {
      const id = `we_${randomUUID()}`;
      const now = Date.now();
      const waits = await Promise.all(Array.from({ length: 8 }, () => store.take(id, 3, now)));
      assert.equal(waits.filter((wait) => wait === 0).length, 3);
      assert.ok(waits.every((wait) => wait >= 0 && wait <= 1000));
      assert.equal(await store.take(id, 3, now + 1000), 0);
    });
  });
}

endpointStoreContract('memory', memoryEndpointStore());
deliveryStoreContract('memory', perEndpoint());
endpointStoreContract(
  'Cosmos DB',
  cosmosEndpointStore(() => cosmosContainer(settings, 'endpoints')),
);
deliveryStoreContract(
  'Cosmos DB',
  cosmosDeliveryStore(() => cosmosContainer(settings, 'deliveries')),
);

/** Delivery ids are unique in production; here each endpoint counts its own, so each gets a store of its own. */
function perEndpoint(): DeliveryStore {
  const stores = new Map<string, DeliveryStore>();
  const of = (endpointId: string) => {
    const store = stores.get(endpointId) ?? memoryDeliveryStore();
    stores.set(endpointId, store);
    return store;
  };
  return {
    get: (endpointId, id) => of(endpointId).get(endpointId, id),
    put: (one) => of(one.endpointId).put(one),
    list: (endpointId, options) => of(endpointId).list(endpointId, options),
    range: (endpointId, ...range) => of(endpointId).range(endpointId, ...range),
    take: (endpointId, ...request) => of(endpointId).take(endpointId, ...request),
  };
}
