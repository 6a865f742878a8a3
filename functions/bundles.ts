import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Our own file that is loaded after the first answer, with everything it needs. */
const late = './telemetry-sdk.ts';

/** Packages that the triggers load on first use. Each is a file of its own, so that a cold start does not read it. */
const heavy = ['@azure/cosmos', '@azure/identity', '@azure/service-bus', '@azure/storage-blob', 'pg'];

const options = {
  absWorkingDir: root,
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
  // So that `import()` becomes a `require` of the file beside, at the moment it is reached.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
} satisfies BuildOptions;

const apart: Plugin = {
  name: 'apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /telemetry-sdk\.ts$/ }, ({ path, kind }) =>
      path === late && kind === 'dynamic-import' ? { path: './telemetry-sdk.cjs', external: true } : undefined,
    );
    onResolve({ filter: /^[^./]/ }, ({ path }) =>
      heavy.includes(path) ? { path: `./${fileOf(path)}`, external: true } : undefined,
    );
  },
};

/** The code of the deployed app by file name: `index.cjs` with the triggers, and what it loads on first use. */
export async function bundles(): Promise<Record<string, Uint8Array>> {
  const triggers = build({ ...options, entryPoints: ['functions/index.ts'], plugins: [apart] });
  const telemetry = build({ ...options, entryPoints: ['functions/telemetry-sdk.ts'], plugins: [apart] });
  const packages = heavy.map((name) =>
    build({ ...options, stdin: { contents: `module.exports = require(${JSON.stringify(name)})`, resolveDir: root } }),
  );
  const built = await Promise.all([triggers, telemetry, ...packages]);
  const names = ['index.cjs', 'telemetry-sdk.cjs', ...heavy.map(fileOf)];
  return Object.fromEntries(names.map((name, index) => [name, built[index]!.outputFiles[0]!.contents]));
}

function fileOf(name: string): string {
  return `${name.replace(/^@/, '').replace('/', '-')}.cjs`;
}
