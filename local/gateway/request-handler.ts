import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Body } from './body.ts';
import { ClientGoneError, ClientStalledError, PolicyError } from './errors.ts';
import { errorResponse } from './error-response.ts';
import { Exchange, type GatewayResponse } from './exchange.ts';
import { Headers } from './headers.ts';
import { runPipeline } from './pipeline.ts';
import type { Program } from './program.ts';
import { defaultPort, RequestUrl } from './request-url.ts';
import { refusal } from './refusals.ts';
import type { Runtime } from './runtime.ts';
import { Trace } from './trace.ts';
import { writeResponse } from './write-response.ts';

const none: ReadonlyMap<string, string> = new Map();

/** Answers every request with the program that is current when it comes. */
export function requestHandler(
  runtime: Runtime,
  current: () => Program,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    // Served as plain HTTP, its client would wait for frames that never come.
    if (incoming.headers.upgrade?.toLowerCase() === 'websocket') {
      outgoing
        .writeHead(400, { ...refusal.headers, connection: 'close' })
        .end(refusal.body(400, 'WebSocket APIs are not run here.'));
      return;
    }
    const status = unfit(incoming);
    if (status !== undefined) {
      outgoing.writeHead(status, { ...refusal.headers, connection: 'close' }).end(refusal.body(status));
      return;
    }
    const exchange = open(incoming, runtime, current());
    outgoing.on('close', () => {
      if (!outgoing.writableEnded) exchange.client.cancel();
    });
    void serve(exchange, outgoing);
  };
}

/** The status for a request that HTTP/1.1 forbids to answer otherwise, though Node has read it. */
function unfit({ headers, httpVersion, rawHeaders }: IncomingMessage): number | undefined {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === 4 && rawHeaders[i]?.toLowerCase() === 'host') hosts++;
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return 400;
  // Node takes the chunks apart, and nothing that is around them.
  const coding = headers['transfer-encoding'];
  return coding !== undefined && coding.toLowerCase() !== 'chunked' ? 501 : undefined;
}

async function serve(exchange: Exchange, outgoing: ServerResponse): Promise<void> {
  try {
    await runPipeline(exchange);
    await answer(exchange, outgoing);
  } catch (error) {
    if (error instanceof ClientStalledError && !outgoing.headersSent) {
      outgoing.writeHead(408, { ...refusal.headers, connection: 'close' }).end(refusal.body(408));
      return;
    }
    if (!(error instanceof ClientGoneError))
      console.error(`gateway: ${error instanceof Error ? error.stack : String(error)}`);
    if (outgoing.headersSent || error instanceof ClientGoneError) outgoing.destroy();
    else {
      const failure = new PolicyError('Internal server error', {
        source: 'gateway',
        reason: 'InternalError',
        cause: error,
      });
      exchange.response = errorResponse(failure, exchange.requestId);
      await answer(exchange, outgoing).catch(() => outgoing.destroy());
    }
  } finally {
    exchange.request.body.discard();
    if (exchange.trace) exchange.runtime.traces.add(exchange.trace);
  }
}

async function answer(exchange: Exchange, outgoing: ServerResponse): Promise<void> {
  const { response } = exchange;
  if (!response) throw new PolicyError('No policy made an answer.', { source: 'gateway', reason: 'NoResponse' });
  const written = finished(exchange, response);
  if (exchange.trace) written.headers.set('Ocp-Apim-Trace-Id', [exchange.trace.id]);
  await writeResponse(written, outgoing, exchange.incoming.method ?? 'GET');
}

/** The answer once the policies that wait for it have seen it; an error in one of them takes its place. */
function finished(exchange: Exchange, response: GatewayResponse): GatewayResponse {
  // Each runs once, also where a second answer stands in for this one.
  for (const finish of exchange.finishers.splice(0)) {
    try {
      finish(response);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      response.body.discard();
      response = errorResponse(error, exchange.requestId);
    }
  }
  return response;
}

function open(incoming: IncomingMessage, runtime: Runtime, program: Program): Exchange {
  const headers = Headers.fromRaw(incoming.rawHeaders);
  const { host: named, target } = addressOf(incoming.url ?? '/');
  const { host, port } = hostOf(named ?? headers.get('host'), incoming.socket.localPort ?? 80);
  const question = target.indexOf('?');
  const path = question === -1 ? target : target.slice(0, question);
  const originalUrl = new RequestUrl(
    'http',
    host,
    port,
    path.startsWith('/') ? path : '/',
    question === -1 ? '' : target.slice(question),
  );
  // The backend is asked under its own name.
  headers.delete('host');
  const hasBody =
    incoming.headers['content-length'] !== undefined
      ? incoming.headers['content-length'] !== '0'
      : incoming.headers['transfer-encoding'] !== undefined;
  const request = {
    method: incoming.method ?? 'GET',
    url: originalUrl.clone(),
    originalUrl,
    headers,
    body: new Body(hasBody ? incoming : undefined, runtime.bodyPatience),
    ip: (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    matchedParameters: none,
  };
  const exchange = new Exchange(runtime, program, incoming, request, randomUUID());
  if (runtime.tracing || headers.get('ocp-apim-trace') === 'true') exchange.trace = new Trace(exchange.requestId);
  return exchange;
}

/** A request may name the whole address, as those to proxies do; it counts for more than the header. */
function addressOf(url: string): { host?: string; target: string } {
  if (url.startsWith('/')) return { target: url };
  const [whole, host] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  return whole === undefined || host === undefined ? { target: url } : { host, target: url.slice(whole.length) };
}

function hostOf(header: string | undefined, localPort: number): { host: string; port: number } {
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(header ?? '');
  if (!match) return { host: 'localhost', port: localPort };
  return { host: match[1] || 'localhost', port: match[2] ? Number(match[2]) : defaultPort('http') };
}
