// A module hook for a Node that does not run TypeScript (before 22.18): takes the types out of .ts files with esbuild.
import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const { code } = await transform(await readFile(new URL(url), 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'es2024',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
