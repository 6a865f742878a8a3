import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { memoryStreamStore, type MemoryStreamStore } from '../../shared/streams/memory-stream-store.ts';
import { StoreUnavailableError } from '../../shared/streams/errors.ts';
import type { StreamPorts } from '../../shared/streams/ports.ts';
import type { Delivery } from '../../shared/webhooks/delivery.ts';
import { healthy } from '../../shared/webhooks/endpoint.ts';
import { memoryDeliveryStore } from '../../shared/webhooks/memory-delivery-store.ts';
import { memoryEndpointStore } from '../../shared/webhooks/memory-endpoint-store.ts';
import { deliveryStreams } from '../../shared/webhooks/stream.ts';
import type { WebhookTools } from './webhook-tools.ts';
import { webhooksCommand } from './webhooks-command.ts';

const createdAt = '2026-01-05T12:00:00.000Z';

let store: MemoryStreamStore;
let ports: StreamPorts;
let tools: WebhookTools;

beforeEach(async () => {
  const now = () => Date.parse(createdAt);
  store = memoryStreamStore(now);
  const endpoints = memoryEndpointStore();
  const deliveries = memoryDeliveryStore();
  ports = deliveryStreams({
    store,
    bell: { ring: async () => {} },
    now,
    random: () => 0.5,
    report: () => {},
    handOn: async () => {},
    endpoints,
    deliveries,
    post: () => Promise.reject(new Error('a command sends nothing itself')),
  });
  tools = { endpoints, deliveries, streams: () => ports, actor: 'ada', close: async () => {} };
  const filters = { eventTypes: null, pairs: null, description: null, rateLimit: null };
  const secrets = [{ secret: 'whsec_c2VjcmV0' }];
  const rest = { ...filters, secrets, enabled: true, disabledReason: null, health: healthy, createdAt };
  await endpoints.create({ id: 'we_1', partnerId: 'acme', url: 'https://partner.example/', ...rest });
});

async function run(...args: string[]): Promise<number> {
  return webhooksCommand(async () => tools).run(args, { out: () => {}, err: () => {} });
}

function trail(): unknown[] {
  return store.events('endpoint/we_1').map(({ type, data }) => ({ type, ...data }));
}

test('enabling and disabling an endpoint are events, with who did it', async () => {
  assert.equal(await run('disable', 'acme', 'we_1'), 0);
  assert.equal(await run('enable', 'acme', 'we_1'), 0);
  assert.deepEqual(trail(), [
    { type: 'endpoint.disable', actor: 'ada' },
    { type: 'endpoint.enable', actor: 'ada' },
  ]);
});

test("nothing is recorded of an endpoint that is not the partner's, or that nothing was sent to", async () => {
  assert.equal(await run('disable', 'another', 'we_1'), 1);
  assert.equal(await run('recover', 'we_1', '--since', createdAt), 0);
  assert.deepEqual(store.streams(), []);
});

test('a recovery is one event, and then what it sends again', async () => {
  const what = { eventId: 'e1', eventType: 'exchange.finished', exchangeId: 'ex_1', event: { id: 'e1' } };
  const delivery: Delivery = {
    ...what,
    id: 'wd_1',
    endpointId: 'we_1',
    partnerId: 'acme',
    stream: 'we_1/ex_1',
    status: 'failed',
    createdAt,
    attempts: [],
  };
  await tools.deliveries.put(delivery);
  const until = '2026-01-05T13:00:00.000Z';
  assert.equal(await run('recover', 'we_1', '--since', createdAt, '--until', until), 0);
  assert.deepEqual(trail(), [{ type: 'endpoint.recover', since: createdAt, until, delivered: false, actor: 'ada' }]);
  assert.equal((await store.read('we_1/ex_1'))?.head.pending.length, 1);
});

test('nothing is changed that could not be recorded', async () => {
  const away = () => Promise.reject(new StoreUnavailableError('throttled'));
  ports = { ...ports, store: { ...store, move: away } };
  await assert.rejects(run('disable', 'acme', 'we_1'), StoreUnavailableError);
  assert.equal((await tools.endpoints.get('acme', 'we_1'))?.enabled, true);
});

test('a time that is not written as one is refused, and so is a range that runs backwards', async () => {
  for (const since of ['5', '2026', '2026-01-05', 'yesterday', '']) {
    await assert.rejects(run('recover', 'we_1', '--since', since), /is no time: use RFC 3339/);
  }
  const backwards = ['recover', 'we_1', '--since', createdAt, '--until', '2026-01-05T11:59:59Z'];
  await assert.rejects(run(...backwards), /--until is before --since/);
  await assert.rejects(run('constructor', 'we_1'), /no such action: constructor/);
});
