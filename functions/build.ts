import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundles, root } from './bundles.ts';

const out = join(root, 'dist', 'functions');

const files: Record<string, string | Uint8Array> = {
  ...(await bundles()),
  'host.json': await readFile(join(root, 'host.json')),
  'package.json': `${JSON.stringify({ name: 'exchange-api', main: 'index.cjs' }, null, 2)}\n`,
};
await mkdir(out, { recursive: true });
// Renamed into place, so that a host that starts meanwhile loads the old file or the new one, never half of one.
for (const [name, content] of Object.entries(files)) {
  const next = join(out, `.${name}.${process.pid}`);
  await writeFile(next, content);
  await rename(next, join(out, name));
}
// Code of an earlier build; a developer's local.settings.json stays.
for (const name of await readdir(out)) {
  if (/^[^.].*\.cjs$/.test(name) && !Object.hasOwn(files, name)) await rm(join(out, name));
}
console.log(`built ${out}`);
