import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { link } from '../audit/chain.ts';
import { ConflictError } from './errors.ts';
import { inlineLimit, newHead, type Head } from './head.ts';
import { parked } from './moves.ts';
import type { Move, StreamStore } from './stream-store.ts';

const now = Date.UTC(2026, 0, 5, 12);
const entry = (key: string) => ({ key, type: 'thing.happened', at: now, data: { key, nested: { list: [1, 2] } } });
const note = {
  type: 'thing.happened',
  outcome: 'applied',
  state: null,
  occurredAt: '2026-01-05T12:00:00.000Z',
  data: {},
};

/** What every stream store must do. `stream` names a new stream each time. */
export function streamStoreContract(name: string, open: () => Promise<StreamStore>, stream: () => string): void {
  describe(`${name} as a stream store`, () => {
    it('makes a stream with its first entry', async () => {
      const store = await open();
      const id = stream();
      const appended = await store.append('callbacks', id, entry('a'));
      assert.equal(appended.status, 'appended');
      const found = await store.read(id);
      assert.deepEqual(found?.head.pending, [entry('a')]);
      assert.equal(found?.head.queue, 'callbacks');
      assert.equal(found?.head.number, 1);
    });

    it('reads nothing of a stream that nobody made', async () => {
      assert.equal(await (await open()).read(stream()), undefined);
    });

    it('answers an append with the head after it', async () => {
      const store = await open();
      const id = stream();
      await store.append('callbacks', id, entry('a'));
      const second = await store.append('callbacks', id, entry('b'));
      assert.ok(second.status === 'appended');
      assert.deepEqual(second.head, (await store.read(id))?.head);
      assert.deepEqual(
        second.head.pending.map(({ key }) => key),
        ['a', 'b'],
      );
    });

    it('takes a key in once, however often it comes and after it was dealt with', async () => {
      const store = await open();
      const id = stream();
      await store.append('callbacks', id, entry('a'));
      assert.deepEqual(await store.append('callbacks', id, entry('a')), { status: 'duplicate' });
      const found = await store.read(id);
      assert.ok(found);
      await store.move({ head: { ...found.head, pending: [], room: inlineLimit }, events: [] }, found.version);
      assert.deepEqual(await store.append('callbacks', id, entry('a')), { status: 'duplicate' });
      assert.deepEqual((await store.read(id))?.head.pending, []);
    });

    it('keeps every one of many concurrent appends', async () => {
      const store = await open();
      const id = stream();
      const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
      const results = await Promise.all([...keys, ...keys].map((key) => store.append('callbacks', id, entry(key))));
      assert.equal(results.filter(({ status }) => status === 'appended').length, keys.length);
      const found = await store.read(id);
      assert.deepEqual(found?.head.pending.map(({ key }) => key).sort(), keys.toSorted());
      assert.equal(found?.head.room, inlineLimit - keys.length);
    });

    it('moves a head only from the version that was read', async () => {
      const store = await open();
      const id = stream();
      await store.append('callbacks', id, entry('a'));
      const found = await store.read(id);
      assert.ok(found);
      const move = moveOf(found.head);
      const moved = await store.move(move, found.version);
      assert.equal(moved.head.number, 2);
      await assert.rejects(store.move(move, found.version), ConflictError);
      assert.equal((await store.move(moveOf(moved.head), moved.version)).head.number, 3);
    });

    it('refuses a move after an append that the mover did not see', async () => {
      const store = await open();
      const id = stream();
      await store.append('callbacks', id, entry('a'));
      const found = await store.read(id);
      assert.ok(found);
      await store.append('callbacks', id, entry('b'));
      await assert.rejects(store.move(moveOf(found.head), found.version), ConflictError);
    });

    it('makes a stream by a move, unless it is there', async () => {
      const store = await open();
      const id = stream();
      await store.move(moveOf(newHead(id, 'callbacks')), undefined);
      await assert.rejects(store.move(moveOf(newHead(id, 'callbacks')), undefined), ConflictError);
      const appended = await store.append('callbacks', id, entry('a'));
      assert.equal(appended.status, 'appended');
    });

    it('lets entries beyond the head wait outside, in order, and takes them in again', async () => {
      const store = await open();
      const id = stream();
      const keys = Array.from({ length: inlineLimit + 5 }, (_, index) => `k${String(index).padStart(3, '0')}`);
      for (const key of keys) await store.append('callbacks', id, entry(key));
      assert.deepEqual(await store.append('callbacks', id, entry(keys.at(-1) as string)), { status: 'duplicate' });
      const full = await store.read(id);
      assert.ok(full);
      assert.equal(full.head.room, 0);
      assert.deepEqual(full.head.overflow, { first: 1, last: 5 });
      const outside = await store.readOverflow(id, 1, 5);
      assert.deepEqual(outside, keys.slice(inlineLimit).map(entry));
      const head = { ...full.head, pending: outside, overflow: { first: 6, last: 5 }, room: inlineLimit - 5 };
      await store.move({ head, events: [], taken: { first: 1, last: 5 } }, full.version);
      assert.deepEqual(await store.readOverflow(id, 1, 5), []);
      await store.append('callbacks', id, entry('next'));
      assert.equal((await store.read(id))?.head.pending.at(-1)?.key, 'next');
    });

    it('finds the streams that are parked', async () => {
      const store = await open();
      const id = stream();
      await store.move({ head: newHead(id, 'callbacks'), events: [] }, undefined);
      const found = await store.read(id);
      assert.ok(found);
      assert.ok((await store.parked(1000)).every((head) => head.stream !== id));
      const move = parked(found.head, 'a', 'no good', now);
      await store.move(move, found.version);
      assert.deepEqual(
        (await store.parked(1000)).find((head) => head.stream === id),
        move.head,
      );
    });

    it('finds the streams that are due and not blocked', async () => {
      const store = await open();
      const [due, blocked, idle] = [stream(), stream(), stream()];
      for (const [id, change] of [
        [due, { dueAt: 1000 }],
        [blocked, { dueAt: 1000, blockedUntil: now * 2 }],
        [idle, { dueAt: null }],
      ] as const) {
        await store.move({ head: { ...newHead(id, 'callbacks'), ...change }, events: [] }, undefined);
      }
      const found = (await store.due(2000, 100)).map((item) => item.stream);
      assert.ok(found.includes(due));
      assert.ok(!found.includes(blocked));
      assert.ok(!found.includes(idle));
      assert.deepEqual(
        (await store.due(999, 100)).filter((item) => item.stream === due),
        [],
      );
    });
  });
}

function moveOf(head: Head): Move {
  const { events, tip } = link(head.stream, head.tip, [note], now);
  return { head: { ...head, number: head.number + 1, tip }, events };
}
