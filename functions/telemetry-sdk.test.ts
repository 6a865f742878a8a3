import assert from 'node:assert/strict';
import { createServer, get } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { startTelemetry } from './telemetry-sdk.ts';

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  links: { traceId: string; spanId: string }[];
  status: { code: number; message?: string };
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

/** A collector, and a service to call. */
async function listen(t: TestContext) {
  const spans: SentSpan[] = [];
  const server = createServer((request, response) => {
    if (request.url !== '/v1/traces') {
      response.end('called');
      return;
    }
    void json(request).then((body) => {
      const { resourceSpans } = body as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    named: (name: string) => spans.find((span) => span.name === name)!,
  };
}

const client = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const [server, clientKind, consumer] = [2, 3, 5];

test('requests, what they call, and the way across the queue are one story', async (t) => {
  const { url, named } = await listen(t);
  const telemetry = await startTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: url });

  let rung: string | undefined;
  await telemetry.run({ name: 'callbacks-receive', kind: 'http', parent: client, attributes: {} }, async () => {
    await telemetry.depend('postgresql SELECT', async () => undefined);
    await new Promise((resolve) => get(`${url}/partner`, (response) => response.resume().once('close', resolve)));
    rung = telemetry.traceparent();
  });
  const failing = telemetry.run({ name: 'drain-callbacks', kind: 'queue', link: rung!, attributes: {} }, () =>
    Promise.reject(new Error('no database')),
  );
  await assert.rejects(failing, /no database/);
  telemetry.record({ name: 'early', kind: 'timer', attributes: {}, start: 1_700_000_000_000, end: 1_700_000_000_250 });
  await telemetry.shutdown();

  const received = named('callbacks-receive');
  assert.deepEqual(
    [received.traceId, received.parentSpanId, received.kind],
    ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', server],
  );
  for (const name of ['postgresql SELECT', `GET 127.0.0.1`]) {
    assert.deepEqual(
      [named(name).traceId, named(name).parentSpanId, named(name).kind],
      [received.traceId, received.spanId, clientKind],
      name,
    );
  }
  assert.equal(rung, `00-${received.traceId}-${received.spanId}-01`);

  const drained = named('drain-callbacks');
  assert.notEqual(drained.traceId, received.traceId);
  assert.deepEqual(
    drained.links.map(({ traceId, spanId }) => [traceId, spanId]),
    [[received.traceId, received.spanId]],
  );
  assert.deepEqual([drained.kind, drained.status], [consumer, { code: 2, message: 'no database' }]);

  const early = named('early');
  assert.equal(BigInt(early.endTimeUnixNano) - BigInt(early.startTimeUnixNano), 250_000_000n);
});
