import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { append } from '../streams/append.ts';
import { drain } from '../streams/drain.ts';
import { StoreUnavailableError } from '../streams/errors.ts';
import { memoryStreamStore, type MemoryStreamStore } from '../streams/memory-stream-store.ts';
import type { StreamPorts } from '../streams/ports.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { changed, newEndpoint } from './endpoints.ts';
import { fanOut } from './fan-out.ts';
import { memoryDeliveryStore } from './memory-delivery-store.ts';
import { memoryEndpointStore } from './memory-endpoint-store.ts';
import { deliveryStreams } from './stream.ts';

const partnerId = 'acme';

let now: number;
let store: MemoryStreamStore;
let endpoints: EndpointStore;
let ports: StreamPorts;
let status: number;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 5, 12);
  status = 500;
  store = memoryStreamStore(() => now);
  endpoints = memoryEndpointStore();
  await register('we_1');
  ports = deliveryStreams({
    store,
    bell: { ring: async () => {} },
    now: () => now,
    random: () => 0.5,
    report: () => {},
    handOn: (items) => fanOut(endpoints, () => ports)(items),
    endpoints,
    deliveries: memoryDeliveryStore(),
    post: async () => {
      const at = new Date(now).toISOString();
      return { attempt: { at, milliseconds: 1, status, error: null, response: '' }, retryAfterMs: 0 };
    },
  });
});

async function register(id: string): Promise<void> {
  const created = newEndpoint(partnerId, { url: `https://partner.example/${id}` }, new Date(now));
  await endpoints.create({ ...created, id });
}

/** One event of an exchange, in its stream to `we_1`. */
async function enqueue(exchangeId: string): Promise<string> {
  const stream = `we_1/${exchangeId}`;
  const event = { id: 'e', subject: exchangeId, time: new Date(now).toISOString() };
  const data = { deliveryId: `wd_${exchangeId}`, endpointId: 'we_1', partnerId, event };
  await append(ports, stream, { key: `${exchangeId}-1`, type: 'exchange.sending', data });
  return stream;
}

const trail = () => store.events('endpoint/we_1').map(({ type, outcome, data }) => ({ type, outcome, data }));
const enabled = async () => (await endpoints.get(partnerId, 'we_1'))?.enabled;

describe('an endpoint that is given up', () => {
  beforeEach(async () => {
    status = 410;
    await register('we_2');
  });

  it('is disabled once, however many streams give it up together, and its chain and its partner are told once', async () => {
    const streams = await Promise.all(['ex_1', 'ex_2', 'ex_3'].map(enqueue));
    await Promise.all(streams.map((stream) => drain(ports, stream)));
    assert.equal(await enabled(), false);
    const [event, ...others] = trail();
    assert.deepEqual(others, []);
    assert.deepEqual([event?.type, event?.outcome, event?.data.reason], ['endpoint.disabled', 'applied', 'gone']);
    assert.equal((await store.read('we_2/we_1'))?.head.pending.length, 1);
  });

  it('is disabled, told of and recorded although the worker dies behind the decision', async () => {
    const stream = await enqueue('ex_1');
    const dies = { ...ports, handOn: () => new Promise<void>(() => {}) };
    void drain(dies, stream);
    while (store.events(stream).length === 0) await Promise.resolve();
    assert.equal(await enabled(), true);
    await drain(ports, stream);
    assert.equal(await enabled(), false);
    assert.equal(trail().length, 1);
    assert.equal((await store.read('we_2/we_1'))?.head.pending.length, 1);
  });

  it('stays as its partner has it when the same is handed on again', async () => {
    const stream = await enqueue('ex_1');
    let moves = 0;
    // The worker dies after the endpoint is disabled, before the stream knows.
    const forgets: StreamPorts['store'] = {
      ...store,
      move: (move, version) =>
        ++moves === 2 ? Promise.reject(new StoreUnavailableError('away')) : store.move(move, version),
    };
    await drain({ ...ports, store: forgets }, stream);
    await endpoints.update(partnerId, 'we_1', (endpoint) => changed(endpoint, { enabled: true }));
    await drain(ports, stream);
    assert.equal(await enabled(), true);
  });
});

describe('the circuit of an endpoint', () => {
  it('is recorded when it opens, however often it is tried then, and when it closes', async () => {
    const stream = await enqueue('ex_1');
    for (let attempt = 1; attempt <= 8; attempt++) {
      await drain(ports, stream);
      now = (await store.read(stream))!.head.blockedUntil;
    }
    status = 204;
    await drain(ports, stream);
    assert.deepEqual(trail(), [
      { type: 'endpoint.circuit', outcome: 'opened', data: { failures: 5 } },
      { type: 'endpoint.circuit', outcome: 'closed', data: { failures: 8 } },
    ]);
  });

  it('is told once by all that fail together', async () => {
    const streams = await Promise.all(Array.from({ length: 12 }, (_, index) => enqueue(`ex_${index}`)));
    for (const stream of streams) await drain(ports, stream);
    await Promise.all(streams.map((stream) => drain(ports, stream)));
    assert.deepEqual(trail(), [{ type: 'endpoint.circuit', outcome: 'opened', data: { failures: 5 } }]);
  });

  it('counts an attempt although its chain cannot be written', async () => {
    const stream = await enqueue('ex_1');
    const away: StreamPorts['store'] = {
      ...store,
      move: (move, version) =>
        move.head.stream.startsWith('endpoint/')
          ? Promise.reject(new StoreUnavailableError('away'))
          : store.move(move, version),
    };
    const reports: string[] = [];
    const lame = deliveryStreams({
      ...ports,
      store: away,
      endpoints,
      deliveries: memoryDeliveryStore(),
      post: async () => ({
        attempt: { at: '', milliseconds: 1, status, error: null, response: '' },
        retryAfterMs: 0,
      }),
      report: ({ kind }) => void reports.push(kind),
    });
    for (let attempt = 1; attempt <= 5; attempt++) {
      await drain(lame, stream);
      now = (await store.read(stream))!.head.blockedUntil;
    }
    assert.equal((await store.read(stream))?.head.attempts, 5);
    assert.ok(reports.includes('log-lost'));
  });
});
