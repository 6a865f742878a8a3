import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProblemError } from '../../shared/contract/errors.ts';
import { problemBody, problemMediaType, problems } from '../../shared/contract/problems.ts';
import { readBody } from './body.ts';
import { DatabaseAwayError, type Database } from './database.ts';

export interface LegacyRequest {
  database: Database;
  /** The subscription that calls; empty for providers and on open routes. */
  partner: string;
  plan: string;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** The body's bytes as they came. */
  body: Buffer;
  now: Date;
}

export interface LegacyResponse {
  status: number;
  /** An object, or JSON text that is ready. */
  body: object | string;
  headers?: Record<string, string>;
}

export interface Route {
  method: string;
  path: string;
  /** Answers without the gateway's key. */
  open?: boolean;
  /** Wants the gateway's key but no partner. */
  anonymous?: boolean;
  handle(request: LegacyRequest): Promise<LegacyResponse>;
}

/** Finds the route and answers; every failure becomes a problem document. */
export async function answerRequest(
  routes: readonly Route[],
  { database, gatewayKey }: { database: Database; gatewayKey: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const correlationId = correlationOf(request);
  response.setHeader('x-correlation-id', correlationId);
  try {
    const [path = '/', ...search] = (request.url ?? '/').split('?');
    const { route, params } = findRoute(routes, request.method ?? 'GET', path);
    const caller = route.open ? { partner: '', plan: '' } : authenticate(request, gatewayKey, !route.anonymous);
    const body = await readBody(request);
    const answer = await route.handle({
      database,
      ...caller,
      params,
      query: new URLSearchParams(search.join('?')),
      headers: request.headers,
      body,
      now: new Date(),
    });
    send(response, answer.status, 'application/json', answer.body, answer.headers);
  } catch (error) {
    const problem = toProblem(error);
    const { status } = problems[problem.problem];
    if (status >= 500) console.error(`legacy: ${request.method} ${request.url} (correlation ${correlationId})`, error);
    const body = problemBody(problem.problem, {
      detail: problem.message,
      ...(problem.errors && { errors: problem.errors }),
    });
    send(response, status, problemMediaType, body, problem.headers);
  }
}

function findRoute(routes: readonly Route[], method: string, path: string) {
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params ? [{ route, params }] : [];
  });
  const match = matches.find(({ route }) => route.method === method);
  if (match) return match;
  if (matches.length === 0) throw new ProblemError('not-found', { detail: 'There is nothing at this path.' });
  throw new ProblemError('method-not-allowed', {
    headers: { allow: matches.map(({ route }) => route.method).join(', ') },
  });
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!;
    if (part.startsWith('{') && value !== '') params[part.slice(1, -1)] = decode(value);
    else if (part !== value) return undefined;
  }
  return params;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function authenticate(request: IncomingMessage, gatewayKey: string, wantsPartner: boolean) {
  const given = String(request.headers['x-gateway-key'] ?? '');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (!timingSafeEqual(digest(given), digest(gatewayKey))) {
    throw new ProblemError('unauthorized', { detail: 'Call the API through its gateway.' });
  }
  const partner = String(request.headers['x-partner-id'] ?? '');
  const plan = String(request.headers['x-plan'] ?? '');
  if (wantsPartner && (!partner || !plan)) {
    throw new ProblemError('unauthorized', { detail: 'The gateway named no subscription.' });
  }
  return { partner, plan };
}

function correlationOf(request: IncomingMessage): string {
  const given = request.headers['x-correlation-id'];
  return typeof given === 'string' && /^[\x21-\x7E]{1,128}$/.test(given) ? given : randomUUID();
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof DatabaseAwayError) {
    return new ProblemError('unavailable', { headers: { 'retry-after': '5' }, cause: error });
  }
  return new ProblemError('internal-error', { cause: error });
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: object | string,
  headers: Record<string, string> = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}
