import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { append } from './append.ts';
import { drain } from './drain.ts';
import type { Decision, Work } from './effect.ts';
import { PermanentError } from './errors.ts';
import { heldTooLongMs, ringGraceMs, type Entry } from './head.ts';
import { memoryStreamStore, type MemoryStreamStore } from './memory-stream-store.ts';
import { fix, replay, skip } from './operate.ts';
import type { StreamPorts, StreamReport } from './ports.ts';

const stream = 'ex_1';
const order = { actor: 'ada', reason: 'provider mended' };

let now: number;
let reports: StreamReport[];
let done: string[];
let store: MemoryStreamStore;
let behave: (entry: Entry) => void;
let ports: StreamPorts;

/** Decides about one entry. Those of type `early` wait for `opener`. */
function decide(entry: Entry): Decision {
  behave(entry);
  const hold = entry.type === 'early' && !done.includes('opener');
  if (!hold) done.push(entry.key);
  const outcome = hold ? 'early' : 'applied';
  const note = { type: 'thing', outcome, state: null, occurredAt: '2026-01-05T12:00:00.000Z', data: {} };
  return { key: entry.key, note, ...(hold && { hold }) };
}

function apply({ held, pending: [front] }: Work): Decision[] {
  if (front) return [decide(front)];
  return done.includes('opener') ? held.map(decide) : [];
}

beforeEach(() => {
  now = Date.UTC(2026, 0, 5, 12);
  reports = [];
  done = [];
  store = memoryStreamStore(() => now);
  behave = () => {};
  ports = {
    queue: 'callbacks',
    store,
    bell: { ring: async () => {} },
    effect: { apply: async (work) => ({ decisions: apply(work) }), fence: async () => {} },
    now: () => now,
    random: () => 0.5,
    retryDelay: () => 1000,
    handOn: async () => {},
    report: (event) => void reports.push(event),
  };
});

const add = (key: string, type = 'thing') => append(ports, stream, { key, type, data: {} });
const headOf = async () => {
  const found = await store.read(stream);
  assert.ok(found);
  return found.head;
};

describe('a parked stream', () => {
  beforeEach(async () => {
    behave = (entry) => {
      if (entry.key === 'bad' && entry.data.mended !== true) throw new PermanentError(entry.key, 'no good');
    };
    for (const key of ['a', 'bad', 'c']) await add(key);
    await drain(ports, stream);
  });

  it('has done what came before, and nothing of what came behind', async () => {
    assert.deepEqual(done, ['a']);
    const { parked, dueAt } = await headOf();
    assert.deepEqual([parked?.key, parked?.reason, dueAt], ['bad', 'no good', null]);
    assert.equal(reports.at(-1)?.kind, 'parked');
    await drain(ports, stream);
    assert.deepEqual(done, ['a']);
  });

  it('goes on where it stopped when it is replayed', async () => {
    behave = () => {};
    await replay(ports, stream, order);
    await drain(ports, stream);
    assert.deepEqual(done, ['a', 'bad', 'c']);
  });

  it('leaves an entry out when it is skipped, and says who and why', async () => {
    await skip(ports, stream, order);
    await drain(ports, stream);
    assert.deepEqual(done, ['a', 'c']);
    const event = store.events(stream).find(({ type }) => type === 'stream.skipped');
    assert.deepEqual([event?.data.actor, event?.data.reason, event?.data.key], ['ada', 'provider mended', 'bad']);
  });

  it('does a fixed entry in its old place', async () => {
    await fix(ports, stream, { mended: true }, order);
    await drain(ports, stream);
    assert.deepEqual(done, ['a', 'bad', 'c']);
  });

  for (const [name, act] of [
    ['replayed', () => replay(ports, stream, order)],
    ['skipped', () => skip(ports, stream, order)],
    ['fixed', () => fix(ports, stream, { mended: true }, order)],
  ] as const) {
    it(`is ${name} although its ring gets lost, and the sweeper finds it`, async () => {
      ports.bell = { ring: () => Promise.reject(new Error('the broker is away')) };
      await act();
      assert.equal(store.events(stream).at(-1)?.type, `stream.${name}`);
      assert.deepEqual(reports.at(-1), { kind: 'ring-lost', stream, error: new Error('the broker is away') });
      assert.deepEqual(await store.due(now + ringGraceMs, 10), [{ stream, queue: 'callbacks' }]);
    });
  }

  it('is parked again when nothing has changed', async () => {
    await replay(ports, stream, order);
    await drain(ports, stream);
    assert.equal((await headOf()).parked?.key, 'bad');
  });
});

describe('a parked stream that holds nothing but an early entry', () => {
  it('is looked at after a replay whose ring got lost, and left alone when its time has not come', async () => {
    await add('x', 'early');
    await drain(ports, stream);
    now += heldTooLongMs;
    await drain(ports, stream);
    ports.bell = { ring: () => Promise.reject(new Error('the broker is away')) };
    await replay(ports, stream, order);
    now += ringGraceMs;
    assert.deepEqual(await store.due(now, 10), [{ stream, queue: 'callbacks' }]);
    await drain(ports, stream);
    assert.deepEqual(done, []);
    assert.deepEqual(await store.due(now, 10), []);
    assert.equal((await headOf()).dueAt, now - ringGraceMs + heldTooLongMs);
  });

  it('is done by the sweeper once what it waited for has happened', async () => {
    await add('x', 'early');
    await drain(ports, stream);
    now += heldTooLongMs;
    await drain(ports, stream);
    done.push('opener');
    await replay(ports, stream, order);
    await drain(ports, stream);
    assert.deepEqual(done, ['opener', 'x']);
  });
});
