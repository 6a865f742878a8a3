import type { IncomingMessage, ServerResponse } from 'node:http';

interface Received {
  receivedAt: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

const KEPT = 1_000;
const MAX_BODY = 1_048_576;

/**
 * Where the local stack's webhooks go: keeps the newest thousand requests. `POST /sink/NAME` answers 204, or the
 * status asked for by `?status=500`; `GET /sink[/NAME]` lists what came, oldest first; `DELETE /sink` forgets it.
 */
export function createSink(): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> {
  const received: Received[] = [];
  return async (request, response, url) => {
    if (request.method === 'DELETE') {
      received.length = 0;
      response.writeHead(204).end();
      return;
    }
    if (request.method === 'GET') {
      const matching = received.filter((one) => url.pathname === '/sink' || one.path === url.pathname);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(matching));
      return;
    }
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
      if (body.length > MAX_BODY) {
        response.writeHead(413).end();
        return;
      }
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    received.push({ receivedAt: new Date().toISOString(), path: url.pathname, headers, body });
    if (received.length > KEPT) received.shift();
    const status = Number(url.searchParams.get('status') ?? 204);
    response.writeHead(status >= 200 && status <= 599 ? status : 400).end();
  };
}
