import type { Readable } from 'node:stream';
import type { Cancellation } from './cancellation.ts';
import type { Headers } from './headers.ts';
import {
  ClosedEarlyError,
  UpstreamConnection,
  type ConnectionAnswer,
  type ConnectionRequest,
} from './upstream-connection.ts';

export interface UpstreamRequest {
  method: string;
  scheme: string;
  host: string;
  port: number;
  /** With the query. */
  path: string;
  /** Names and values in turn, `Host` among them; the length of a body in memory is added here. */
  headers: readonly string[];
  body: Buffer | Readable | undefined;
  /** Milliseconds until the head of the answer must be there. */
  timeout: number;
  /** Breaks the request off. */
  client: Cancellation | undefined;
  validateCertificate: boolean;
}

export interface UpstreamAnswer {
  status: number;
  reason: string;
  headers: Headers;
  /** In memory when it came with the head. */
  body: Buffer | Readable;
}

/** A request that got no answer. */
export class UpstreamError extends Error {
  override name = 'UpstreamError';
  readonly kind: 'timeout' | 'stalled' | 'connection' | 'aborted';
  constructor(kind: UpstreamError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

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
 * the cost, which is most of what a gateway costs.
 */
export function createSender(): Sender {
  const idle = new Map<string, UpstreamConnection[]>();
  const open = new Set<UpstreamConnection>();

  const connect = (request: UpstreamRequest, key: string): UpstreamConnection => {
    const made = new UpstreamConnection(request, (connection) => {
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
          if (!ended)
            reject(error instanceof ClosedEarlyError ? error : new UpstreamError('connection', error.message, error));
          settle();
        },
      );
    });

  return {
    async send(request) {
      const wire = wireRequest(request);
      const key = `${request.scheme}:${request.host}:${request.port}:${request.validateCertificate}`;
      const kept = take(key);
      try {
        return await sendOn(kept ?? connect(request, key), request, wire);
      } catch (error) {
        if (!(error instanceof ClosedEarlyError)) throw error;
        // The server closed a kept connection just as it was used again: nothing was processed, so ask anew.
        const isWhole = request.body === undefined || request.body instanceof Uint8Array;
        if (!kept || !isWhole || !repeatable.has(request.method))
          throw new UpstreamError('connection', error.message, error);
        return sendOn(connect(request, key), request, wire).catch((second: unknown) => {
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
    },
    close() {
      for (const connection of open) connection.destroy();
      open.clear();
      idle.clear();
    },
  };
}

const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Refuses what would let a header's value begin another header. */
function wireRequest(request: UpstreamRequest): ConnectionRequest {
  const { headers, body, method } = request;
  let head = `${method} ${request.path.replaceAll(/[^\u0021-\u007e]/g, encodeURIComponent)} HTTP/1.1\r\n`;
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
  return { method, head: `${head}\r\n`, body, chunked };
}
