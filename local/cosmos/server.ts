import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Account } from './account.ts';
import { authorizer, wellKnownKey } from './authorization.ts';
import { badRequest, CosmosError, tooLarge } from './errors.ts';
import { faultInjector, type FaultPlan, type Strike } from './faults.ts';
import { Journal } from './journal.ts';
import type { Answer, CosmosRequest } from './request.ts';
import { answerFor } from './resources.ts';

export interface CosmosServerOptions {
  port: number;
  /** Where the journal lies; nothing is kept without one. */
  directory?: string | undefined;
  /** Base64; the emulator's well-known key by default. */
  key?: string | undefined;
  /** Seconds since 1970. */
  now?: () => number;
  compactAfterBytes?: number;
  faults?: FaultPlan | undefined;
}

export interface CosmosServer {
  url: string;
  key: string;
  close(): Promise<void>;
}

const correlation = 'x-ms-cosmos-correlated-activityid';
const expirySweepMs = 30_000;
/** More than an item may hold, by what its envelope in a batch may take. */
const maxRequestBytes = 2 * 1024 * 1024 + 16_384;

/** Starts the server on 127.0.0.1; resolves when it accepts requests and has read back its journal. */
export async function startCosmos(options: CosmosServerOptions): Promise<CosmosServer> {
  const { directory, key = wellKnownKey, now = () => Date.now() / 1000 } = options;
  let journal: Journal | undefined;
  const account = new Account(now, (records) => journal?.append(records));
  if (directory !== undefined)
    journal = await Journal.open({
      directory,
      apply: (record) => account.apply(record),
      records: () => account.records(),
      compactAfterBytes: options.compactAfterBytes ?? 32 * 1024 * 1024,
    });
  account.recovered();
  const authorize = authorizer(key);
  const answer = (request: CosmosRequest): Answer => {
    const { headers, method, segments } = request;
    authorize(method, segments, headers.authorization, headers['x-ms-date'] as string | undefined);
    return answerFor(request, account, (container, transaction) => {
      container.commit(transaction);
      if (transaction.records.length) journal?.append(transaction.records);
    });
  };
  const inject = options.faults && faultInjector(options.faults);
  const server = createServer((incoming, response) => {
    void respond({ incoming, response, answer, inject, flushed: () => journal?.flushed() });
  });
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const sweep = setInterval(() => account.removeExpired(), expirySweepMs).unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    key,
    close: async () => {
      clearInterval(sweep);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await journal?.close();
    },
  };
}

interface Exchange {
  incoming: IncomingMessage;
  response: ServerResponse;
  answer: (request: CosmosRequest) => Answer;
  inject: ((request: CosmosRequest) => Promise<Strike>) | undefined;
  flushed: () => Promise<void> | undefined;
}

async function respond({ incoming, response, answer, inject, flushed }: Exchange): Promise<void> {
  let result: Answer;
  let strike: Strike = 'none';
  try {
    const { method = 'GET', url = '/', headers } = incoming;
    const request = { method, segments: segmentsOf(url), headers, text: await bodyOf(incoming) };
    if (request.text.length > maxRequestBytes) throw tooLarge();
    if (inject) strike = await inject(request);
    if (strike === 'drop') return void incoming.socket.destroy();
    result = answer(request);
  } catch (error) {
    result = errorAnswer(error);
  }
  // Also reads wait: nobody may see what a crash could still take back.
  const waiting = flushed();
  if (waiting) await waiting;
  if (strike === 'drop-answer') incoming.socket.destroy();
  else send(incoming, response, result);
}

function bodyOf(incoming: IncomingMessage): string | Promise<string> {
  if (incoming.method === 'GET' || incoming.method === 'DELETE') return '';
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString()));
    incoming.once('error', reject);
  });
}

function segmentsOf(url: string): string[] {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw badRequest('The path is not encoded properly.');
  }
}

function errorAnswer(error: unknown): Answer {
  if (!(error instanceof CosmosError)) {
    console.error(error);
    return { status: 500, body: JSON.stringify({ code: 'InternalServerError', message: String(error) }) };
  }
  const { status, code, message, details } = error;
  const { substatus = 0, additionalErrorInfo, retryAfterMs } = details;
  return {
    status,
    body: JSON.stringify({ code, message, ...(additionalErrorInfo !== undefined && { additionalErrorInfo }) }),
    headers: {
      'x-ms-substatus': String(substatus),
      ...(retryAfterMs !== undefined && { 'x-ms-retry-after-ms': String(retryAfterMs) }),
    },
  };
}

function send(
  incoming: IncomingMessage,
  response: ServerResponse,
  { status, body = '', headers, charge = 1 }: Answer,
): void {
  const correlated = incoming.headers[correlation];
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-ms-activity-id': randomUUID(),
    'x-ms-request-charge': charge,
    // Clients find the requests of one query by it.
    ...(correlated !== undefined && { [correlation]: correlated }),
    ...headers,
  });
  response.end(body);
}
