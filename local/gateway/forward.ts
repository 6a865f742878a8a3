import type { Readable } from 'node:stream';
import { Body } from './body.ts';
import { bufferChunks } from './chunk-buffer.ts';
import type { Backend } from './configuration/model.ts';
import { ClientGoneError, ClientStalledError, PolicyError } from './errors.ts';
import { GatewayResponse, type Exchange, type GatewayRequest } from './exchange.ts';
import type { Headers } from './headers.ts';
import { followRedirects } from './redirects.ts';
import { RequestUrl } from './request-url.ts';
import { proxyAt, transportOf, type Transport } from './transport.ts';
import { UpstreamError, type UpstreamAnswer, type UpstreamRequest } from './upstream-request.ts';

/** Headers of one connection, which are never passed on. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'proxy-connection', 'content-length', 'host', 'expect'],
]);

/** Those, and the ones that Connection names besides. */
function hopsOf(headers: Headers): ReadonlySet<string> {
  const connection = headers.get('connection');
  if (connection === undefined || /^(?:keep-alive|close)$/i.test(connection)) return hopByHop;
  return new Set([...hopByHop, ...connection.toLowerCase().split(/\s*,\s*/)]);
}

export interface ForwardOptions {
  /** Milliseconds. */
  timeout: number;
  version: Transport['version'];
  /** Milliseconds until the backend must have asked for the body; undefined sends it at once. */
  continueTimeout: number | undefined;
  followRedirects: boolean;
  /** Holds back an answer that comes in chunks until there are 8 KB of it. */
  buffersResponse: boolean;
}

/** Sends the request to its backend; the answer becomes `exchange.response`. Throws PolicyError. */
export async function forward(exchange: Exchange, options: ForwardOptions): Promise<void> {
  const chosen = chooseBackend(exchange);
  const named = chosen?.url || exchange.target.url;
  const base = named || exchange.api?.serviceUrl;
  // The document of an API often has the gateway's own address: forwarded there, a request would never end.
  if (!base || (!named && isOwnAddress(base, exchange)))
    throw new PolicyError('The request has no backend: neither a policy nor the API names one.', {
      source: 'forward-request',
      reason: 'BackendNotSet',
    });
  guardCircuit(exchange, chosen);
  const { request } = exchange;
  const target = addressOf(base);
  const stream = request.body.takeStream();
  const body = stream ?? (request.body.isEmpty ? undefined : request.body.bytes);
  const headers = outgoingHeaders(request, target, chosen);
  if (stream) pushLength(headers, request.headers);
  const outgoing: UpstreamRequest = {
    method: request.method,
    scheme: target.scheme,
    host: target.host,
    port: target.port,
    path: joinPath(target.path, request.url.path) + joinQuery(request.url.search, chosen),
    headers,
    body,
    timeout: options.timeout,
    client: exchange.client,
    validateCertificate: chosen?.validateCertificate ?? true,
    transport: chooseTransport(exchange, options, chosen),
  };
  const { sender, breakers } = exchange.runtime;
  let answer: UpstreamAnswer;
  try {
    answer = await sender.send(outgoing);
    if (chosen) breakers.answered(chosen, answer.status, retryAfterOf(answer.headers));
    if (options.followRedirects) answer = await followRedirects(answer, outgoing, sender);
  } catch (error) {
    throw sendFailure(error, exchange, chosen);
  }
  const inChunks = options.buffersResponse && !(answer.body instanceof Uint8Array) && isChunked(answer.headers);
  for (const name of hopsOf(answer.headers)) if (name !== 'content-length') answer.headers.delete(name);
  const content = inChunks ? bufferChunks(answer.body as Readable) : answer.body;
  exchange.response = new GatewayResponse(answer.status, answer.reason, answer.headers, new Body(content));
  const { trailers } = answer;
  if (trailers && takesTrailers(exchange)) exchange.response.trailers = () => endToEnd(trailers());
}

function isOwnAddress(base: string, { incoming }: Exchange): boolean {
  const { host, port } = addressOf(base);
  return port === incoming.socket.localPort && /^(?:localhost|127\.[\d.]+|\[::1\])$/i.test(host);
}

function takesTrailers({ incoming: { headers, httpVersion } }: Exchange): boolean {
  return httpVersion === '1.1' && /(?:^|,)\s*trailers\s*(?:,|$)/i.test(String(headers.te));
}

function endToEnd(trailers: Headers | undefined): [name: string, value: string][] {
  return Array.from(trailers?.entries() ?? []).flatMap(([key, { name, values }]) =>
    hopByHop.has(key) ? [] : values.map((value): [string, string] => [name, value]),
  );
}

const isChunked = (headers: Headers) => !headers.has('content-length');

/** What the policies say of how to reach the backend, and what the backend itself says. */
function chooseTransport(exchange: Exchange, options: ForwardOptions, backend: Backend | undefined) {
  const { certificate, proxy } = exchange.target;
  const own = backend?.certificate;
  return transportOf({
    version: options.version,
    continueTimeout: options.continueTimeout,
    certificate:
      certificate ??
      (own &&
        ('id' in own
          ? exchange.program.certificate(own.id)
          : exchange.program.certificateByThumbprint(own.thumbprint))),
    proxy: proxy ?? (backend?.proxy && proxyAt(backend.proxy.url, backend.proxy.username, backend.proxy.password)),
  });
}

/** Addresses of backends are few, and reading one anew for every request would cost. */
const addresses = new Map<string, RequestUrl>();

function addressOf(base: string): RequestUrl {
  const known = addresses.get(base);
  if (known) return known;
  if (addresses.size > 1000) addresses.clear();
  const parsed = RequestUrl.parse(base);
  addresses.set(base, parsed);
  return parsed;
}

function chooseBackend(exchange: Exchange): Backend | undefined {
  const { backendId } = exchange.target;
  if (backendId === undefined) return undefined;
  const { backends } = exchange.program;
  const backend = backends.get(backendId);
  if (!backend)
    throw new PolicyError(`There is no backend "${backendId}".`, {
      source: 'set-backend-service',
      reason: 'BackendNotFound',
    });
  return backend.pool.length === 0 ? backend : memberOf(exchange, backend);
}

/** The pool's healthy members of the best priority, one drawn by weight. */
function memberOf(exchange: Exchange, pool: Backend): Backend {
  const { backends } = exchange.program;
  const members = pool.pool.flatMap((member) => {
    const backend = backends.get(member.backendId);
    return backend ? [{ ...member, backend }] : [];
  });
  const healthy = members.filter(({ backend }) => exchange.runtime.breakers.openFor(backend) === 0);
  const usable = healthy.length ? healthy : members;
  const best = Math.min(...usable.map(({ priority }) => priority));
  const candidates = usable.filter(({ priority }) => priority === best);
  let draw = exchange.runtime.random() * candidates.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = candidates.find(({ weight }) => (draw -= weight) < 0) ?? candidates[0];
  if (!drawn)
    throw new PolicyError(`The pool "${pool.name}" has no members.`, {
      source: 'forward-request',
      reason: 'BackendNotFound',
    });
  return drawn.backend;
}

function guardCircuit(exchange: Exchange, backend: Backend | undefined): void {
  const wait = backend ? exchange.runtime.breakers.openFor(backend) : 0;
  if (wait > 0)
    throw new PolicyError(`Backend circuit is open. Retry after ${Math.ceil(wait / 1000)} seconds.`, {
      source: 'forward-request',
      reason: 'BackendCircuitOpen',
      status: 503,
      headers: { 'Retry-After': String(Math.ceil(wait / 1000)) },
    });
}

function sendFailure(error: unknown, exchange: Exchange, backend: Backend | undefined): Error {
  if (!(error instanceof UpstreamError)) return error as Error;
  if (error.kind === 'aborted') return new ClientGoneError(error.message, { cause: error });
  if (error.kind === 'stalled') return new ClientStalledError(error.message, { cause: error });
  if (backend) exchange.runtime.breakers.failed(backend);
  if (error.kind === 'timeout')
    return new PolicyError(`request timed out: ${error.message}`, {
      source: 'forward-request',
      reason: 'Timeout',
      cause: error,
    });
  return new PolicyError(`Error occurred while calling backend service: ${error.message}`, {
    source: 'forward-request',
    reason: 'BackendConnectionFailure',
    cause: error,
  });
}

function outgoingHeaders({ headers, ip }: GatewayRequest, target: RequestUrl, backend: Backend | undefined): string[] {
  const own = backend ? credentialsOf(backend) : none;
  // What the client sent under the same names would make the credentials void.
  const replaced = own.length === 0 ? nothing : new Set(own.map(([name]) => name.toLowerCase()));
  const hops = hopsOf(headers);
  const passed = headers.get(forwardedFor);
  const flat = ['Host', headers.get('host') ?? target.authority];
  for (const [key, { name, values }] of headers.entries()) {
    if (hops.has(key) || replaced.has(key) || key === forwardedFor) continue;
    for (const value of values) flat.push(name, value);
  }
  // Policies may add to it, and not take from it who asked.
  flat.push('X-Forwarded-For', passed === undefined ? ip : `${passed}, ${ip}`);
  for (const [name, values] of own) for (const value of values) flat.push(name, value);
  return flat;
}

const forwardedFor = 'x-forwarded-for';
const none: [name: string, values: readonly string[]][] = [];
const nothing: ReadonlySet<string> = new Set();

function credentialsOf({ headers, authorization }: Backend): [name: string, values: readonly string[]][] {
  const own = Object.entries(headers);
  return authorization ? [...own, ['Authorization', [authorization]]] : own;
}

/** A streamed body keeps the length it came with; without one it goes out in chunks. */
function pushLength(flat: string[], headers: Headers): void {
  const length = headers.get('content-length');
  if (length === undefined) flat.push('Transfer-Encoding', 'chunked');
  else flat.push('Content-Length', length);
}

function joinPath(base: string, path: string): string {
  const left = base.replace(/\/+$/, '');
  return path === '/' && left !== '' ? left : `${left}${path.startsWith('/') ? '' : '/'}${path}`;
}

function joinQuery(search: string, backend: Backend | undefined): string {
  const extra = Object.entries(backend?.query ?? {}).flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  if (extra.length === 0) return search;
  return `${search === '' ? '?' : `${search}&`}${extra.join('&')}`;
}

function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  return value !== undefined && /^\d+$/.test(value) ? Number(value) * 1000 : undefined;
}
