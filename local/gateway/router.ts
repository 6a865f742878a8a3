import type { Api, Operation } from './configuration/model.ts';
import { urlTemplateParts, type TemplateQuery } from './url-template.ts';

export interface Match {
  api: Api;
  /** Undefined when the API is known but no operation fits. */
  operation: Operation | undefined;
  /** The path after the API's own part; begins with "/". */
  rest: string;
  parameters: ReadonlyMap<string, string>;
}

interface Route {
  operation: Operation;
  pattern: RegExp;
  names: readonly string[];
  query: readonly TemplateQuery[];
  /**
   * Sorts literal segments before those with parameters in them, before parameters, and those before wildcards; of equal
   * paths, the one that wants more of the query comes first.
   */
  rank: string;
}

interface Entry {
  api: Api;
  /** Lower-case path prefix with its slash, or "". */
  prefix: string;
  routes: ReadonlyMap<string, readonly Route[]>;
}

const none: ReadonlyMap<string, string> = new Map();

/** Finds the API and the operation of a request. */
export class Router {
  readonly #entries: readonly Entry[];

  constructor(apis: readonly Api[]) {
    this.#entries = apis.flatMap(entriesOf).sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** The longest API path that fits, and in it the most exact operation. */
  match(
    method: string,
    path: string,
    header: (name: string) => string | undefined,
    query: (name: string) => string | undefined,
  ): Match | undefined {
    const lower = path.toLowerCase();
    const sent = (name: string) =>
      query(name) ?? (name.toLowerCase() === 'soapaction' ? soapAction(header) : undefined);
    let fallback: Match | undefined;
    for (const { api, prefix, routes } of this.#entries) {
      if (!startsWithSegments(lower, prefix) || !versionFits(api, header, query)) continue;
      const rest = path.slice(prefix.length) || '/';
      const found = find(routes.get(method), rest, sent);
      if (found) return { api, rest, ...found };
      fallback ??= { api, rest, operation: undefined, parameters: none };
    }
    return fallback;
  }
}

/** Every revision is at its path with `;rev=` and its number, the current one without it, too. */
function entriesOf(api: Api): Entry[] {
  const [prefix, routes] = [prefixOf(api), routesOf(api.operations)];
  const numbered = { api, prefix: `${prefix || '/'};rev=${api.revision}`, routes };
  return api.isCurrent ? [{ api, prefix, routes }, numbered] : [numbered];
}

function prefixOf(api: Api): string {
  const parts = [api.path, api.versionScheme === 'Segment' ? api.version : ''].filter((part) => part !== '');
  return parts.map((part) => `/${part.toLowerCase()}`).join('');
}

function startsWithSegments(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

function versionFits(
  api: Api,
  header: (name: string) => string | undefined,
  query: (name: string) => string | undefined,
): boolean {
  if (api.versionScheme === 'Header') return (header(api.versionParameter) ?? '') === api.version;
  if (api.versionScheme === 'Query') return (query(api.versionParameter) ?? '') === api.version;
  return true;
}

function routesOf(operations: readonly Operation[]): Map<string, Route[]> {
  const routes = new Map<string, Route[]>();
  for (const operation of operations)
    routes.set(operation.method, [...(routes.get(operation.method) ?? []), routeOf(operation)]);
  for (const list of routes.values()) list.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return routes;
}

function routeOf(operation: Operation): Route {
  const { path, query } = urlTemplateParts(operation.urlTemplate);
  const names: string[] = [];
  const segments = path.split('/').filter((segment) => segment !== '');
  const patterns = segments.map((segment) =>
    encoded(segment).replaceAll(
      /\{(\*?)([^}]+)\}|\*|[\\^$.*+?()[\]{}|]/g,
      (piece: string, star: string | undefined, name: string | undefined) => {
        if (name !== undefined) {
          names.push(decode(name));
          return star ? '(.*)' : '([^/]+)';
        }
        return piece === '*' ? '.*' : `\\${piece}`;
      },
    ),
  );
  const rank = segments.map(rankOf).join('');
  const body = patterns
    .map((pattern, i) => (pattern === '.*' && i === patterns.length - 1 ? '(?:/.*)?' : `/${pattern}`))
    .join('');
  return {
    operation,
    names,
    query,
    rank: `${rank}3${String(99 - Math.min(query.length, 99)).padStart(2, '0')}`,
    pattern: new RegExp(`^${body || '/?'}/?$`, 'i'),
  };
}

/** A template may have characters that a path can only have encoded. */
function encoded(segment: string): string {
  return segment.replaceAll(/[^!-~]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}

/** The end of a path is 3: `/list` goes before `/list/*`, and `/*` after both. */
function rankOf(segment: string): string {
  if (segment.includes('*')) return '4';
  if (!segment.includes('{')) return '0';
  return /^\{[^}]+\}$/.test(segment) ? '2' : '1';
}

function find(
  routes: readonly Route[] | undefined,
  path: string,
  sent: (name: string) => string | undefined,
): { operation: Operation; parameters: ReadonlyMap<string, string> } | undefined {
  for (const { operation, pattern, names, query } of routes ?? []) {
    const match = pattern.exec(path);
    if (!match || !query.every((part) => queryFits(part, sent(part.name)))) continue;
    if (names.length === 0 && query.length === 0) return { operation, parameters: none };
    const inPath = names.map((name, i): [string, string] => [name, decode(match[i + 1] ?? '')]);
    const inQuery = query.flatMap(({ name, parameter }): [string, string][] =>
      parameter === undefined ? [] : [[parameter, sent(name) ?? '']],
    );
    return { operation, parameters: new Map([...inPath, ...inQuery]) };
  }
  return undefined;
}

/** Operations of SOAP APIs want their action in the query; clients send it in a header, or with the content type. */
function soapAction(header: (name: string) => string | undefined): string | undefined {
  const given = header('soapaction') ?? /;\s*action=([^;]+)/i.exec(header('content-type') ?? '')?.[1];
  return given?.trim().replaceAll(/^"|"$/g, '');
}

function queryFits({ text }: TemplateQuery, sent: string | undefined): boolean {
  return sent !== undefined && (text === undefined || text.toLowerCase() === sent.toLowerCase());
}

/** A broken escape is handed on as it came. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
