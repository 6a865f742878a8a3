import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NullableStrings } from './core-types.ts';
import { DrainingError } from './errors.ts';
import { joinedHeaders, readBody, requestUrl } from './http-request.ts';
import { fail, writeResponse } from './http-response.ts';
import type { HttpRoute } from './http-routes.ts';
import { forwardStream } from './http-stream.ts';
import type { Invocations } from './invocations.ts';

export interface HttpFront {
  /** `http://127.0.0.1:port` */
  url: string;
  /** Accepts no more; answers what is under way, for at most `limitMs`. */
  close(limitMs: number): Promise<void>;
}

export interface HttpFrontOptions {
  port: number;
  routes: HttpRoute[];
  invocations: Invocations;
  /** The library's own server, when the app turned streaming on. */
  streamTo: string | undefined;
  bodyLimit: number;
  customHeaders: Record<string, string>;
  maxOutstandingRequests: number;
  maxConcurrentRequests: number;
  /** Told of a body without a length, which the real host would not hand over. */
  onBodyWithoutLength(functionName: string): void;
  /** Answers what is not a function's: admin endpoints, CORS. True when it did. */
  before(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> | boolean;
  /** Whether the caller may run the function. */
  authorized(route: HttpRoute, request: IncomingMessage, url: URL): boolean;
}

/** As of the web server under the real host. */
const keepAliveMs = 130_000;
const maxHeaderBytes = 32 * 1024;

export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  let outstanding = 0;
  const turn = turns(options.maxConcurrentRequests);
  const server = http.createServer({ maxHeaderSize: maxHeaderBytes }, (request, response) => {
    if (outstanding >= options.maxOutstandingRequests) {
      response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    }
    outstanding++;
    turn(() => handle(options, request, response)).then(
      () => outstanding--,
      (error: unknown) => {
        outstanding--;
        fail(response, error instanceof DrainingError ? 503 : 500);
      },
    );
  });
  // A handler may take as long as functionTimeout lets it.
  server.requestTimeout = 0;
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: (limitMs) =>
      new Promise((resolve) => {
        const giveUp = setTimeout(() => server.closeAllConnections(), limitMs);
        server.close(() => {
          clearTimeout(giveUp);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Lets so many run at once; the others wait in line. */
function turns(most: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work: () => Promise<void>): Promise<void> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

async function handle(options: HttpFrontOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = requestUrl(request);
  if (!url) {
    fail(response, 400);
    return;
  }
  for (const [name, value] of Object.entries(options.customHeaders)) response.setHeader(name, value);
  if (await options.before(request, response, url)) return;
  const found = findRoute(options.routes, request.method ?? 'GET', url.pathname);
  if (!found) {
    response.statusCode = url.pathname === '/' ? 200 : 404;
    response.end(url.pathname === '/' ? 'Your Functions app is up and running' : undefined);
    return;
  }
  const { route, params } = found;
  if (!options.authorized(route, request, url)) {
    response.writeHead(401).end();
    return;
  }
  const trace = {
    traceParent: first(request.headers['traceparent']),
    traceState: first(request.headers['tracestate']),
  };
  if (options.streamTo) {
    const exchange = { request, response, url };
    await forwardStream({ ...options, streamTo: options.streamTo }, route, params, exchange, trace);
    return;
  }
  const body = await readBody(request, options.bodyLimit);
  if (body?.length && request.headers['content-length'] === undefined)
    options.onBodyWithoutLength(route.target.metadata.name);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const data = {
    http: {
      url: url.href,
      method: request.method ?? 'GET',
      nullableHeaders: nullable(joinedHeaders(request)),
      nullableParams: nullable(params),
      nullableQuery: nullable(joinedQuery(url)),
      ...(body.length > 0 && { body: { bytes: body } }),
    },
  };
  const result = await options.invocations.run(route.target, { data, invocationId: randomUUID(), ...trace });
  writeResponse(response, result.returnValue?.http);
}

function findRoute(routes: HttpRoute[], method: string, path: string) {
  for (const route of routes) {
    if (route.methods && !route.methods.includes(method)) continue;
    const params = route.template.match(path);
    if (params) return { route, params };
  }
  return undefined;
}

/** Several values of one parameter arrive as one text, joined by commas: so does the host hand them to the worker. */
function joinedQuery(url: URL): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of url.searchParams) joined[name] = name in joined ? `${joined[name]},${value}` : value;
  return joined;
}

function nullable(values: Record<string, string>): NullableStrings {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
