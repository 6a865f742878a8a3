import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { Cancellation } from './cancellation.ts';
import { startTestGateway } from './test-gateway.ts';
import { createSender } from './upstream.ts';
import type { UpstreamRequest } from './upstream-request.ts';

test('gateway: streaming: 200 MB up and down in flat memory', async (t) => {
  const size = 200 * 1024 * 1024;
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const gateway = await startTestGateway(t, {
    handler: (incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-length': incoming.headers['content-length'] });
      incoming.pipe(outgoing);
    },
  });
  const { hostname, port } = new URL(gateway.url);
  const before = process.memoryUsage();
  const request = http.request({ hostname, port, method: 'POST', path: '/', headers: { 'content-length': size } });
  const received = once(request, 'response').then(async ([response]) => {
    let count = 0;
    let peak = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      count += part.length;
      const { external, heapUsed } = process.memoryUsage();
      peak = Math.max(peak, external + heapUsed);
    }
    return { count, peak };
  });
  for (let sent = 0; sent < size; sent += chunk.length) if (!request.write(chunk)) await once(request, 'drain');
  request.end();
  const { count, peak } = await received;
  assert.equal(count, size);
  assert.ok(
    peak - before.external - before.heapUsed < 150 * 1024 * 1024,
    `peak grew by ${(peak - before.external - before.heapUsed) / 1e6} MB`,
  );
});

test('gateway: forward-request @buffer-response: chunks reach the client as they come where it is false', async (t) => {
  const seen = Promise.withResolvers<void>();
  const gateway = await startTestGateway(t, {
    backend: '<forward-request buffer-response="false" />',
    handler: (_incoming, outgoing) => {
      outgoing.write('first');
      void seen.promise.then(() => outgoing.end('second'));
    },
  });
  const reader = (await gateway.ask('/')).body?.getReader();
  assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'first');
  seen.resolve();
  assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'second');
});

test('gateway: timeouts: forward-request timeout answers 500 through on-error', async (t) => {
  const gateway = await startTestGateway(t, {
    backend: '<forward-request timeout-ms="50" />',
    onError:
      '<set-header name="x-reason"><value>@(context.LastError.Section + " " + context.LastError.Reason)</value></set-header>',
    handler: () => {},
  });
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, answer.headers.get('x-reason')], [500, 'backend Timeout']);
});

test('gateway: client abort: the backend is let go', async (t) => {
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const gateway = await startTestGateway(t, {
    handler: (incoming) => {
      incoming.socket.on('close', () => gone.resolve());
      arrived.resolve();
    },
  });
  const aborter = new AbortController();
  const asked = gateway.ask('/', { signal: aborter.signal });
  await arrived.promise;
  aborter.abort();
  await assert.rejects(asked);
  await gone.promise;
});

test('gateway: client abort: a client that left before the backend was asked ends its request, nothing more', async () => {
  const sender = createSender();
  const client = new Cancellation();
  client.cancel();
  const request: UpstreamRequest = {
    scheme: 'http',
    host: '127.0.0.1',
    port: 9,
    validateCertificate: true,
    method: 'GET',
    path: '/',
    headers: [],
    body: undefined,
    timeout: 10_000,
    client,
  };
  await assert.rejects(sender.send(request), { kind: 'aborted' });
  sender.close();
});

test('gateway: connections: kept open between requests; one that the backend closed is replaced', async (t) => {
  const ports = new Set<number | undefined>();
  const gateway = await startTestGateway(t, {
    handler: (incoming, outgoing) => {
      ports.add(incoming.socket.remotePort);
      if (incoming.url === '/close') outgoing.setHeader('connection', 'close');
      incoming.resume();
      outgoing.end('ok');
    },
  });
  for (const path of ['/', '/', '/close', '/', '/']) assert.equal(await (await gateway.ask(path)).text(), 'ok');
  assert.equal(ports.size, 2);
});

test('gateway: connections: an answer that breaks the rules of HTTP is 500', async (t) => {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  const gateway = await startTestGateway(t, { inbound: `<set-backend-service base-url="http://127.0.0.1:${port}" />` });
  assert.equal((await gateway.ask('/')).status, 500);
});
