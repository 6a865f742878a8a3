import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { memoryAuditLog } from '../audit/memory-audit-log.ts';
import { verifyChain } from '../audit/verify.ts';
import { StoreUnavailableError } from '../streams/errors.ts';
import { memoryStreamStore, type MemoryStreamStore } from '../streams/memory-stream-store.ts';
import { auditedSettings, recordOrder } from './endpoint-trail.ts';

const now = () => Date.UTC(2026, 0, 5, 12);
const create = { type: 'endpoint.create', endpointId: 'we_1', actor: 'partner acme' } as const;
const allowed = Promise.resolve();

let store: MemoryStreamStore;

beforeEach(() => {
  store = memoryStreamStore(now);
});

describe('the audit chain of an endpoint', () => {
  it('links orders, and leaves nothing for a consumer or the sweeper to do', async () => {
    await recordOrder({ store, now }, { ...create, data: { enabled: true } }, allowed);
    await recordOrder({ store, now }, { type: 'endpoint.delete', endpointId: 'we_1', actor: 'ada' }, allowed);
    const events = store.events('endpoint/we_1');
    assert.deepEqual(
      events.map(({ type, outcome, data }) => ({ type, outcome, data })),
      [
        { type: 'endpoint.create', outcome: 'ordered', data: { enabled: true, actor: 'partner acme' } },
        { type: 'endpoint.delete', outcome: 'ordered', data: { actor: 'ada' } },
      ],
    );
    assert.equal(events[1]?.previousHash, events[0]?.hash);
    assert.deepEqual(await store.due(Number.MAX_SAFE_INTEGER, 10), []);
    assert.deepEqual(await store.parked(10), []);
  });

  it('keeps every one of many orders at once', async () => {
    const order = { type: 'endpoint.test', endpointId: 'we_1', actor: 'partner acme' } as const;
    await Promise.all(Array.from({ length: 40 }, () => recordOrder({ store, now }, order, allowed)));
    const tip = (await store.read('endpoint/we_1'))?.head.tip;
    assert.equal(tip?.sequence, 40);
    const log = memoryAuditLog(new Map([['endpoint/we_1', store.events('endpoint/we_1')]]));
    const checked = await verifyChain(log, 'endpoint/we_1', tip);
    assert.deepEqual(checked, { stream: 'endpoint/we_1', events: 40 });
  });

  it('holds nothing that was not allowed', async () => {
    const refused = Promise.reject(new Error('there is no such endpoint'));
    await assert.rejects(recordOrder({ store, now }, create, refused), /no such endpoint/);
    assert.deepEqual(store.streams(), []);
  });

  it('has an order wait for a store that is away', async () => {
    const away = { ...store, move: () => Promise.reject(new StoreUnavailableError('throttled')) };
    await assert.rejects(recordOrder({ store: away, now }, create, allowed), StoreUnavailableError);
    assert.deepEqual(store.streams(), []);
  });

  it('says to try again when others keep writing', async () => {
    const busy: MemoryStreamStore = {
      ...store,
      move: async (move, version) => {
        await recordOrder({ store, now }, { ...create, actor: 'somebody faster' }, allowed);
        return store.move(move, version);
      },
    };
    await assert.rejects(recordOrder({ store: busy, now }, create, allowed), StoreUnavailableError);
    assert.ok(store.events('endpoint/we_1').every(({ data }) => data['actor'] === 'somebody faster'));
  });

  it('keeps tokens and free text out of what can never be erased', () => {
    const url = 'https://hooks.partner.example:8443/services/T0KEN?key=s3cret';
    const settings = auditedSettings({ url, description: 'ask Ada', rateLimit: 5, pairs: null, enabled: false });
    const origin = 'https://hooks.partner.example:8443';
    assert.deepEqual(settings, { origin, description: 'changed', rateLimit: 5, pairs: null, enabled: false });
    assert.deepEqual(auditedSettings({}), {});
  });
});
