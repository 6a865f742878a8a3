import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileOfDigest } from '../../shared/contract/package-digest.ts';
import { runCommand } from '../run-command.ts';
import { digestOf } from './digest.ts';
import { packageCommand } from './package-command.ts';

async function run(t: TestContext, packages: Record<string, string>, ...args: string[]) {
  const root = await mkdtemp(path.join(tmpdir(), 'package-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(path.join(root, 'dist', 'packages'), { recursive: true });
  for (const [digest, text] of Object.entries(packages))
    await writeFile(path.join(root, 'dist', 'packages', fileOfDigest(digest)), text);
  const lines: string[] = [];
  const code = await runCommand('package', packageCommand(root), args, {
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
  });
  return { code, text: lines.join('\n') };
}

const digest = digestOf('the package');

test('a package with the bytes of its digest is accepted', async (t) => {
  assert.equal((await run(t, { [digest]: 'the package' }, 'verify', digest)).code, 0);
});

test('a package with other bytes is refused, with the digest it has', async (t) => {
  const { code, text } = await run(t, { [digest]: 'another' }, 'verify', digest);
  assert.equal(code, 1);
  assert.ok(text.includes(digestOf('another')), text);
});

test('a package that is not there is refused', async (t) => {
  assert.equal((await run(t, {}, 'verify', digest)).code, 1);
});

test('what is no digest, and an unknown word, are wrong calls', async (t) => {
  assert.equal((await run(t, {}, 'verify', 'sha256:12')).code, 2);
  assert.equal((await run(t, {}, 'destroy', digest, '--registry', 'x')).code, 2);
});
