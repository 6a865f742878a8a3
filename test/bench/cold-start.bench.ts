import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { printTable } from './table.ts';

const root = path.join(import.meta.dirname, '../..');
const probe = path.join(import.meta.dirname, 'cold-start-probe.ts');
const rounds = 15;
/** What the bundle may cost over an app that only says hello. */
const target = 1.3;

const hello = `import { app } from '@azure/functions'; app.get('health', { route: 'v1/health', handler: () => ({ body: 'ok' }) });`;

/** Enough for the app to answer; nothing is connected to before it is used. */
const settings = {
  DATABASE_URL: 'postgres://localhost/none',
  COSMOS_ENDPOINT: 'http://localhost:1',
  COSMOS_KEY: 'bm9uZQ==',
  ServiceBus: 'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true',
  GATEWAY_KEY: 'none',
  PROVIDERS: JSON.stringify({ simulator: { scheme: 'standard-webhooks', secrets: ['whsec_bm9uZQ=='] } }),
};

/**
 * How long the first answer takes, from the start of the process and from a warm host, for three apps on the same host:
 * the bundle, an app that only says hello, and the bundle's code with its packages unbundled.
 */
export async function run(): Promise<void> {
  const built = spawnSync(process.execPath, [path.join(root, 'functions/build.ts')], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the build failed: ${built.stderr}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'cold-start-'));
  try {
    const bundle = path.join(root, 'dist/functions');
    const apps = {
      hello: await helloApp(path.join(folder, 'hello')),
      bundle,
      'packages unbundled': await unbundledApp(path.join(folder, 'unbundled'), bundle),
    };
    const times = await measure(apps);
    const least = times['hello']!;
    const rows = Object.entries(times).map(([name, { process, warm }]) => [
      name,
      process.toFixed(0),
      (process / least.process).toFixed(2),
      warm.toFixed(0),
      (warm / least.warm).toFixed(2),
    ]);
    printTable(['first answer, median ms', 'process start', 'ratio', 'warm host', 'ratio'], rows);
    const ratio = times['bundle']!.process / least.process;
    console.log(
      `\nThe bundle takes ${ratio.toFixed(2)} of hello (target: at most ${target}): ${ratio <= target ? 'met' : 'MISSED'}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function helloApp(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const resolveDir = root;
  await bundleTo(folder, { stdin: { contents: hello, resolveDir }, minify: true });
  await writeFile(
    path.join(folder, 'host.json'),
    JSON.stringify({ version: '2.0', extensions: { http: { routePrefix: '' } } }),
  );
  return folder;
}

async function unbundledApp(folder: string, bundle: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await bundleTo(folder, { entryPoints: [path.join(root, 'functions/index.ts')], packages: 'external' });
  await cp(path.join(bundle, 'host.json'), path.join(folder, 'host.json'));
  return folder;
}

async function bundleTo(folder: string, options: BuildOptions): Promise<void> {
  await build({
    ...options,
    outfile: path.join(folder, 'index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@azure/functions-core', 'pg-native'],
    logLevel: 'error',
  });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ main: 'index.cjs' }));
}

/** In turns, so that whatever else the machine does falls on all. */
async function measure(apps: Record<string, string>): Promise<Record<string, { process: number; warm: number }>> {
  const names = Object.keys(apps);
  const disabled = await functionsWithoutHttp(apps['bundle']!);
  const env = { PATH: process.env['PATH'], ...settings, ...disabled };
  const times = new Map(names.map((name) => [name, [] as { process: number; warm: number }[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const { stdout } = await promisify(execFile)(process.execPath, [probe, apps[name]!, '/v1/health'], { env });
      // The first round fills the file cache.
      if (round > 0) times.get(name)!.push(JSON.parse(stdout) as { process: number; warm: number });
    }
  }
  return Object.fromEntries(
    [...times].map(([name, all]) => [
      name,
      { process: median(all.map((one) => one.process)), warm: median(all.map((one) => one.warm)) },
    ]),
  );
}

/** Settings that turn off all triggers but HTTP: their listeners are the host's work, and hello has none. */
async function functionsWithoutHttp(app: string): Promise<Record<string, string>> {
  const code = `
    const { startFunctionsHost } = await import(${JSON.stringify(path.join(root, 'local/functions-host/server.ts'))});
    const host = await startFunctionsHost({ app: ${JSON.stringify(app)}, port: 0, print: () => {} });
    const functions = await (await fetch(host.url + '/admin/functions')).json();
    console.log(JSON.stringify(functions.filter((one) => !one.invoke_url_template).map((one) => one.name)));
    process.exit(0);`;
  const env = { PATH: process.env['PATH'], ...settings };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { env });
  const names = JSON.parse(stdout) as string[];
  return Object.fromEntries(names.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']));
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
