import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { zip } from './zip.ts';

const files = [
  ['index.cjs', Buffer.from('module.exports = {}')],
  ['host.json', Buffer.from('{}')],
] as const;

test('the same files give the same bytes, in whatever order they come', async () => {
  assert.deepEqual(await zip(new Map(files)), await zip(new Map(files.toReversed())));
});

test('the bytes do not depend on the time zone or the hour', () => {
  const program = `import('./ops/package/zip.ts').then(async ({ zip }) => process.stdout.write((await zip(new Map([['a', Buffer.from('b')]]))).toString('hex')))`;
  const [west, east] = ['America/Los_Angeles', 'Pacific/Auckland'].map((TZ) =>
    execFileSync(process.execPath, ['-e', program], { env: { ...process.env, TZ }, encoding: 'utf8' }),
  );
  assert.ok(west!.length > 100);
  assert.equal(west, east);
});

test('every file is stored as it is, under its name', async () => {
  const bytes = await zip(new Map(files));
  const central = bytes.indexOf(Buffer.from('PK\u0001\u0002'));
  for (const [name, content] of files) {
    assert.ok(bytes.subarray(0, central).includes(Buffer.concat([Buffer.from(name), content])), name);
    assert.ok(bytes.subarray(central).includes(Buffer.from(name)), name);
  }
});
