import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { append } from './append.ts';
import { ringGraceMs } from './head.ts';
import { memoryStreamStore, type MemoryStreamStore } from './memory-stream-store.ts';
import type { StreamPorts, StreamReport } from './ports.ts';
import { sweep } from './sweep.ts';

const stream = 'ex_1';

let now: number;
let rings: { stream: string }[];
let reports: StreamReport[];
let store: MemoryStreamStore;
let ports: Pick<StreamPorts, 'queue' | 'store' | 'bell' | 'now' | 'report'>;

beforeEach(() => {
  now = Date.UTC(2026, 0, 5, 12);
  rings = [];
  reports = [];
  store = memoryStreamStore(() => now);
  ports = {
    queue: 'callbacks',
    store,
    bell: { ring: async (name) => void rings.push({ stream: name }) },
    now: () => now,
    report: (event) => void reports.push(event),
  };
});

const add = (key: string) => append(ports, stream, { key, type: 'thing', data: {} });

describe('append', () => {
  it('rings when the stream was idle, and not for what comes behind', async () => {
    for (const key of ['a', 'b', 'c']) await add(key);
    assert.deepEqual(rings, [{ stream }]);
  });

  it('rings again for a duplicate: its sender may have died before the first ring', async () => {
    await add('a');
    assert.equal(await add('a'), 'duplicate');
    assert.equal(rings.length, 2);
  });

  it('rings again when what waits should long have been done', async () => {
    await add('a');
    now += ringGraceMs;
    await add('b');
    assert.equal(rings.length, 2);
  });

  it('holds although the bell does not ring', async () => {
    ports.bell = { ring: () => Promise.reject(new Error('no broker')) };
    assert.equal(await add('a'), 'appended');
    assert.equal(reports[0]?.kind, 'ring-lost');
    now += ringGraceMs;
    const bell = { ring: async (name: string) => void rings.push({ stream: name }) };
    assert.equal(await sweep({ store, bells: { callbacks: bell }, now: () => now }), 1);
    assert.deepEqual(rings, [{ stream }]);
  });
});
