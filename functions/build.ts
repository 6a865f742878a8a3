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
  const next = join(root, 'dist', `.${name}.${process.pid}`);
  await writeFile(next, content);
  await rename(next, join(out, name));
}
// A package is made of all that lies here: neither old code nor a local.settings.json with its secrets may stay.
for (const name of await readdir(out)) {
  if (!Object.hasOwn(files, name)) await rm(join(out, name), { recursive: true, force: true });
}
console.log(`built ${out}`);
