import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { exchangeId } from '../contract/values.ts';
import { newId } from './id.ts';

test('ids are what the contract says, and sort by time', () => {
  const ids = Array.from({ length: 200 }, (_, index) =>
    newId('ex', new Date(1_760_000_000_000 + index), randomBytes(10)),
  );
  for (const id of ids) exchangeId.parse(id);
  assert.deepEqual(
    ids.toSorted((a, b) => (a < b ? -1 : 1)),
    ids,
  );
});

test('the time is in the first 48 bits, the randomness in the rest', () => {
  const id = newId('qt', new Date(0x0199d5a05c1e), new Uint8Array(10).fill(0xff));
  assert.equal(id, 'qt_0199d5a0-5c1e-7fff-bfff-ffffffffffff');
});
