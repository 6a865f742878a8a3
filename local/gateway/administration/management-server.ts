import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Runtime } from '../runtime.ts';
import { answerArm, type ArmAnswer } from './arm-router.ts';
import { AdministrationError, notFound } from './errors.ts';
import type { GatewayState } from './gateway-state.ts';

const maxBody = 1024 * 1024;

/** The management port: the resource manager's API, traces and metrics, and the local issuer's keys. */
export function managementHandler(
  state: GatewayState,
  runtime: Runtime,
  operatorToken: string,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const answer = async (incoming: IncomingMessage): Promise<ArmAnswer> => {
    const pathname = pathOf(incoming.url ?? '/');
    // Whoever verifies a token of the local issuer has no operator's token.
    if (pathname === '/.well-known/openid-configuration')
      return { status: 200, body: runtime.identity.configuration() };
    if (pathname === '/keys') return { status: 200, body: runtime.identity.keys() };
    if (!isOperator(incoming.headers.authorization, operatorToken))
      throw new AdministrationError(
        401,
        'AuthenticationFailed',
        'Authentication failed: send the operator token as a bearer token.',
      );
    const method = incoming.method ?? 'GET';
    if (method === 'GET' && pathname.startsWith('/traces')) return trace(runtime, pathname);
    if (method === 'GET' && pathname === '/metrics') return { status: 200, body: { value: runtime.metrics.all() } };
    const ifMatch = incoming.headers['if-match'];
    return answerArm(
      { method, path: pathname.replace(/\/$/, ''), ifMatch, body: await jsonBody(incoming) },
      state,
      runtime.now,
    );
  };
  return (incoming, outgoing) => {
    void answer(incoming)
      .catch(failure)
      .then((one) => write(one, outgoing));
  };
}

function pathOf(target: string): string {
  const path = URL.parse(target, 'http://localhost')?.pathname;
  try {
    if (path !== undefined && decodeURIComponent(path) !== '') return path;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw new AdministrationError(400, 'InvalidRequestUri', 'The address of the request cannot be read.');
}

function trace(runtime: Runtime, pathname: string): ArmAnswer {
  if (pathname === '/traces') return { status: 200, body: { value: runtime.traces.ids() } };
  const found = runtime.traces.get(pathname.slice('/traces/'.length));
  if (!found) throw notFound('This trace');
  return { status: 200, body: { id: found.id, entries: found.entries } };
}

function isOperator(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

async function jsonBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new AdministrationError(413, 'RequestEntityTooLarge', 'The body is larger than 1 MiB.');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new AdministrationError(400, 'InvalidRequestContent', 'The body is no JSON.');
  }
}

function failure(error: unknown): ArmAnswer {
  if (!(error instanceof AdministrationError)) {
    console.error(`gateway administration: ${error instanceof Error ? error.stack : String(error)}`);
    return { status: 500, body: { error: { code: 'InternalError', message: 'Internal error.' } } };
  }
  const { status, code, message } = error;
  const details = error.details.map((detail) => ({ code, message: detail }));
  return { status, body: { error: { code, message, ...(details.length > 0 && { details }) } } };
}

function write({ status, etag, body }: ArmAnswer, outgoing: ServerResponse): void {
  outgoing.statusCode = status;
  if (etag !== undefined) outgoing.setHeader('ETag', etag);
  if (body === undefined) {
    outgoing.end();
    return;
  }
  outgoing.setHeader('Content-Type', 'application/json; charset=utf-8');
  outgoing.end(JSON.stringify(body));
}
