import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'functions');

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['functions/index.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  // The runtime provides the first; the second is a native speed-up that pg does without.
  external: ['@azure/functions-core', 'pg-native'],
  logLevel: 'warning',
});
const files: Record<string, string | Uint8Array> = {
  'host.json': await readFile(join(root, 'host.json')),
  'index.cjs': outputFiles[0]!.contents,
  'package.json': `${JSON.stringify({ name: 'exchange-api', main: 'index.cjs' }, null, 2)}\n`,
};
await mkdir(out, { recursive: true });
// Renamed into place, so that a host that starts meanwhile loads the old file or the new one, never half of one.
for (const [name, content] of Object.entries(files)) {
  const next = join(out, `.${name}.${process.pid}`);
  await writeFile(next, content);
  await rename(next, join(out, name));
}
for (const name of await readdir(out)) {
  if (!name.startsWith('.') && !Object.hasOwn(files, name)) await rm(join(out, name), { recursive: true });
}
console.log(`built ${out}`);
