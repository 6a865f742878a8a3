import type { Plugin } from 'esbuild';

/**
 * Packages that are loaded on first use, and the file of the package each goes to. V8 reads all of a file before it runs
 * any of it, so beside the triggers they would cost a cold start although nothing has used them yet.
 */
export const heavyPackages: ReadonlyMap<string, string> = new Map([
  ['@azure/cosmos', 'azure-cosmos.cjs'],
  ['@azure/identity', 'azure-identity.cjs'],
  ['@azure/service-bus', 'azure-service-bus.cjs'],
  ['pg', 'pg.cjs'],
]);

/** Leaves `await import('...')` of a heavy package in the bundle, as an import of its own file. */
export const heavyPackagesApart: Plugin = {
  name: 'heavy-packages-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const file = kind === 'dynamic-import' ? heavyPackages.get(path) : undefined;
      return file === undefined ? undefined : { path: `./${file}`, external: true };
    });
  },
};
