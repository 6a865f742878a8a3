import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { Headers } from './headers.ts';

export interface UpstreamRequest {
  method: string;
  scheme: string;
  host: string;
  port: number;
  /** With the query. */
  path: string;
  /** Names and values in turn; `Host` and the length are added here. */
  headers: string[];
  body: Buffer | Readable | undefined;
  /** Milliseconds until the head of the answer must be there. */
  timeout: number;
  signal: AbortSignal | undefined;
  validateCertificate: boolean;
}

export interface UpstreamAnswer {
  status: number;
  reason: string;
  headers: Headers;
  body: Readable;
}

/** A request that got no answer. */
export class UpstreamError extends Error {
  override name = 'UpstreamError';
  readonly kind: 'timeout' | 'connection' | 'aborted';
  constructor(kind: 'timeout' | 'connection' | 'aborted', message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface Sender {
  /** Throws UpstreamError. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  close(): void;
}

/** Methods that a server may be sent twice without harm. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Sends requests over connections that stay open between requests. */
export function createSender(): Sender {
  const plain = new http.Agent({ keepAlive: true, maxSockets: 1024, maxFreeSockets: 256, scheduling: 'lifo' });
  const secure = new https.Agent({ keepAlive: true, maxSockets: 1024, maxFreeSockets: 256 });
  const sendOnce = (request: UpstreamRequest): Promise<UpstreamAnswer> =>
    new Promise((resolve, reject) => {
      const options = {
        host: request.host.replace(/^\[|\]$/g, ''),
        port: request.port,
        method: request.method,
        path: request.path,
        headers: withFraming(request),
        setDefaultHeaders: false,
      };
      const outgoing =
        request.scheme === 'https'
          ? https.request({ ...options, agent: secure, rejectUnauthorized: request.validateCertificate })
          : http.request({ ...options, agent: plain });
      const timer = setTimeout(() => {
        fail(new UpstreamError('timeout', `no answer within ${request.timeout / 1000} s`));
      }, request.timeout);
      const abort = () => fail(new UpstreamError('aborted', 'the client went away'));
      const settle = () => {
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', abort);
      };
      const fail = (error: UpstreamError) => {
        settle();
        reject(error);
        outgoing.destroy();
      };
      request.signal?.addEventListener('abort', abort, { once: true });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        fail(new UpstreamError('connection', stale ? 'stale connection' : error.message, error));
      });
      outgoing.on('response', (incoming) => {
        settle();
        resolve({
          status: incoming.statusCode ?? 502,
          reason: incoming.statusMessage ?? '',
          headers: Headers.fromRaw(incoming.rawHeaders),
          body: incoming,
        });
      });
      const { body } = request;
      if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
      else {
        body.on('error', (error) => fail(new UpstreamError('aborted', 'the request broke off', error)));
        body.pipe(outgoing);
      }
    });
  return {
    async send(request) {
      try {
        return await sendOnce(request);
      } catch (error) {
        // The server closed a kept connection just as it was used again: nothing was processed, so ask anew.
        const stale = error instanceof UpstreamError && error.message === 'stale connection';
        const bodyIsWhole = request.body === undefined || request.body instanceof Uint8Array;
        if (stale && bodyIsWhole && repeatable.has(request.method)) return sendOnce(request);
        throw error;
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function withFraming(request: UpstreamRequest): string[] {
  const { headers, body, method } = request;
  if (body instanceof Uint8Array) return [...headers, 'Content-Length', String(body.length)];
  if (body !== undefined) return headers;
  return method === 'GET' || method === 'HEAD' || method === 'DELETE' || method === 'OPTIONS'
    ? headers
    : [...headers, 'Content-Length', '0'];
}
