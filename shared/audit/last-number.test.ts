import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastNumber } from './last-number.ts';

test('audit: the last checkpoint is found with few questions, wherever the search begins', async () => {
  for (const last of [0, 1, 2, 3, 4, 7, 8, 100, 525_600]) {
    for (const from of [0, 1, last - 1, last].filter((number) => number >= 0 && number <= last)) {
      let asked = 0;
      const exists = async (number: number) => {
        asked++;
        return number <= last;
      };
      assert.equal(await lastNumber(exists, from), last);
      assert.ok(asked <= 2 * Math.ceil(Math.log2(last - from + 2)) + 1, `${asked} for ${last} from ${from}`);
    }
  }
});
