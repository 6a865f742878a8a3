import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** How a request is refused that policies never see, for want of a whole request. */
export const refusal = {
  headers: { 'content-type': 'application/problem+json' },
  body: (status: number, detail?: string) =>
    JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail }),
};

const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Has a server say what is wrong with requests that are no HTTP, or ask for what no gateway does. */
export function refuseUnreadable(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => answers.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answer = answers.get(socket);
    // An answer that has begun would be continued by this one.
    const begun = answer?.headersSent && !answer.writableFinished;
    if (error.code === 'ECONNRESET' || begun || !socket.writable) socket.destroy();
    else refuse(socket, statuses[error.code ?? ''] ?? 400);
  });
  server.on('connect', (_request, socket) => refuse(socket, 405));
  server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, refusal.headers).end(refusal.body(417));
  });
}

function refuse(socket: Duplex, status: number): void {
  const body = refusal.body(status);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${refusal.headers['content-type']}`,
    `Content-Length: ${body.length}`,
  ];
  // What policies still write to it goes nowhere.
  socket.on('error', () => {});
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
