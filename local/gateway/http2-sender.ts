import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import net from 'node:net';
import { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { Headers } from './headers.ts';
import { plainHost, type TlsConnector } from './tls-connection.ts';
import { openTunnel } from './tunnel.ts';
import { UpstreamError, type UpstreamAnswer, type UpstreamRequest } from './upstream-request.ts';

/** Headers of one HTTP/1 connection, which HTTP/2 forbids. */
const forbidden = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
]);

/** Sends requests over HTTP/2: many at once over the one connection to a server. */
export class Http2Sender {
  readonly #tls: TlsConnector;
  readonly #sessions = new Map<string, Promise<ClientHttp2Session | TLSSocket>>();
  readonly #open = new Set<ClientHttp2Session>();

  constructor(tls: TlsConnector) {
    this.#tls = tls;
  }

  /**
   * Sends over the session of this key. Gives a fresh connection in its place when the server, free to choose, chose
   * HTTP/1.1. Throws UpstreamError.
   */
  async send(key: string, request: UpstreamRequest): Promise<UpstreamAnswer | TLSSocket> {
    const session = await this.#session(key, request);
    if (!('request' in session)) return session;
    return exchange(session, request);
  }

  /** Lets sessions end whose keys begin so: the next request makes a new one. */
  reconnect(start: string): void {
    for (const [key, opening] of this.#sessions) {
      if (!key.startsWith(start)) continue;
      this.#sessions.delete(key);
      opening.then(
        (session) => 'request' in session && session.close(),
        () => {},
      );
    }
  }

  close(): void {
    for (const session of this.#open) session.destroy();
    this.#open.clear();
    this.#sessions.clear();
  }

  async #session(key: string, request: UpstreamRequest): Promise<ClientHttp2Session | TLSSocket> {
    const known = this.#sessions.get(key);
    if (known) {
      const session = await known.catch(() => undefined);
      if (session && 'request' in session && !session.closed && !session.destroyed) return session;
    }
    // Those who come while the first is connecting share what comes of it.
    const current = this.#sessions.get(key);
    if (current && current !== known) return current;
    const opening = this.#connect(request);
    this.#sessions.set(key, opening);
    const forget = () => {
      if (this.#sessions.get(key) === opening) this.#sessions.delete(key);
    };
    opening.then(
      (session) => ('request' in session ? session.once('close', forget).once('goaway', forget) : forget()),
      forget,
    );
    return opening;
  }

  async #connect(request: UpstreamRequest): Promise<ClientHttp2Session | TLSSocket> {
    try {
      const socket = await dial(this.#tls, request);
      if ('alpnProtocol' in socket && socket.alpnProtocol !== 'h2') {
        if (request.transport?.version === '2or1') return socket;
        socket.destroy();
        throw new Error('the backend does not speak HTTP/2');
      }
      const authority = `${request.scheme}://${request.host}:${request.port}`;
      const session = http2.connect(authority, { createConnection: () => socket });
      this.#open.add(session);
      session.on('close', () => this.#open.delete(session));
      // Each request learns of it by itself.
      session.on('error', () => {});
      session.unref();
      return session;
    } catch (error) {
      throw error instanceof UpstreamError ? error : new UpstreamError('connection', (error as Error).message, error);
    }
  }
}

/** A connection on which the protocol is settled. */
async function dial(tls: TlsConnector, request: UpstreamRequest): Promise<net.Socket | TLSSocket> {
  const { host, port, scheme, transport, validateCertificate, timeout } = request;
  const tunnel = transport?.proxy && (await openTunnel(transport.proxy, host, port, timeout));
  if (scheme === 'http') return tunnel ?? net.connect({ host: plainHost(host), port, noDelay: true });
  const protocols = transport?.version === '2' ? ['h2'] : ['h2', 'http/1.1'];
  const { certificate } = transport ?? {};
  const socket = tls.connect({ host, port, validateCertificate, certificate, protocols, socket: tunnel });
  return new Promise((resolve, reject) => {
    const late = () => socket.destroy(new UpstreamError('timeout', `no connection within ${timeout / 1000} s`));
    const timer = setTimeout(late, timeout);
    socket.once('close', () => clearTimeout(timer));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function exchange(session: ClientHttp2Session, request: UpstreamRequest): Promise<UpstreamAnswer> {
  const { body, timeout, client, transport } = request;
  const waits = transport?.continueTimeout !== undefined && body !== undefined;
  return new Promise((resolve, reject) => {
    let stream: ClientHttp2Stream | undefined;
    let sent = body === undefined || body instanceof Uint8Array;
    const timers: NodeJS.Timeout[] = [];
    let forget: (() => void) | undefined;
    const settle = () => {
      for (const timer of timers) clearTimeout(timer);
      forget?.();
    };
    const giveUp = (error: UpstreamError) => {
      settle();
      stream?.close(http2.constants.NGHTTP2_CANCEL);
      reject(error);
    };
    const after = (milliseconds: number, error: () => UpstreamError) =>
      timers.push(setTimeout(() => giveUp(error()), milliseconds));
    after(timeout, () =>
      !sent && stream?.writableNeedDrain === false
        ? new UpstreamError('stalled', `no whole body within ${timeout / 1000} s`)
        : new UpstreamError('timeout', `no answer within ${timeout / 1000} s`),
    );
    try {
      stream = session.request(outgoingHeaders(request, waits), { endStream: body === undefined });
    } catch (error) {
      giveUp(new UpstreamError('connection', (error as Error).message, error));
      return;
    }
    const running = stream;
    const write = () => {
      if (body instanceof Readable) {
        body.on('end', () => (sent = true));
        body.on('error', (error) => giveUp(new UpstreamError('connection', error.message, error)));
        body.pipe(running);
      } else running.end(body);
    };
    if (waits) {
      const limit = transport.continueTimeout ?? 0;
      after(limit, () => new UpstreamError('timeout', `no "100 Continue" within ${limit / 1000} s`));
      running.once('continue', () => {
        clearTimeout(timers.pop());
        write();
      });
    } else if (body !== undefined) write();
    running.on('error', (error) => giveUp(new UpstreamError('connection', error.message, error)));
    running.on('close', () =>
      giveUp(new UpstreamError('connection', 'the backend closed the stream without an answer')),
    );
    running.on('response', (headers) => {
      settle();
      if (body instanceof Readable && !sent) body.resume();
      let received: Headers | undefined;
      running.on('trailers', (after) => (received = incomingHeaders(after)));
      const status = headers[':status'] ?? 0;
      resolve({ status, reason: '', headers: incomingHeaders(headers), body: running, trailers: () => received });
    });
    forget = client?.subscribe(() => giveUp(new UpstreamError('aborted', 'the client went away')));
  });
}

function outgoingHeaders(
  { method, scheme, path, headers, body }: UpstreamRequest,
  waits: boolean,
): OutgoingHttpHeaders {
  const made: OutgoingHttpHeaders = { ':method': method, ':scheme': scheme, ':path': path };
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase();
    const value = headers[i + 1] as string;
    if (name === 'host') made[':authority'] = value;
    if (forbidden.has(name)) continue;
    const before = made[name];
    made[name] = before === undefined ? value : [before, value].flat().map(String);
  }
  if (body instanceof Uint8Array) made['content-length'] = body.length;
  if (waits) made['expect'] = '100-continue';
  return made;
}

function incomingHeaders(received: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of [value].flat()) headers.append(name, one);
  }
  return headers;
}
