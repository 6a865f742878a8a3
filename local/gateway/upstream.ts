import net from 'node:net';
import type { Http2Sender } from './http2-sender.ts';
import { plainHost, TlsConnector } from './tls-connection.ts';
import { transportKey, type Transport } from './transport.ts';
import {
  ClosedEarlyError,
  ContinueTimeoutError,
  UpstreamConnection,
  type ConnectionAnswer,
  type ConnectionRequest,
} from './upstream-connection.ts';
import { UpstreamError, type UpstreamAnswer, type UpstreamRequest } from './upstream-request.ts';

export interface Sender {
  /** Throws UpstreamError. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** Lets go of the connections to an address that no request is using: the next request makes a new one. */
  reconnect(address: URL): void;
  close(): void;
}

/** Methods that a server may be sent twice without harm. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const maxIdle = 256;

/**
 * Sends HTTP/1.1 requests over connections that stay open between requests. Node's own client does the same at twice
 * the cost, which is most of what a gateway costs. What asks for another transport gets HTTP/2, a proxy or a client
 * certificate. `authorities` are in PEM, and trusted beside the public ones.
 */
export function createSender(authorities: readonly string[] = []): Sender {
  const idle = new Map<string, UpstreamConnection[]>();
  const open = new Set<UpstreamConnection>();
  const tls = new TlsConnector(authorities);
  let http2: Http2Sender | undefined;

  const connect = (request: UpstreamRequest, key: string, socket = openSocket(request, tls)): UpstreamConnection => {
    const made = new UpstreamConnection(socket, (connection) => {
      const list = idle.get(key) ?? [];
      idle.set(key, list);
      if (list.length >= maxIdle) connection.destroy();
      else {
        connection.rest();
        list.push(connection);
      }
    });
    open.add(made);
    return made;
  };

  const take = (key: string): UpstreamConnection | undefined => {
    const list = idle.get(key);
    for (let found = list?.pop(); found; found = list?.pop()) {
      if (found.isOpen) return found;
      open.delete(found);
    }
    return undefined;
  };

  const sendOn = (
    connection: UpstreamConnection,
    { timeout, client }: UpstreamRequest,
    wire: ConnectionRequest,
  ): Promise<UpstreamAnswer> =>
    new Promise((resolve, reject) => {
      let ended = false;
      let forget: (() => void) | undefined;
      const settle = () => {
        ended = true;
        clearTimeout(timer);
        forget?.();
      };
      const giveUp = (error: UpstreamError) => {
        settle();
        connection.destroy();
        reject(error);
      };
      const timer = setTimeout(
        () =>
          giveUp(
            connection.awaitsBody
              ? new UpstreamError('stalled', `no whole body within ${timeout / 1000} s`)
              : new UpstreamError('timeout', `no answer within ${timeout / 1000} s`),
          ),
        timeout,
      );
      forget = client?.subscribe(() => giveUp(new UpstreamError('aborted', 'the client went away')));
      // A client that left before this is told of at once.
      if (ended) return;
      connection.send(wire).then(
        (answer: ConnectionAnswer) => {
          if (!ended) resolve(answer);
          settle();
        },
        (error: Error) => {
          if (!ended) reject(error instanceof ClosedEarlyError ? error : failure(error));
          settle();
        },
      );
    });

  const sendFresh = (request: UpstreamRequest, key: string, wire: ConnectionRequest): Promise<UpstreamAnswer> =>
    request.transport && isNegotiated(request.scheme, request.transport)
      ? negotiate(request, request.transport, key, wire)
      : sendOn(connect(request, key), request, wire);

  const negotiate = async (
    request: UpstreamRequest,
    transport: Transport,
    key: string,
    wire: ConnectionRequest,
  ): Promise<UpstreamAnswer> => {
    if (transport.version !== '1') {
      http2 ??= new (await import('./http2-sender.ts')).Http2Sender(tls);
      const answer = await http2.send(key, request);
      // The server chose HTTP/1.1, and this is the connection on which it did.
      return answer instanceof net.Socket ? sendOn(connect(request, key, answer), request, wire) : answer;
    }
    const { host, port, validateCertificate, timeout } = request;
    const { openTunnel } = await import('./tunnel.ts');
    const tunnel = transport.proxy && openTunnel(transport.proxy, host, port, timeout);
    const socket = await tunnel?.catch((error: Error) => {
      throw failure(error);
    });
    const { certificate } = transport;
    const secured = tls.connect({ host, port, validateCertificate, certificate, socket });
    return sendOn(connect(request, key, secured), request, wire);
  };

  return {
    async send(request) {
      const wire = wireRequest(request);
      const address = `${request.scheme}:${request.host}:${request.port}:${request.validateCertificate}`;
      const key = request.transport === undefined ? address : address + transportKey(request.transport);
      const kept = take(key);
      try {
        return await (kept ? sendOn(kept, request, wire) : sendFresh(request, key, wire));
      } catch (error) {
        if (!(error instanceof ClosedEarlyError)) throw error;
        // The server closed a kept connection just as it was used again: nothing was processed, so ask anew.
        const isWhole = request.body === undefined || request.body instanceof Uint8Array;
        if (!kept || !isWhole || !repeatable.has(request.method))
          throw new UpstreamError('connection', error.message, error);
        return sendFresh(request, key, wire).catch((second: unknown) => {
          throw second instanceof ClosedEarlyError ? new UpstreamError('connection', second.message, second) : second;
        });
      }
    },
    reconnect({ protocol, hostname, port }) {
      const start = `${protocol}${hostname}:${port || (protocol === 'https:' ? 443 : 80)}:`;
      for (const [key, connections] of idle) {
        if (!key.startsWith(start)) continue;
        for (const connection of connections.splice(0)) {
          connection.destroy();
          open.delete(connection);
        }
      }
      http2?.reconnect(start);
    },
    close() {
      for (const connection of open) connection.destroy();
      open.clear();
      idle.clear();
      http2?.close();
    },
  };
}

/** Whether a connection takes more than to connect: a protocol to agree on, a proxy to go through. */
function isNegotiated(scheme: string, { version, proxy }: Transport): boolean {
  return version === '2' || (scheme === 'https' && (version === '2or1' || proxy !== undefined));
}

function openSocket(request: UpstreamRequest, tls: TlsConnector): net.Socket {
  const { host, port, scheme, validateCertificate, transport } = request;
  if (scheme === 'https') return tls.connect({ host, port, validateCertificate, certificate: transport?.certificate });
  const first = transport?.proxy ?? request;
  return net.connect({ host: plainHost(first.host), port: first.port, noDelay: true });
}

function failure(error: Error): UpstreamError {
  return new UpstreamError(error instanceof ContinueTimeoutError ? 'timeout' : 'connection', error.message, error);
}

const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Refuses what would let a header's value begin another header. */
function wireRequest(request: UpstreamRequest): ConnectionRequest {
  const { transport, body, method } = request;
  const headers = transport ? transportHeaders(request, transport) : request.headers;
  const target = transport?.proxy && request.scheme === 'http' ? `http://${request.host}:${request.port}` : '';
  let head = `${method} ${target}${request.path.replaceAll(/[^\u0021-\u007e]/g, encodeURIComponent)} HTTP/1.1\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  const streams = body !== undefined && !(body instanceof Uint8Array);
  if (body instanceof Uint8Array) head += `Content-Length: ${body.length}\r\n`;
  else if (body === undefined && !bodiless.has(method)) head += 'Content-Length: 0\r\n';
  // One line break for each header, one for the first line: more of them came from within a value.
  const lines = headers.length / 2 + 1 + (streams || (body === undefined && bodiless.has(method)) ? 0 : 1);
  if (
    head.split('\r\n').length !== lines + 1 ||
    /\r(?!\n)|(?<!\r)\n|\p{Cc}(?<![\r\n\t\u0080-\u009f])|[^\p{Cc}\u0020-\u00ff]/u.test(head)
  )
    throw new UpstreamError('connection', 'a header of the request holds a character that headers cannot hold');
  const chunked = streams && headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'transfer-encoding');
  return { method, head: `${head}\r\n`, body, chunked, continueTimeout: transport?.continueTimeout };
}

/** The request's own, and those for a proxy and of a body that waits to be asked for. */
function transportHeaders({ headers, body, scheme }: UpstreamRequest, transport: Transport): readonly string[] {
  const { proxy, continueTimeout } = transport;
  return [
    ...headers,
    ...(proxy?.authorization !== undefined && scheme === 'http' ? ['Proxy-Authorization', proxy.authorization] : []),
    ...(continueTimeout !== undefined && body !== undefined ? ['Expect', '100-continue'] : []),
  ];
}
