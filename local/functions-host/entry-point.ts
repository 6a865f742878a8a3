import { glob, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { StartError } from '../program.ts';
import type { Registrations } from './core-module.ts';

/** How long an app that registered nothing is watched, so that the message can name a registration that came too late. */
const lateRegistrationMs = 500;

const bannerAdvice =
  'an ES module bundle needs a `require`: give esbuild --format=cjs, or the banner ' +
  `"import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);", ` +
  'and --external:@azure/functions-core';

/**
 * Loads the files that package.json's `main` names (a file, or a glob), in order, as the worker does.
 * @throws {StartError} in every case in which the real worker goes on with zero functions.
 */
export async function loadEntryPoints(directory: string, app: Registrations): Promise<void> {
  const manifest = await readManifest(directory);
  if (!manifest.main)
    throw new StartError(`${path.join(directory, 'package.json')} names no "main": without it no function is found`);
  const files = await matchingFiles(directory, manifest.main);
  if (files.length === 0)
    throw new StartError(
      `"main": "${manifest.main}" in ${path.join(directory, 'package.json')} matches no file: was the app built?`,
    );
  const warnings: string[] = [];
  const warn = console.warn;
  console.warn = (...args: unknown[]) => {
    warnings.push(args.join(' '));
    warn(...args);
  };
  try {
    for (const file of files) await loadFile(path.join(directory, file), manifest.type);
    await nextTurn();
  } finally {
    console.warn = warn;
  }
  // The library says this, registers nothing, and reports success.
  if (warnings.some((text) => text.includes('Failed to detect the Azure Functions runtime')))
    throw new StartError(`${files.join(', ')} cannot load @azure/functions-core: ${bannerAdvice}`);
  if (app.functions.size === 0) throw new StartError(await explainNothing(directory, files, app));
}

async function readManifest(directory: string): Promise<{ main?: string; type?: string }> {
  const file = path.join(directory, 'package.json');
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new StartError(`${directory} is no function app: ${(error as Error).message}`);
  }
  try {
    const manifest = JSON.parse(text) as { main?: unknown; type?: unknown };
    return {
      ...(typeof manifest.main === 'string' && { main: manifest.main }),
      ...(typeof manifest.type === 'string' && { type: manifest.type }),
    };
  } catch (error) {
    throw new StartError(`${file} is not valid JSON: ${(error as Error).message}`);
  }
}

/** A directory stands for everything below it, as with the worker's globbing. */
async function matchingFiles(directory: string, main: string): Promise<string[]> {
  const pattern = main.replace(/^\.\//, '');
  const patterns = /[*?{}[\]!()]/.test(pattern) ? [pattern] : [pattern, `${pattern}/**/*`];
  const files = [];
  for await (const file of glob(patterns, { cwd: directory })) {
    if ((await stat(path.join(directory, file))).isFile()) files.push(file);
  }
  return [...new Set(files)].sort();
}

async function loadFile(file: string, packageType: string | undefined): Promise<void> {
  const isModule = file.endsWith('.mjs') || (!file.endsWith('.cjs') && packageType === 'module');
  try {
    if (isModule) await import(pathToFileURL(file).href);
    else createRequire(file)(file);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const advice = /Dynamic require of/.test(text) ? `\n${bannerAdvice}` : '';
    throw new StartError(`the entry file ${file} failed while loading: ${text}${advice}`);
  }
}

async function explainNothing(directory: string, files: string[], app: Registrations): Promise<string> {
  const tooLate: string[] = [];
  app.locked = true;
  app.onLate = (name) => tooLate.push(name);
  const ignore = () => {};
  // The refusal surfaces as an unhandled rejection in the app, which would end the process before the message below.
  process.on('unhandledRejection', ignore);
  await new Promise((resolve) => setTimeout(resolve, lateRegistrationMs));
  process.off('unhandledRejection', ignore);
  const loaded = files.join(', ');
  if (tooLate.length > 0)
    return `${loaded} registered "${tooLate.join('", "')}" only after an await, when the worker no longer listens: register functions while the file loads`;
  for await (const file of glob('*/function.json', { cwd: directory }))
    return `${file} belongs to the version 3 programming model, which is not supported: use @azure/functions version 4`;
  return `${loaded} registered no function: does it import the files that call app.http, app.timer, ..., and without an await before them?`;
}
