import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringInTurn } from './sweep.ts';

test('streams: a sweep rings one stream after the other, so that none takes the sessions of all', async () => {
  const rings: [string, number | undefined, boolean | undefined][] = [];
  const bell = {
    ring: async (stream: string, { at, reconcile } = {} as { at?: number; reconcile?: boolean }) =>
      void rings.push([stream, at, reconcile]),
  };
  const streams = ['a', 'b', 'c'].map((stream) => ({ stream, queue: 'callbacks' }));
  await ringInTurn({ bells: { callbacks: bell }, now: () => 1000 }, streams, { reconcile: true });
  assert.deepEqual(rings, [
    ['a', 1000, true],
    ['b', 1015, true],
    ['c', 1030, true],
  ]);
  await assert.rejects(ringInTurn({ bells: {}, now: () => 0 }, streams), /queue callbacks, which has no bell/);
});
