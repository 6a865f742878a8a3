import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import test from 'node:test';
import { bundles } from './bundles.ts';

const settings = {
  DATABASE_URL: 'postgresql://x@127.0.0.1:1/x',
  ServiceBus: 'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true',
  COSMOS_ENDPOINT: 'http://127.0.0.1:1',
  COSMOS_KEY: 'eA==',
  GATEWAY_KEY: 'key',
  PROVIDERS: '{}',
};

const others = [
  'drain-callbacks',
  'drain-deliveries',
  'sweep',
  'expire',
  'checkpoint',
  'dead-letters-callbacks',
  'dead-letters-deliveries',
];

test(
  'the first call is answered before telemetry is loaded, and its span is sent all the same',
  { timeout: 60_000 },
  async (t) => {
    const app = mkdtempSync(path.join(tmpdir(), 'telemetry-'));
    t.after(() => rmSync(app, { recursive: true }));
    for (const [name, content] of Object.entries(await bundles())) writeFileSync(path.join(app, name), content);
    writeFileSync(path.join(app, 'host.json'), readFileSync(path.join(import.meta.dirname, '..', 'host.json')));
    writeFileSync(path.join(app, 'package.json'), '{"main":"index.cjs"}');

    const received = Promise.withResolvers<unknown>();
    const collector = createServer((request, response) => {
      void json(request).then(received.resolve);
      response.end('{}');
    });
    collector.listen(0, '127.0.0.1');
    await once(collector, 'listening');
    t.after(() => collector.close());

    const main = path.join(import.meta.dirname, '..', 'local', 'functions-host', 'main.ts');
    const disabled = Object.fromEntries(others.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']));
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const host = spawn(process.execPath, [main, '--app', app, '--port', '0'], {
      env: { PATH: process.env.PATH, ...settings, ...disabled, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => host.kill());
    let url = '';
    for await (const line of createInterface(host.stdout)) {
      url = /^ready \S+ (\S+)/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }

    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const response = await fetch(`${url}/v1/health`, { headers: { traceparent } });
    assert.equal(response.status, 200);

    const { resourceSpans } = (await received.promise) as {
      resourceSpans: { scopeSpans: { spans: { name: string; kind: number }[] }[] }[];
    };
    assert.deepEqual(
      resourceSpans[0]!.scopeSpans[0]!.spans.map(({ name, kind }) => [name, kind]),
      [['health', 2]],
    );
  },
);
