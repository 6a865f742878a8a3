import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { ProblemError } from '../shared/contract/errors.ts';
import type { Operation } from '../shared/contract/operation.ts';
import type { BrokenRule } from '../shared/contract/problems.ts';
import { validateBody, validateRequest, type BodyOf, type ValidRequest } from '../shared/contract/validation.ts';
import { readBody, parseJson } from './body.ts';
import { identify, type Caller } from './caller.ts';
import { chargeQuota, costOf } from './charge-quota.ts';
import { correlationOf, problemResponse } from './problem-response.ts';
import { currentWiring, type Wiring } from './wiring.ts';

/** What a handler is given: everything checked. */
interface HandlerRequest<O extends Operation> extends ValidRequest<O> {
  /** The body's bytes as they came, for signatures. */
  rawBody: Buffer;
  /**
   * The checked body of an operation of access `signature`, whose `body` is left undefined: verify the signature over
   * `rawBody` first. @throws {ProblemError}
   */
  parseBody: () => BodyOf<O>;
  /** One request header. */
  header: (name: string) => string | undefined;
  /** Who calls; on `public` and `signature` operations both fields are empty. */
  caller: Caller;
  correlationId: string;
  wiring: Wiring;
  context: InvocationContext;
}

interface HandlerResponse {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Handler<O extends Operation> = (request: HandlerRequest<O>) => Promise<HandlerResponse> | HandlerResponse;

/** What is wrong with a body by rules that depend on where this runs, so that the contract cannot have them. */
type LocalRules = (body: unknown, wiring: Wiring) => BrokenRule[];

/** Registers the HTTP trigger of an operation, at the contract's own path. */
export function httpOperation<O extends Operation>(operation: O, handler: Handler<O>, rules?: LocalRules): void {
  app.http(operation.id.replaceAll('.', '-'), {
    methods: [operation.method],
    route: operation.path.slice(1),
    authLevel: 'anonymous',
    handler: (request, context) => answer(operation, handler, request, context, currentWiring, rules),
  });
}

/** One request from its first byte to its answer. Never rejects: whatever goes wrong is an answer too. */
export async function answer<O extends Operation>(
  operation: O,
  handler: Handler<O>,
  request: HttpRequest,
  context: InvocationContext,
  wiringOf: () => Wiring = currentWiring,
  rules: LocalRules = () => [],
): Promise<HttpResponseInit> {
  const correlationId = correlationOf(request.headers);
  const headers: Record<string, string> = { 'x-correlation-id': correlationId };
  try {
    const wiring = wiringOf();
    const caller = identify(operation.access, request.headers, wiring.settings.gatewayKey);
    if (operation.access === 'key') {
      const cost = costOf(operation.id, request.headers.get('x-quota-cost'));
      if (cost > 0) Object.assign(headers, (await chargeQuota(wiring, caller, cost)).headers);
    }
    const rawBody = await readBody(request);
    const deferBody = operation.access === 'signature';
    const body = operation.body && !deferBody ? parseJson(rawBody, request.headers) : undefined;
    const validated = validateRequest(deferBody ? { ...operation, body: undefined } : operation, {
      params: request.params,
      query: new URL(request.url).searchParams,
      header: (name) => request.headers.get(name),
      body,
    });
    const broken = validated.valid ? [] : validated.errors;
    const known = new Set(broken.map(({ pointer }) => pointer));
    const errors = [...broken, ...rules(body, wiring).filter(({ pointer }) => !known.has(pointer))];
    if (!validated.valid || errors.length > 0) throw new ProblemError('validation-failed', { errors });
    const response = await handler({
      ...validated.request,
      rawBody,
      parseBody: () => checkedBody(operation, rawBody, request),
      header: (name) => request.headers.get(name) ?? undefined,
      caller,
      correlationId,
      wiring,
      context,
    });
    return success(response, headers);
  } catch (error) {
    return problemResponse(error, headers, { operation: operation.id, correlationId, context });
  }
}

function checkedBody<O extends Operation>(operation: O, rawBody: Buffer, request: HttpRequest): BodyOf<O> {
  if (!operation.body) return undefined as BodyOf<O>;
  const checked = validateBody(operation.body.schema, parseJson(rawBody, request.headers));
  if (!checked.valid) throw new ProblemError('validation-failed', { errors: checked.errors });
  return checked.body as BodyOf<O>;
}

function success(response: HandlerResponse, headers: Record<string, string>): HttpResponseInit {
  const all = { ...headers, ...response.headers };
  if (response.body === undefined) return { status: response.status, headers: all };
  return {
    status: response.status,
    headers: { 'content-type': 'application/json', ...all },
    body: typeof response.body === 'string' ? response.body : JSON.stringify(response.body),
  };
}
