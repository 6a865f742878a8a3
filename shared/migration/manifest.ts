import type { Operation } from '../contract/operation.ts';
import { ManifestError, type ManifestIssue } from './errors.ts';
import type { WrittenManifest, WrittenRoute } from './manifest-schema.ts';
import { readManifest } from './read-manifest.ts';
import { brokenRules } from './route-rules.ts';
import { basisPointsOf, type RouteState } from './route-state.ts';

/** A route with every default filled in. Times in seconds, sizes in bytes. */
export interface Route extends Required<WrittenManifest['defaults']> {
  /** What the switch holds before anyone moves it. */
  state: RouteState;
  /** There is no switch: legacy does not have the operation. */
  fixed: boolean;
  cache?: NonNullable<WrittenRoute['cache']>;
  deprecation?: NonNullable<WrittenRoute['deprecation']>;
}

/** `routes.yaml`, checked and complete. */
export interface Manifest extends Omit<WrittenManifest, 'routes' | 'defaults'> {
  /** A route for every operation that clients can reach, by operation id, in the contract's order. */
  routes: Readonly<Record<string, Route>>;
}

/**
 * Reads a manifest.
 * @param file its name in messages
 * @throws {ManifestError} with every mistake at once: syntax, unknown keys and operations, values out of bounds,
 * options that contradict each other.
 */
export function parseManifest(text: string, operations: readonly Operation[], file = 'routes.yaml'): Manifest {
  const routable = operations.filter(({ access }) => access !== 'gateway');
  const { written, issues, issueAt } = readManifest(text);
  const found: ManifestIssue[] = [
    ...issues,
    ...brokenRules(written, routable).map(({ path, message }) => issueAt(path, message)),
  ];
  if (!written.manifest || found.length > 0)
    throw new ManifestError(
      file,
      found.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  const { defaults, routes, ...rest } = written.manifest;
  return {
    ...rest,
    routes: Object.fromEntries(routable.map(({ id }) => [id, completeRoute(routes[id] ?? {}, defaults)])),
  };
}

function completeRoute(
  { mode, percent, only, ...options }: WrittenRoute,
  defaults: WrittenManifest['defaults'],
): Route {
  const chosen = only ?? mode ?? defaults.mode;
  const state: RouteState =
    chosen === 'split' ? { mode: chosen, basisPoints: basisPointsOf(percent ?? 0) ?? 0 } : { mode: chosen };
  return { ...defaults, ...options, state, fixed: only !== undefined };
}
