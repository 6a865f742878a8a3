import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers for the origins that local.settings.json lists in `Host.CORS`. True when the request was a preflight. */
export function applyCors(
  cors: { cors: string[]; corsCredentials: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { origin } = request.headers;
  if (!origin || cors.cors.length === 0 || !(cors.cors.includes('*') || cors.cors.includes(origin))) return false;
  response.setHeader('access-control-allow-origin', cors.cors.includes('*') ? '*' : origin);
  if (!cors.cors.includes('*')) response.setHeader('vary', 'Origin');
  if (cors.corsCredentials) response.setHeader('access-control-allow-credentials', 'true');
  const method = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || method === undefined) return false;
  response.setHeader('access-control-allow-methods', method);
  const headers = request.headers['access-control-request-headers'];
  if (headers) response.setHeader('access-control-allow-headers', headers);
  response.writeHead(204).end();
  return true;
}
