import type { Readable } from 'node:stream';
import type { Cancellation } from './cancellation.ts';
import type { Headers } from './headers.ts';
import type { Transport } from './transport.ts';

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
  /** Undefined for HTTP/1.1 straight to the address. */
  transport?: Transport | undefined;
}

export interface UpstreamAnswer {
  status: number;
  reason: string;
  headers: Headers;
  /** In memory when it came with the head. */
  body: Buffer | Readable;
  /** What came after the body, once it has ended; only HTTP/2 tells. */
  trailers?: () => Headers | undefined;
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
