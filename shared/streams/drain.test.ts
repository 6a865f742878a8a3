import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { append } from './append.ts';
import { drain } from './drain.ts';
import type { Applied, Work } from './effect.ts';
import { PermanentError, PostponedError, StoreUnavailableError, TransientError } from './errors.ts';
import { heldTooLongMs, inlineLimit, type Entry, type FollowUp } from './head.ts';
import { memoryStreamStore, type MemoryStreamStore } from './memory-stream-store.ts';
import { fix, replay, skip } from './operate.ts';
import type { StreamPorts, StreamReport } from './ports.ts';

const stream = 'ex_1';
const order = { actor: 'ada', reason: 'provider mended' };

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
    assert.equal(store.events(stream)[0]?.data.attempts, 2);
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

  it('is parked again when nothing has changed', async () => {
    await replay(ports, stream, order);
    await drain(ports, stream);
    assert.equal((await headOf()).parked?.key, 'bad');
  });
});
