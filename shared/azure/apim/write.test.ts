import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const script = path.join(import.meta.dirname, 'write.ts');

function write(...options: string[]): { status: number | null; said: string } {
  const { status, stderr } = spawnSync(process.execPath, [script, ...options], { encoding: 'utf8' });
  return { status, said: stderr.trim() };
}

test('artefacts are written over those of an earlier run, and never over anything else', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'artefacts-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const out = path.join(folder, 'apim');
  assert.deepEqual(write('--out', out), { status: 0, said: '' });
  writeFileSync(path.join(out, 'apis', 'old'), '');
  assert.deepEqual(write('--out', out), { status: 0, said: '' });
  assert.ok(!existsSync(path.join(out, 'apis', 'old')));
  // A repository that somebody extracted an instance into has a policy.xml, too.
  writeFileSync(path.join(out, 'README.md'), 'mine');
  const before = readdirSync(out, { recursive: true });
  const refused = write('--out', out);
  assert.deepEqual(refused, {
    status: 1,
    said: `${out} holds something else: name a new folder, or one that was written before`,
  });
  assert.deepEqual(readdirSync(out, { recursive: true }), before);
});

test('what cannot be read or written is named without a stack', () => {
  for (const [options, said] of [
    [['--out', ''], /^--out names no folder$/],
    [['--out', script], /^ENOTDIR: not a directory.*write\.ts'$/],
    [['--manifest', import.meta.dirname], /^EISDIR: illegal operation on a directory, read$/],
    [['--manifest', 'none.yaml'], /^ENOENT: no such file or directory.*none\.yaml'$/],
  ] as const) {
    const { status, said: actual } = write(...options);
    assert.deepEqual([status, said.test(actual)], [1, true], actual);
  }
});
