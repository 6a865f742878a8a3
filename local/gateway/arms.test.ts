import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { expressionTypes } from './context-types.ts';
import { compileSource } from './expressions/compile.ts';

const count = Number(process.env['SUBJECTS'] ?? 30_000);
const bucketOf = compileSource(
  '@((int)(BitConverter.ToUInt32(SHA256.Create().ComputeHash(Encoding.UTF8.GetBytes("route:" + context.ToString())), 0) % 10000))',
  expressionTypes,
);

/** Unicode subjects, the same in every run. */
function* subjects(): Generator<string> {
  let seed = 12_345;
  const next = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0);
  for (let i = 0; i < count; i++) {
    const codes = Array.from({ length: 6 }, next).map((value) => value % 0x11_0000);
    yield `${String.fromCodePoint(...codes.map((code) => (code >= 0xd800 && code <= 0xdfff ? 65 : code)))}${i}`;
  }
}

test('gateway: split: policy and TypeScript choose the same arm for every subject (SUBJECTS=1000000 for the long run), within binomial bounds', () => {
  let below = 0;
  for (const subject of subjects()) {
    const bucket = createHash('sha256').update(`route:${subject}`).digest().readUInt32LE(0) % 10_000;
    if (bucketOf.evaluate(subject) !== bucket) assert.fail(`another arm for ${JSON.stringify(subject)}`);
    if (bucket < 1000) below++;
  }
  const deviation = Math.abs(below - count * 0.1) / Math.sqrt(count * 0.1 * 0.9);
  assert.ok(deviation < 4, `${below} of ${count} below 10 %`);
});
