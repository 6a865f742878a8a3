import type { Operation } from '../contract/operation.ts';
import { closest } from './closest.ts';
import type { WrittenRoute } from './manifest-schema.ts';
import type { KnownDefaults } from './read-manifest.ts';

interface BrokenRouteRule {
  path: string[];
  message: string;
}

/** What no schema of one value can say: unknown operations, and options that do not fit together or the operation. */
export function brokenRules(
  written: { defaults: KnownDefaults; routes: Record<string, WrittenRoute>; names: readonly string[] },
  operations: readonly Operation[],
): BrokenRouteRule[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const { defaults } = written;
  const ofDefaults = [...stepsRule(defaults.rollout)].map(([key, message]) => ({ path: ['defaults', key], message }));
  const ofRoutes = written.names.flatMap((name) => {
    const operation = byId.get(name);
    if (!operation) {
      const near = closest(name, byId.keys());
      const hint = near ? `did you mean ${near}?` : `use one of ${[...byId.keys()].join(', ')}`;
      return [{ path: ['routes', name], message: `no operation has this id: ${hint}` }];
    }
    const route = written.routes[name];
    if (!route) return [];
    return [...routeRules(route, operation, defaults)].map(([key, message]) => ({
      path: ['routes', name, key],
      message,
    }));
  });
  return [...ofDefaults, ...ofRoutes];
}

function* routeRules(
  route: WrittenRoute,
  operation: Operation,
  defaults: KnownDefaults,
): Generator<[key: string, message: string]> {
  const stickBy = route.stickBy ?? defaults.stickBy;
  const quota = route.quota ?? defaults.quota ?? 0;
  if (route.mode === 'split' && route.percent === undefined)
    yield ['mode', 'split needs a share: add percent, such as percent: 10'];
  if (route.only && route.mode !== undefined)
    yield ['mode', 'only: functions leaves no choice of mode: leave out one of them'];
  if (route.percent !== undefined && route.mode !== 'split')
    yield [
      'percent',
      `has no meaning in mode ${route.mode ?? route.only ?? defaults.mode ?? 'legacy'}: use mode: split, or leave it out`,
    ];
  if (route.mode === 'split' && stickBy === 'subscription' && operation.access !== 'key')
    yield ['mode', `${operation.id} has no subscription to stick by: add stickBy with header:, query: or body:`];
  // A default is for the routes that have bodies, unless this one is to be dealt by it.
  if ((route.mode === 'split' ? stickBy : route.stickBy)?.startsWith('body:') && !operation.body)
    yield ['stickBy', `${operation.method} ${operation.path} has no body: use subscription, header: or query:`];
  if (route.cache && operation.method !== 'GET')
    yield ['cache', `only GET is kept, and ${operation.id} is ${operation.method}: leave it out`];
  if (route.cache && operation.access === 'key' && quota > 0)
    yield ['cache', 'a kept answer reaches no arm that could charge it: add quota: 0, or leave it out'];
  const { deprecation } = route;
  if (deprecation?.sunset !== undefined && deprecation.sunset < deprecation.since)
    yield [
      'deprecation',
      `sunset ${deprecation.sunset} is before since ${deprecation.since}: a thing is deprecated first`,
    ];
  yield* stepsRule(route.rollout);
}

function* stepsRule(rollout: WrittenRoute['rollout']): Generator<[key: string, message: string]> {
  const steps = rollout?.steps ?? [];
  if (steps.some((step, index) => index > 0 && step <= steps[index - 1]!))
    yield ['rollout', `steps ${steps.join(', ')} must rise: each step is more than the one before`];
}
