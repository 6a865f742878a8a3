import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Runtime } from '../runtime.ts';
import type { ArmAnswer } from './arm-request.ts';
import { answerArm } from './arm-router.ts';
import { BackgroundOperations } from './background-operations.ts';
import { AdministrationError, notFound } from './errors.ts';
import type { GatewayState } from './gateway-state.ts';

const maxBody = 1024 * 1024;

/** The management port: the resource manager's API, traces and metrics, and the local issuer's keys. */
export function managementHandler(
  state: GatewayState,
  runtime: Runtime,
  operatorToken: string,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const administration = { state, runtime, operations: new BackgroundOperations() };
  const answer = async (incoming: IncomingMessage): Promise<ArmAnswer> => {
    const url = urlOf(incoming);
    const { pathname } = url;
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
    if (method === 'GET' && pathname === '/events') return { status: 200, body: { value: runtime.events.all() } };
    const { accept = '*/*', 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = incoming.headers;
    const body = await jsonBody(incoming);
    return answerArm({ method, url, accept: accept.toLowerCase(), ifMatch, ifNoneMatch, body }, administration);
  };
  return (incoming, outgoing) => {
    void answer(incoming)
      .catch(failure)
      .then((one) => write(one, outgoing));
  };
}

/** The address as the client wrote it: what it is told to ask next begins alike. */
function urlOf(incoming: IncomingMessage): URL {
  const { host } = incoming.headers;
  const scheme = (incoming.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  const base = `${scheme}://${host || `127.0.0.1:${incoming.socket.localPort}`}`;
  const url = URL.canParse(base) ? URL.parse(incoming.url ?? '/', base) : null;
  try {
    if (url && decodeURIComponent(url.pathname) !== '') return url;
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
  const details = error.problems.map((problem) => ({ code, ...problem }));
  return { status, body: { error: { code, message, ...(details.length > 0 && { details }) } } };
}

function write({ status, headers = {}, body, text }: ArmAnswer, outgoing: ServerResponse): void {
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  const type = text?.type ?? 'application/json';
  if (text || body !== undefined) outgoing.setHeader('Content-Type', `${type}; charset=utf-8`);
  outgoing.end(text ? text.value : body !== undefined ? JSON.stringify(body) : undefined);
}
