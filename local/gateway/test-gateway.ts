import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { watchClaims } from './claims.ts';
import type { Overrides } from './configuration/overrides.ts';
import { startGateway, type Gateway } from './server.ts';

watchClaims();

export interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

interface Setup {
  inbound?: string;
  backend?: string;
  outbound?: string;
  onError?: string;
  /** More artefacts, by path; they may replace those made here. */
  files?: Record<string, string | object>;
  overrides?: Overrides;
  /** Answers in the place of the echo. */
  handler?: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  now?: () => number;
  random?: () => number;
  /** Told how many milliseconds a policy wants to wait. */
  sleep?: (milliseconds: number) => Promise<void>;
  headPatience?: number;
  bodyPatience?: number;
  validationPatience?: number;
  managementPort?: number;
  data?: string;
  trace?: boolean;
}

export interface TestGateway extends Gateway {
  backendUrl: string;
  folder: string;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** What the echo saw of the request. */
  echo(path: string, init?: RequestInit): Promise<Echo>;
}

/** A gateway with one API of catch-all operations, its policies as given, before a backend that echoes. */
export async function startTestGateway(t: TestContext, setup: Setup = {}): Promise<TestGateway> {
  const backendUrl = await startBackend(t, setup.handler ?? answerEcho);
  const folder = writeArtefacts(t, { ...artefacts(setup, backendUrl), ...setup.files });
  const gateway = await startGateway({ apim: folder, port: 0, ...setup });
  t.after(() => gateway.close());
  const ask = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init });
  const echo = async (path: string, init?: RequestInit) => {
    const answer = await ask(path, init);
    return (await answer.json()) as Echo;
  };
  return { ...gateway, backendUrl, folder, ask, echo };
}

/** Writes files into a folder that goes when the test ends. */
export function writeArtefacts(t: TestContext, files: Record<string, string | object>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export function policies({
  inbound = '',
  backend = '<forward-request />',
  outbound = '',
  onError = '',
}: Setup): string {
  return `<policies>
  <inbound><base />${inbound}</inbound>
  <backend>${backend}</backend>
  <outbound><base />${outbound}</outbound>
  <on-error><base />${onError}</on-error>
</policies>`;
}

export function operation(method: string, urlTemplate: string, more: object = {}): object {
  return { properties: { displayName: `${method} ${urlTemplate}`, method, urlTemplate, ...more } };
}

function artefacts(setup: Setup, backendUrl: string): Record<string, string | object> {
  const properties = { displayName: 'Demo', path: '', subscriptionRequired: false, serviceUrl: backendUrl };
  const methods = ['GET', 'POST', 'PUT', 'DELETE'];
  return {
    'apis/demo/apiInformation.json': { properties },
    'apis/demo/policy.xml': policies(setup),
    'apis/demo/operations/item/operationInformation.json': operation('GET', '/items/{id}'),
    ...Object.fromEntries(
      methods.map((method) => [
        `apis/demo/operations/any-${method.toLowerCase()}/operationInformation.json`,
        operation(method, '/*'),
      ]),
    ),
  };
}

/** A server on a free port that is closed when the test ends. */
export async function startBackend(
  t: TestContext,
  handler: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<string> {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answerEcho(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const { method, url, headers } = incoming;
    const text = JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
    outgoing.writeHead(Number(headers['x-status'] ?? 200), { 'content-type': 'application/json', 'x-backend': 'echo' });
    outgoing.end(text);
  });
}
