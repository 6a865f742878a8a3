import { Body } from './body.ts';
import { RequestUrl } from './request-url.ts';
import type { Sender } from './upstream.ts';
import type { UpstreamAnswer, UpstreamRequest } from './upstream-request.ts';

const statuses = new Set([300, 301, 302, 303, 307, 308]);
const maxHops = 50;
const ofBody = new Set(['content-type', 'content-length', 'content-encoding', 'transfer-encoding']);

/** Asks where an answer sends to, until one is no redirect. Throws UpstreamError. */
export async function followRedirects(
  first: UpstreamAnswer,
  request: UpstreamRequest,
  sender: Sender,
): Promise<UpstreamAnswer> {
  let answer = first;
  let at = request;
  for (let hops = 0; hops < maxHops; hops++) {
    const next = nextRequest(at, answer);
    if (!next) return answer;
    new Body(answer.body).discard();
    answer = await sender.send(next);
    at = next;
  }
  return answer;
}

function nextRequest(request: UpstreamRequest, { status, headers }: UpstreamAnswer): UpstreamRequest | undefined {
  const { scheme, host, port, path } = request;
  const location = headers.get('location');
  const base = `${scheme}://${host}:${port}${path}`;
  if (!statuses.has(status) || location === undefined || !URL.canParse(location, base)) return undefined;
  const target = new URL(location, base);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') return undefined;
  // What was asked over TLS is not asked again in the open.
  if (scheme === 'https' && target.protocol === 'http:') return undefined;
  const url = RequestUrl.parse(target.href);
  const isSameServer = url.scheme === scheme && url.host === host && url.port === port;
  const { method, keepsBody } = nextMethod(request.method, status);
  return {
    ...request,
    method,
    scheme: url.scheme,
    host: url.host,
    port: url.port,
    path: url.path + url.search,
    headers: nextHeaders(request.headers, isSameServer ? undefined : url.authority, keepsBody),
    body: keepsBody ? request.body : undefined,
    validateCertificate: isSameServer ? request.validateCertificate : true,
    transport:
      isSameServer || !request.transport ? request.transport : { ...request.transport, certificate: undefined },
  };
}

function nextMethod(method: string, status: number): { method: string; keepsBody: boolean } {
  const becomesGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST';
  return becomesGet ? { method: 'GET', keepsBody: false } : { method, keepsBody: true };
}

/** Credentials are for the server they were sent to. */
function nextHeaders(flat: readonly string[], otherServer: string | undefined, keepsBody: boolean): string[] {
  const kept: string[] = otherServer === undefined ? [] : ['Host', otherServer];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    if (otherServer !== undefined && (name === 'host' || name === 'authorization')) continue;
    if (!keepsBody && ofBody.has(name)) continue;
    kept.push(flat[i] as string, flat[i + 1] as string);
  }
  return kept;
}
