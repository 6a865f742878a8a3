import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { checkPackage } from './package.ts';

test('a deployment refuses a package that is missing or has other bytes', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'packages-'));
  t.after(() => rm(folder, { recursive: true }));
  const hex = createHash('sha256').update('good').digest('hex');
  const release = {
    digest: `sha256:${hex}`,
    directory: path.relative(import.meta.dirname, folder),
    registry: { account: 'a', resourceGroup: 'b' },
  };

  await assert.rejects(checkPackage(release), /there is no .*; fetch it with: npm run package -- fetch sha256:/);
  await writeFile(path.join(folder, `${hex}.zip`), 'bad');
  await assert.rejects(checkPackage(release), /has other bytes: they hash to sha256:/);
  await writeFile(path.join(folder, `${hex}.zip`), 'good');
  await checkPackage(release);
  await checkPackage({ ...release, digest: undefined });
});
