import type { IncomingMessage } from 'node:http';
import { Body } from './body.ts';
import type { Certificate } from './certificate.ts';
import { Cancellation } from './cancellation.ts';
import type { Api, Operation, Product, Subscription } from './configuration/model.ts';
import type { PolicyError } from './errors.ts';
import { Headers } from './headers.ts';
import type { Program } from './program.ts';
import type { RequestUrl } from './request-url.ts';
import type { ResponseCache } from './response-cache.ts';
import type { Runtime } from './runtime.ts';
import type { Section } from './policy.ts';
import type { Proxy } from './transport.ts';
import type { Trace } from './trace.ts';

export interface GatewayRequest {
  method: string;
  url: RequestUrl;
  originalUrl: RequestUrl;
  headers: Headers;
  body: Body;
  ip: string;
  matchedParameters: ReadonlyMap<string, string>;
}

export class GatewayResponse {
  status: number;
  reason: string;
  headers: Headers;
  body: Body;
  /** What is written after a body that streams, once it has ended. */
  trailers: (() => [name: string, value: string][]) | undefined;
  constructor(status: number, reason = '', headers = new Headers(), body = new Body(undefined)) {
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    this.body = body;
  }
}

/** What on-error sees as `context.LastError`. */
export interface LastError {
  source: string;
  reason: string;
  message: string;
  scope: string;
  section: string;
  path: string;
  policyId: string;
}

/** Where the backend section sends the request; policies set it, `forward-request` uses it. */
export interface Target {
  /** Base address from set-backend-service, or undefined for the API's own. */
  url: string | undefined;
  backendId: string | undefined;
  /** What the gateway shows of itself; set by authentication-certificate. */
  certificate: Certificate | undefined;
  proxy: Proxy | undefined;
}

/** One request on its way through the gateway. */
export class Exchange {
  readonly runtime: Runtime;
  readonly program: Program;
  readonly incoming: IncomingMessage;
  request: GatewayRequest;
  response: GatewayResponse | undefined;
  readonly variables = new Map<string, unknown>();
  readonly target: Target = { url: undefined, backendId: undefined, certificate: undefined, proxy: undefined };
  api: Api | undefined;
  operation: Operation | undefined;
  product: Product | undefined;
  subscription: Subscription | undefined;
  lastError: LastError | undefined;
  error: PolicyError | undefined;
  section: Section = 'inbound';
  /** Set by return-response and its kin: no further policy of the section runs. */
  finished = false;
  /** Set by a cache hit: the pipeline goes on after the matching cache-store. */
  servedFromCache = false;
  /** Where cache-store keeps the answer; set by cache-lookup. */
  cacheSlot: { cache: ResponseCache; key: string } | undefined;
  readonly requestId: string;
  readonly startedAt: number;
  trace: Trace | undefined;
  /** Run on the response just before it is written, whoever made it. */
  readonly finishers: ((response: GatewayResponse) => void)[] = [];
  /** Cancelled when the client goes away. */
  readonly client = new Cancellation();

  constructor(
    runtime: Runtime,
    program: Program,
    incoming: IncomingMessage,
    request: GatewayRequest,
    requestId: string,
  ) {
    this.runtime = runtime;
    this.program = program;
    this.incoming = incoming;
    this.request = request;
    this.requestId = requestId;
    this.startedAt = runtime.now();
  }

  finish(response: GatewayResponse): void {
    if (this.response && this.response !== response && this.response.body !== response.body)
      this.response.body.discard();
    this.response = response;
    this.finished = true;
  }
}
