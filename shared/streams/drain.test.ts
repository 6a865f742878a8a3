import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { append } from './append.ts';
import { drain } from './drain.ts';
import type { Applied, Work } from './effect.ts';
import { PostponedError, StoreUnavailableError, TransientError } from './errors.ts';
import { heldTooLongMs, inlineLimit, type Entry, type FollowUp } from './head.ts';
import { memoryStreamStore, type MemoryStreamStore } from './memory-stream-store.ts';
import type { StreamPorts, StreamReport } from './ports.ts';

const stream = 'ex_1';

let now: number;
let rings: { stream: string; at?: number; reconcile?: boolean }[];
let reports: StreamReport[];
let done: string[];
let handed: FollowUp[];
let store: MemoryStreamStore;
let behave: (entry: Entry) => void;
let ports: StreamPorts;

const note = (outcome: string) => {
  return { type: 'thing', outcome, state: null, occurredAt: '2026-01-05T12:00:00.000Z', data: {} };
};

/** Does one entry after another; what `behave` throws stops it. Entries of type `early` wait for one named `opener`. */
function apply({ held, pending }: Work): Applied {
  const decisions: Applied['decisions'] = [];
  const act = (entry: Entry) => {
    behave(entry);
    done.push(entry.key);
    decisions.push({ key: entry.key, note: note('applied') });
  };
  try {
    for (const entry of done.includes('opener') ? held : []) act(entry);
    for (const entry of pending) {
      if (entry.type === 'early' && !done.includes('opener')) {
        decisions.push({ key: entry.key, hold: true, note: note('early') });
      } else act(entry);
    }
  } catch (error) {
    if (decisions.length === 0) throw error;
    return { decisions, failure: error as Error };
  }
  return { decisions, followUps: decisions.map(({ key }) => ({ id: `f-${key}`, type: 'followed', data: {} })) };
}

beforeEach(() => {
  now = Date.UTC(2026, 0, 5, 12);
  rings = [];
  reports = [];
  done = [];
  handed = [];
  store = memoryStreamStore(() => now);
  behave = () => {};
  ports = {
    queue: 'callbacks',
    store,
    bell: { ring: async (name, options) => void rings.push({ stream: name, ...options }) },
    effect: { apply: async (work) => apply(work), fence: async () => {} },
    now: () => now,
    random: () => 0.5,
    retryDelay: (attempt) => (attempt < 4 ? attempt * 1000 : null),
    handOn: async (items) => void handed.push(...items),
    report: (event) => void reports.push(event),
  };
});

const add = (key: string, type = 'thing') => append(ports, stream, { key, type, data: {} });
const headOf = async () => {
  const found = await store.read(stream);
  assert.ok(found);
  return found.head;
};

describe('drain', () => {
  it('does what waits in the order in which it came, once', async () => {
    for (const key of ['a', 'b', 'c']) await add(key);
    await drain(ports, stream);
    await drain(ports, stream);
    assert.deepEqual(done, ['a', 'b', 'c']);
    assert.deepEqual(
      store.events(stream).map(({ sequence, outcome }) => [sequence, outcome]),
      [
        [1, 'applied'],
        [2, 'applied'],
        [3, 'applied'],
      ],
    );
    assert.equal((await headOf()).dueAt, null);
  });

  it('needs three round trips for whatever waits: read, effect, move', async () => {
    let calls = 0;
    const count = <T>(result: Promise<T>) => {
      calls++;
      return result;
    };
    for (const key of ['a', 'b', 'c']) await add(key);
    const effect = {
      ...ports.effect,
      apply: (work: Work) => count(Promise.resolve({ ...apply(work), followUps: [] })),
    };
    const counted = {
      ...store,
      read: (name: string) => count(store.read(name)),
      move: (...given: Parameters<MemoryStreamStore['move']>) => count(store.move(...given)),
    };
    await drain({ ...ports, store: counted, effect }, stream);
    assert.equal(calls, 3);
  });

  it('goes through far more than fits the head, in order', async () => {
    const keys = Array.from({ length: inlineLimit * 3 + 5 }, (_, index) => `k${index}`);
    for (const key of keys) await add(key);
    await drain(ports, stream);
    assert.deepEqual(done, keys);
    assert.equal((await headOf()).room, inlineLimit);
  });

  it('keeps an early entry until its time has come', async () => {
    await add('x', 'early');
    await add('a');
    await add('opener');
    await add('b');
    await drain(ports, stream);
    await add('c');
    await drain(ports, stream);
    assert.deepEqual(done, ['a', 'opener', 'b', 'x', 'c']);
    assert.equal((await headOf()).held.length, 0);
  });

  it('parks when an early entry waited for a day', async () => {
    await add('x', 'early');
    await drain(ports, stream);
    const { dueAt } = await headOf();
    assert.equal(dueAt, now + heldTooLongMs);
    now += heldTooLongMs;
    await drain(ports, stream);
    assert.match((await headOf()).parked?.reason ?? '', /waited too long/);
  });

  it('hands on what follows, after the move that caused it', async () => {
    await add('a');
    await drain(ports, stream);
    assert.deepEqual(handed, [{ id: 'f-a', type: 'followed', data: {} }]);
    assert.deepEqual((await headOf()).outbox, []);
  });

  it('hands on again when it could not, before anything else', async () => {
    ports.handOn = () => Promise.reject(new StoreUnavailableError('away'));
    await add('a');
    await drain(ports, stream);
    assert.equal((await headOf()).outbox.length, 1);
    ports.handOn = async (items) => void handed.push(...items);
    await add('b');
    now += 1000;
    await drain(ports, stream);
    assert.deepEqual(
      handed.map(({ id }) => id),
      ['f-a', 'f-b'],
    );
  });

  it('backs off after a failure, and lets nothing by meanwhile', async () => {
    behave = () => {
      throw new TransientError('down');
    };
    await add('a');
    await drain(ports, stream);
    assert.deepEqual(rings.at(-1), { stream, at: now + 1000, reconcile: false });
    await add('b');
    behave = () => {};
    now += 999;
    await drain(ports, stream);
    assert.deepEqual(done, []);
    now += 1;
    await drain(ports, stream);
    assert.deepEqual(done, ['a', 'b']);
    assert.equal((await headOf()).attempts, 0);
    assert.equal(store.events(stream)[1]?.data.attempts, 2);
  });

  it('records a failed attempt with the move that counts it: when the next is due, and why', async () => {
    behave = () => {
      throw new TransientError('down');
    };
    await add('a');
    await drain(ports, stream);
    const [event] = store.events(stream);
    assert.deepEqual([event?.type, event?.outcome], ['stream.delayed', 'delayed']);
    const until = new Date(now + 1000).toISOString();
    assert.deepEqual(event?.data, { key: 'a', attempt: 1, until, reason: 'down' });
    assert.equal((await headOf()).tip.sequence, 1);
  });

  it('fails for as long as it takes without its chain growing with every attempt', async () => {
    behave = () => {
      throw new TransientError('down');
    };
    ports.retryDelay = () => 1000;
    await add('a');
    for (let attempt = 0; attempt < 300; attempt++) {
      await drain(ports, stream);
      now += 1000;
    }
    const recorded = store.events(stream).map(({ data }) => data.attempt);
    assert.deepEqual(recorded, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 32, 64, 128, 256]);
  });

  it('forgets failures to hand on once it could', async () => {
    ports.handOn = () => Promise.reject(new StoreUnavailableError('away'));
    await add('a');
    await drain(ports, stream);
    assert.equal((await headOf()).attempts, 1);
    ports.handOn = async (items) => void handed.push(...items);
    now += 1000;
    await drain(ports, stream);
    const { attempts, blockedUntil, dueAt } = await headOf();
    assert.deepEqual([attempts, blockedUntil, dueAt], [0, 0, null]);
  });

  it('waits at least as long as the other side asks', async () => {
    behave = () => {
      throw new TransientError('busy', { retryAfterMs: 60_000 });
    };
    await add('a');
    await drain(ports, stream);
    assert.equal((await headOf()).blockedUntil, now + 60_000);
  });

  it('does not count a postponement as an attempt', async () => {
    behave = () => {
      throw new PostponedError('not now', now + 5000);
    };
    await add('a');
    await drain(ports, stream);
    const { attempts, blockedUntil } = await headOf();
    assert.deepEqual([attempts, blockedUntil], [0, now + 5000]);
  });

  it('parks when the schedule has no further attempt', async () => {
    behave = () => {
      throw new TransientError('down');
    };
    await add('a');
    for (let attempt = 0; attempt < 4; attempt++) {
      await drain(ports, stream);
      now += 10_000;
    }
    assert.match((await headOf()).parked?.reason ?? '', /gave up after 4 attempts: down/);
  });

  it('is called again later, and does not fail, when the store is away', async () => {
    await add('a');
    const away = { ...store, read: () => Promise.reject(new StoreUnavailableError('away')) };
    await drain({ ...ports, store: away }, stream);
    assert.deepEqual(rings.at(-1), { stream, at: now + 5500 });
  });

  it('puts its decisions on a head that an append moved, without repeating the effect', async () => {
    await add('a');
    let applied = 0;
    const effect = {
      ...ports.effect,
      apply: async (work: Work) => {
        applied++;
        const result = apply(work);
        if (applied === 1) await add('b');
        return { ...result, followUps: [] };
      },
    };
    await drain({ ...ports, effect }, stream);
    assert.deepEqual(done, ['a', 'b']);
    assert.equal(applied, 2);
  });
});
