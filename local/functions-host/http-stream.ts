import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import type { TypedData } from './core-types.ts';
import { joinedHeaders } from './http-request.ts';
import { fail } from './http-response.ts';
import type { HttpRoute } from './http-routes.ts';
import type { Invocations } from './invocations.ts';

/** How long the library's server may take to answer once the handler is done; a handler that returns nothing never does. */
const afterHandlerMs = 1000;

/** What Node's server reads of a body before anyone asks for it, at least. */
const readAheadBytes = 16 * 1024;

/**
 * Runs a function of an app with HTTP streaming: the request goes to the library's own server, which joins it with the
 * invocation by its id and pipes both bodies, so nothing is held in memory here.
 */
export async function forwardStream(
  options: { streamTo: string; bodyLimit: number; invocations: Invocations },
  route: HttpRoute,
  params: Record<string, string>,
  { request, response, url }: { request: IncomingMessage; response: ServerResponse; url: URL },
  trace: { traceParent?: string | undefined; traceState?: string | undefined },
): Promise<void> {
  if (Number(request.headers['content-length'] ?? 0) > options.bodyLimit) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const invocationId = randomUUID();
  // A function may answer without reading its body. The library's server then still waits for the rest of a body that
  // it could not take in one piece, and the next request on that connection would wait with it.
  const isLarge = Number(request.headers['content-length'] ?? 0) > readAheadBytes;
  // Kept open from the server's side: one that closes with a body unread takes its answer back.
  const ownConnection =
    isLarge || request.headers['transfer-encoding'] !== undefined ? new http.Agent({ keepAlive: true }) : undefined;
  const upstream = http.request(options.streamTo.replace(/\/$/, '') + url.pathname + url.search, {
    method: request.method ?? 'GET',
    ...(ownConnection && { agent: ownConnection }),
    headers: {
      ...request.headers,
      'x-ms-invocation-id': invocationId,
      'x-forwarded-host': request.headers.host ?? '127.0.0.1',
      'x-forwarded-proto': 'http',
    },
  });
  let tooLarge = false;
  const answered = new Promise<IncomingMessage | undefined>((resolve) => {
    upstream.once('response', resolve);
    upstream.on('error', () => resolve(undefined));
  });
  const capped = bodyCap(options.bodyLimit, () => {
    tooLarge = true;
  });
  capped.once('error', () => upstream.destroy());
  request.once('close', () => {
    if (!request.complete) upstream.destroy();
  });
  request.pipe(capped).pipe(upstream);
  const headers: TypedData = { json: JSON.stringify(joinedHeaders(request)) };
  const routeParams = Object.entries(params).map(([name, value]): [string, TypedData] => [name, { string: value }]);
  const invoked = options.invocations.run(route.target, {
    data: { http: {} },
    triggerMetadata: { ...Object.fromEntries(routeParams), Headers: headers },
    invocationId,
    ...trace,
  });
  const failed = invoked.then(
    () => new Promise<'nothing'>((resolve) => setTimeout(resolve, afterHandlerMs, 'nothing').unref()),
    (error: unknown) => error as Error,
  );
  const outcome = await Promise.race([answered, failed]);
  if (!(outcome instanceof http.IncomingMessage)) {
    upstream.destroy();
    if (tooLarge) fail(response, 413);
    else if (outcome === 'nothing') fail(response, 204);
    else if (outcome instanceof Error) throw outcome;
    else fail(response, 502);
    dropRest(request, capped);
    return;
  }
  for (const [name, value] of Object.entries(outcome.headers)) {
    if (value !== undefined && name !== 'connection' && name !== 'keep-alive') response.setHeader(name, value);
  }
  response.removeHeader('x-ms-invocation-id');
  response.statusCode = outcome.statusCode ?? 200;
  response.flushHeaders();
  // A client that goes away ends both sides; there is no one left to tell.
  await pipeline(outcome, response).catch(() => upstream.destroy());
  if (!request.complete) upstream.destroy();
  ownConnection?.destroy();
  dropRest(request, capped);
  await failed;
}

/** An answer that did not wait for the whole body: what is still to come is read and forgotten. */
function dropRest(request: IncomingMessage, capped: Transform): void {
  if (request.complete) return;
  request.unpipe(capped);
  capped.destroy();
  request.resume();
}

function bodyCap(limit: number, onTooLarge: () => void): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= limit) return done(null, chunk);
      onTooLarge();
      return done(new Error(`the body is larger than ${limit} bytes`));
    },
  });
}
