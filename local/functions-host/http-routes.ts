import { StartError } from '../program.ts';
import type { RegisteredFunction } from './core-module.ts';
import { triggerBinding } from './invocations.ts';
import { routeTemplate, type RouteTemplate } from './route-template.ts';

export interface HttpRoute {
  target: RegisteredFunction;
  /** Upper case; undefined means every method. */
  methods: string[] | undefined;
  /** As given, with the prefix. */
  path: string;
  authLevel: string;
  template: RouteTemplate;
}

/**
 * The routes of the HTTP functions in the order in which they are tried: by the functions' names, first match wins.
 *
 * ASP.NET's precedence is not in play: the Functions host maps its routes one by one (azure-functions-host#9876).
 * @throws {StartError} for a template or a conflict that the host refuses.
 */
export function httpRoutes(functions: RegisteredFunction[], prefix: string): HttpRoute[] {
  const ordered = functions.toSorted((one, other) =>
    compare(one.metadata.name.toUpperCase(), other.metadata.name.toUpperCase()),
  );
  const routes = ordered.map((target) => httpRoute(target, prefix));
  for (const [index, one] of routes.entries()) {
    const twin = routes.slice(0, index).find((other) => conflict(one, other));
    if (twin)
      throw new StartError(
        `function "${one.target.metadata.name}": the route specified conflicts with the route defined by function "${twin.target.metadata.name}"`,
      );
  }
  return routes;
}

/**
 * Pairs of routes where a path of the second always goes to the first, only because of the functions' names.
 */
export function shadowedRoutes(routes: HttpRoute[]): [HttpRoute, HttpRoute][] {
  return routes.flatMap((first, index) =>
    routes
      .slice(index + 1)
      .filter(
        (second) => !second.path.includes('{') && overlap(first, second) && first.template.match(`/${second.path}`),
      )
      .map((second): [HttpRoute, HttpRoute] => [first, second]),
  );
}

function httpRoute(target: RegisteredFunction, prefix: string): HttpRoute {
  const { name } = target.metadata;
  const { route, methods, authLevel } = triggerBinding(target) as {
    route?: string;
    methods?: string[];
    authLevel?: string;
  };
  const given = route?.trim() ? route : name;
  if (/^\/*(?:admin|runtime)/i.test(given))
    throw new StartError(`function "${name}": the route "${given}" conflicts with one or more built in routes`);
  const path = prefix === '' ? given : `${prefix}/${given}`;
  try {
    return {
      target,
      methods: methods && methods.length > 0 ? methods.map((method) => method.toUpperCase()) : undefined,
      path,
      authLevel: (authLevel ?? 'anonymous').toLowerCase(),
      template: routeTemplate(path),
    };
  } catch (error) {
    throw new StartError(`function "${name}": the route "${path}" is invalid: ${(error as Error).message}`);
  }
}

function conflict(one: HttpRoute, other: HttpRoute): boolean {
  const bare = ({ path }: HttpRoute) => path.replace(/^\/+|\/+$/g, '').toLowerCase();
  return bare(one) === bare(other) && overlap(one, other);
}

function overlap(one: HttpRoute, other: HttpRoute): boolean {
  return !one.methods || !other.methods || one.methods.some((method) => other.methods!.includes(method));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
