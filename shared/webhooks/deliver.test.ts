import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { drain } from '../streams/drain.ts';
import type { FollowUp } from '../streams/head.ts';
import { memoryStreamStore, type MemoryStreamStore } from '../streams/memory-stream-store.ts';
import type { StreamPorts } from '../streams/ports.ts';
import { healthy, type Endpoint } from './endpoint.ts';
import { newEndpoint } from './endpoints.ts';
import { fanOut } from './fan-out.ts';
import { memoryDeliveryStore } from './memory-delivery-store.ts';
import { memoryEndpointStore } from './memory-endpoint-store.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { replayDelivery, replayRange } from './replay.ts';
import { deliveryStreams } from './stream.ts';

const hour = 3_600_000;
const partnerId = 'acme';

let now: number;
let store: MemoryStreamStore;
let endpoints: EndpointStore;
let deliveries: DeliveryStore;
let ports: StreamPorts;
let sent: { url: string; id: string; type: string; subject: string }[];
let answer: (url: string) => { status: number | null; retryAfterMs?: number };

function endpoint(id: string, change: Partial<Endpoint> = {}): Endpoint {
  return { ...newEndpoint(partnerId, { url: `https://partner.example/${id}` }, new Date(now)), id, ...change };
}

function event(number: number, type = 'exchange.confirming', exchangeId = 'ex_1'): FollowUp {
  const occurredAt = new Date(now).toISOString();
  return {
    id: `${exchangeId}-${number}`,
    type,
    data: { partnerId, exchangeId, pair: 'BTC-ETH', state: 'x', occurredAt },
  };
}

beforeEach(() => {
  now = Date.UTC(2026, 0, 5, 12);
  store = memoryStreamStore(() => now);
  endpoints = memoryEndpointStore();
  deliveries = memoryDeliveryStore();
  sent = [];
  answer = () => ({ status: 204 });
  ports = deliveryStreams({
    store,
    bell: { ring: async () => {} },
    now: () => now,
    random: () => 0.5,
    report: () => {},
    handOn: (items) => fanOut(endpoints, () => ports)(items),
    endpoints,
    deliveries,
    post: async (url, headers, body) => {
      const { type, subject } = JSON.parse(body) as { type: string; subject: string };
      sent.push({ url, id: headers['webhook-id'] ?? '', type, subject });
      const { status, retryAfterMs = 0 } = answer(url);
      const at = new Date(now).toISOString();
      return {
        attempt: { at, milliseconds: 5, status, error: status === null ? 'refused' : null, response: '' },
        retryAfterMs,
      };
    },
  });
});

const publish = (...events: FollowUp[]) => fanOut(endpoints, () => ports)(events);
const drainAll = async () => {
  for (const stream of store.streams()) await drain(ports, stream);
};
const endpointNow = async (id: string) => {
  const found = await endpoints.get(partnerId, id);
  assert.ok(found);
  return found;
};
const headOf = async (stream: string) => {
  const found = await store.read(stream);
  assert.ok(found);
  return found.head;
};

describe('fan-out', () => {
  it('sends to every endpoint that wants the event, and to no other', async () => {
    await endpoints.create(endpoint('we_all'));
    await endpoints.create(endpoint('we_type', { eventTypes: ['exchange.finished'] }));
    await endpoints.create(endpoint('we_pair', { pairs: ['BTC-ETH'] }));
    await endpoints.create(endpoint('we_other', { pairs: ['BTC-USD'] }));
    await endpoints.create(endpoint('we_off', { enabled: false }));
    await endpoints.create({ ...endpoint('we_stranger'), partnerId: 'another' });
    await publish(event(1));
    await drainAll();
    assert.deepEqual(new Set(sent.map(({ url }) => url.split('/').at(-1))), new Set(['we_all', 'we_pair']));
    assert.equal(sent.length, 2);
  });

  it('adds nothing when it is repeated', async () => {
    await endpoints.create(endpoint('we_1'));
    await publish(event(1), event(2));
    await publish(event(1), event(2));
    await drainAll();
    assert.equal(sent.length, 2);
  });
});

describe('a delivery', () => {
  const stream = 'we_1/ex_1';

  beforeEach(() => endpoints.create(endpoint('we_1')));

  it('is logged with its attempts', async () => {
    await publish(event(1));
    await drainAll();
    const { items } = await deliveries.list('we_1', { limit: 10 });
    assert.deepEqual(
      items.map(({ id, status, attempts }) => [id, status, attempts.length]),
      [[sent[0]?.id, 'delivered', 1]],
    );
  });

  it('holds back those behind it, and no other exchange', async () => {
    answer = () => ({ status: sent.at(-1)?.subject === 'ex_1' ? 500 : 204 });
    await publish(event(1), event(2), event(1, 'exchange.confirming', 'ex_2'));
    await drainAll();
    assert.deepEqual(
      sent.map(({ subject }) => subject),
      ['ex_1', 'ex_2'],
    );
    answer = () => ({ status: 204 });
    now += 6000;
    await drainAll();
    assert.deepEqual(
      sent.map(({ subject }) => subject),
      ['ex_1', 'ex_2', 'ex_1', 'ex_1'],
    );
    assert.equal(sent[0]?.id, sent[2]?.id);
  });

  it('waits as long as the endpoint asks', async () => {
    answer = () => ({ status: 429, retryAfterMs: 90_000 });
    await publish(event(1));
    await drainAll();
    assert.equal((await headOf(stream)).blockedUntil, now + 90_000);
  });

  it('follows the schedule of the specification, and is then given up until it is replayed', async () => {
    answer = () => ({ status: null });
    await publish(event(1), event(2));
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 9; attempt++) {
      // The circuit opens after five failures; the endpoint itself is not what this is about.
      await endpoints.update(partnerId, 'we_1', (one) => ({ ...one, health: healthy }));
      await drain(ports, stream);
      waits.push((await headOf(stream)).blockedUntil - now);
      now = (await headOf(stream)).blockedUntil;
    }
    assert.deepEqual(
      waits.map((wait) => wait / 1000),
      [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
    );
    await endpoints.update(partnerId, 'we_1', (one) => ({ ...one, health: healthy }));
    await drain(ports, stream);
    assert.match((await headOf(stream)).parked?.reason ?? '', /gave up after 10 attempts: refused/);
    const [failed] = (await deliveries.list('we_1', { limit: 10 })).items;
    assert.deepEqual([failed?.status, failed?.attempts.length], ['failed', 10]);
    answer = () => ({ status: 200 });
    assert.ok(failed);
    await endpoints.update(partnerId, 'we_1', (one) => ({ ...one, health: healthy }));
    await replayDelivery(ports, failed, 'partner acme', 'once');
    await drain(ports, stream);
    assert.deepEqual(
      (await deliveries.list('we_1', { limit: 10 })).items.map(({ status }) => status),
      ['delivered', 'delivered'],
    );
  });

  it('disables an endpoint that says it is gone, and tells the others', async () => {
    await endpoints.create(endpoint('we_2', { eventTypes: ['endpoint.disabled'] }));
    answer = (url) => ({ status: url.endsWith('we_1') ? 410 : 204 });
    await publish(event(1), event(2));
    await drainAll();
    const { enabled, disabledReason } = await endpointNow('we_1');
    assert.deepEqual([enabled, disabledReason], [false, 'gone']);
    await drainAll();
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['exchange.confirming', 'endpoint.disabled'],
    );
  });

  it('disables an endpoint that fails for five days, but not for two failures five days apart', async () => {
    answer = () => ({ status: 500 });
    await publish(event(1));
    await drain(ports, stream);
    now += 6 * 24 * hour;
    await drain(ports, stream);
    assert.equal((await endpointNow('we_1')).enabled, true);
    await endpoints.update(partnerId, 'we_1', (one) => ({
      ...one,
      health: { ...one.health, failures: 9, openUntil: 0 },
    }));
    now += 24 * hour;
    await drain(ports, stream);
    assert.deepEqual(
      [(await endpointNow('we_1')).enabled, (await endpointNow('we_1')).disabledReason],
      [false, 'failing'],
    );
  });

  it('leaves a failing endpoint alone after five failures, and then lets one delivery try', async () => {
    answer = () => ({ status: 500 });
    for (let exchange = 1; exchange <= 8; exchange++) await publish(event(1, 'exchange.confirming', `ex_${exchange}`));
    await drainAll();
    assert.equal(sent.length, 5);
    const { openUntil } = (await endpointNow('we_1')).health;
    assert.equal(openUntil, now + 30_000);
    assert.equal((await headOf('we_1/ex_8')).attempts, 0);
    now = openUntil;
    await drainAll();
    assert.equal(sent.length, 6);
    answer = () => ({ status: 204 });
    now = (await endpointNow('we_1')).health.openUntil;
    await drainAll();
    assert.deepEqual((await endpointNow('we_1')).health, healthy);
  });

  it('keeps to the rate limit without using up attempts', async () => {
    await endpoints.update(partnerId, 'we_1', (one) => ({ ...one, rateLimit: 2 }));
    for (let exchange = 1; exchange <= 5; exchange++) await publish(event(1, 'exchange.confirming', `ex_${exchange}`));
    await drainAll();
    assert.equal(sent.length, 2);
    now += 1000;
    await drainAll();
    assert.equal(sent.length, 4);
    assert.equal((await headOf('we_1/ex_5')).attempts, 0);
  });

  it('is dropped when the endpoint was removed or disabled, and can be recovered when it is back', async () => {
    await publish(event(1), event(2));
    await endpoints.update(partnerId, 'we_1', (one) => ({ ...one, enabled: false }));
    await drainAll();
    assert.equal(sent.length, 0);
    await endpoints.update(partnerId, 'we_1', (one) => ({ ...one, enabled: true }));
    const range = {
      endpointId: 'we_1',
      since: new Date(now - hour).toISOString(),
      until: new Date(now + hour).toISOString(),
      delivered: false,
    };
    assert.deepEqual(await replayRange(ports, deliveries, range, 'partner acme'), { replayed: 2, next: null });
    assert.deepEqual(await replayRange(ports, deliveries, range, 'partner acme'), { replayed: 2, next: null });
    await drainAll();
    assert.equal(sent.length, 2);
  });

  it('is tried at once when it is replayed while it waits for its next try, and the attempts stay counted', async () => {
    answer = () => ({ status: 500 });
    await publish(event(1), event(2));
    await drainAll();
    const [delivery] = (await deliveries.list('we_1', { status: 'retrying', limit: 10 })).items;
    assert.ok(delivery);
    await replayDelivery(ports, delivery, 'partner acme', 'once');
    await drainAll();
    assert.deepEqual([sent.length, (await headOf('we_1/ex_1')).attempts], [2, 2]);
    answer = () => ({ status: 204 });
    await replayDelivery(ports, delivery, 'partner acme', 'twice');
    await drainAll();
    assert.deepEqual([sent.length, (await headOf('we_1/ex_1')).pending.length], [4, 0]);
  });

  it('is sent again when it is replayed, under its own id', async () => {
    await publish(event(1));
    await drainAll();
    const [delivery] = (await deliveries.list('we_1', { limit: 10 })).items;
    assert.ok(delivery);
    await replayDelivery(ports, delivery, 'partner acme', 'once');
    await drainAll();
    assert.deepEqual(
      sent.map(({ id }) => id),
      [delivery.id, delivery.id],
    );
    assert.equal((await deliveries.get('we_1', delivery.id))?.attempts.length, 2);
  });

  it('is replayed once each when a range takes more than one page, and moments are shared', async () => {
    const began = now;
    for (let moment = 0; moment < 3; moment++) {
      for (let number = 0; number < 240; number++) await publish(event(number, 'exchange.confirming', `ex_${moment}`));
      now += 1000;
    }
    await drainAll();
    const first = sent.length;
    assert.equal(first, 720);
    const until = new Date(now + hour).toISOString();
    let replayed = 0;
    for (let since: string | null = new Date(began).toISOString(); since;) {
      const range = { endpointId: 'we_1', since, until, delivered: true };
      const page: { replayed: number; next: string | null } = await replayRange(
        ports,
        deliveries,
        range,
        'partner acme',
      );
      replayed += page.replayed;
      since = page.next;
    }
    await drainAll();
    assert.deepEqual([replayed, sent.length], [720, 1440]);
    assert.equal(new Set(sent.slice(first).map(({ id }) => id)).size, 720);
  });
});

describe('an endpoint that does not answer', () => {
  it(
    'keeps eight deliveries at most waiting, and turns the others away without an attempt',
    { timeout: 10_000 },
    async () => {
      const began: string[] = [];
      const hanging = new Promise<never>(() => {});
      const silent = deliveryStreams({
        ...ports,
        endpoints,
        deliveries,
        post: (url) => {
          began.push(url);
          return hanging;
        },
      });
      await endpoints.create(endpoint('we_1'));
      await publish(...Array.from({ length: 30 }, (_, index) => event(1, 'exchange.confirming', `ex_${index}`)));
      let turnedAway = 0;
      await new Promise<void>((resolve, reject) => {
        for (const stream of store.streams()) {
          drain(silent, stream).then(() => {
            if (++turnedAway === 22) resolve();
          }, reject);
        }
      });
      assert.equal(began.length, 8);
      const heads = await Promise.all(store.streams().map(headOf));
      const later = heads.filter(({ blockedUntil }) => blockedUntil > now);
      assert.deepEqual([later.length, new Set(later.map(({ attempts }) => attempts))], [22, new Set([0])]);
    },
  );
});
