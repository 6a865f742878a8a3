import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { operations } from '../../shared/contract/operations.ts';
import { artefactsDigest, generateApim } from '../../shared/azure/apim/generate-apim.ts';
import { changeNamedValue, listNamedValues, type Administration } from '../../shared/azure/named-values.ts';
import { parseManifest } from '../../shared/migration/manifest.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** What reached a back end. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

type Answer = (received: Received, response: ServerResponse) => void;

export interface Backend {
  url: string;
  port: number;
  received: Received[];
  /** How it answers from now on. */
  answer: Answer;
  close(): Promise<void>;
}

/** A small HTTP server that keeps what it was sent, and answers with its name unless told otherwise. */
export async function startBackend(name: string, port = 0): Promise<Backend> {
  const backend: Backend = {
    url: '',
    port: 0,
    received: [],
    answer: (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ arm: name })),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((incoming, response) => {
    void readText(incoming).then((body) => {
      const received = { method: incoming.method!, url: incoming.url!, headers: incoming.headers, body };
      backend.received.push(received);
      backend.answer(received, response);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  backend.port = (server.address() as AddressInfo).port;
  backend.url = `http://127.0.0.1:${backend.port}`;
  after(() => (server.listening ? backend.close() : undefined));
  return backend;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

async function readText(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** One request, its answer read whole. Rejects when the connection breaks. */
export async function ask(
  base: string,
  method: string,
  target: string,
  options: { headers?: Record<string, string>; body?: string; chunked?: boolean } = {},
): Promise<Answered> {
  const { headers = {}, body, chunked = false } = options;
  const length: Record<string, string> =
    body === undefined || chunked ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(new URL(target, base), { method, headers: { ...length, ...headers } });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode!, headers: response.headers, text: await readText(response) };
}

export interface TestGateway {
  url: string;
  administration: Administration;
  digest: string;
  /** Moves a switch by the administration, as the operator's command does. */
  shift(name: string, value: string): Promise<void>;
}

/** The local gateway as a process, on the artefacts generated from a manifest. */
export async function startTestGateway(setup: {
  manifest: string;
  legacy: string;
  functions: string;
  /** Product by subscription; its key is `key-` and its name. */
  subscriptions: Record<string, string>;
}): Promise<TestGateway> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gateway-'));
  const artefacts = generateApim({
    operations,
    manifest: parseManifest(setup.manifest, operations),
    openapi: undefined,
    tier: 'Developer',
  });
  for (const [name, text] of artefacts) {
    const file = path.join(folder, 'apim', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { legacy, functions } = setup;
  const overrides = {
    namedValues: { 'gateway-key': 'the gateway', 'legacy-url': legacy, 'functions-url': functions },
    backends: { legacy, functions },
    subscriptions: Object.entries(setup.subscriptions).map(([name, product]) => ({
      name,
      displayName: name,
      scope: `/products/${product}`,
      primaryKey: `key-${name}`,
    })),
    operatorToken: 'operator',
  };
  writeFileSync(path.join(folder, 'overrides.json'), JSON.stringify(overrides));
  const child = spawn(
    process.execPath,
    [
      ...[path.join(root, 'local', 'gateway', 'main.ts'), '--apim', path.join(folder, 'apim')],
      ...['--port', '0', '--management-port', '0'],
      ...['--overrides', path.join(folder, 'overrides.json'), '--data', path.join(folder, 'data')],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  after(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });
  const { url, management } = await addressesOf(child);
  const administration: Administration = {
    endpoint: management,
    service: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/n',
    token: () => 'operator',
  };
  const held = new Map((await listNamedValues(administration)).map(({ name, value }) => [name, value]));
  return {
    url,
    administration,
    digest: artefactsDigest(artefacts),
    async shift(name, to) {
      const from = held.get(name) ?? '';
      await changeNamedValue(administration, { name, from, to, tags: ['route'] }, async () => {});
      held.set(name, to);
    },
  };
}

async function addressesOf(child: ChildProcess): Promise<{ url: string; management: string }> {
  let management = '';
  for await (const line of createInterface({ input: child.stdout! })) {
    management ||= /^management (\S+)/.exec(line)?.[1] ?? '';
    const url = /^ready gateway (\S+)/.exec(line)?.[1];
    if (url) {
      child.stdout!.resume();
      return { url, management };
    }
  }
  throw new Error(`the gateway ended with ${child.exitCode} before it was ready`);
}
