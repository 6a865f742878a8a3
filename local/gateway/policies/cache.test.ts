import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

const lookup =
  '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false"><vary-by-header>Accept-Language</vary-by-header><vary-by-query-parameter>page;size</vary-by-query-parameter></cache-lookup>';

test('gateway: cache-lookup: a hit skips the backend, and outbound goes on after cache-store', async (t) => {
  let calls = 0;
  let now = 0;
  const gateway = await startTestGateway(t, {
    inbound: lookup,
    outbound: `<set-header name="x-before"><value>kept</value></set-header><cache-store duration="60" /><set-header name="x-after"><value>@(context.RequestId.ToString())</value></set-header>`,
    handler: (_incoming, outgoing) => outgoing.end(`answer ${++calls}`),
    now: () => now,
  });
  const [first, second] = [await gateway.ask('/a?page=1&other=1'), await gateway.ask('/a?page=1&other=2')];
  assert.deepEqual([await first.text(), await second.text(), calls], ['answer 1', 'answer 1', 1]);
  assert.equal(second.headers.get('x-before'), 'kept');
  assert.notEqual(second.headers.get('x-after'), first.headers.get('x-after'));
  now += 61_000;
  assert.equal(await (await gateway.ask('/a?page=1')).text(), 'answer 2');
});

test('gateway: cache-lookup: varies by header and by the parameters named', async (t) => {
  let calls = 0;
  const gateway = await startTestGateway(t, {
    inbound: lookup,
    outbound: '<cache-store duration="60" />',
    handler: (_incoming, outgoing) => outgoing.end(String(++calls)),
  });
  const ask = async (path: string, language: string) =>
    (await gateway.ask(path, { headers: { 'accept-language': language } })).text();
  assert.deepEqual(
    [
      await ask('/?page=1', 'en'),
      await ask('/?page=2', 'en'),
      await ask('/?page=1', 'de'),
      await ask('/?page=1', 'en'),
    ],
    ['1', '2', '3', '1'],
  );
});

test('gateway: cache-store: only successful answers to GET are kept, and none to a request with Authorization', async (t) => {
  let calls = 0;
  const gateway = await startTestGateway(t, {
    inbound: lookup,
    outbound: '<cache-store duration="60" />',
    handler: (incoming, outgoing) => {
      outgoing.statusCode = incoming.url === '/bad' ? 500 : 200;
      outgoing.end(String(++calls));
    },
  });
  const authorized = { headers: { authorization: 'x' } };
  for (const [path, init] of [
    ['/bad', {}],
    ['/p', { method: 'POST' }],
    ['/a', authorized],
  ] as const) {
    await gateway.ask(path, init);
    await gateway.ask(path, init);
  }
  assert.equal(calls, 6);
});

test('gateway: cache-lookup-value: keeps, finds and removes values', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<choose>
      <when condition="@(context.Request.Method == "PUT")"><cache-store-value key="k" value="@(new JObject(new JProperty("n", 5)))" duration="60" /></when>
      <when condition="@(context.Request.Method == "DELETE")"><cache-remove-value key="k" /></when>
    </choose>
    <cache-lookup-value key="k" variable-name="found" default-value="@((JObject)null)" />
    <return-response><set-body>@(((JObject)context.Variables["found"])?["n"]?.ToString() ?? "none")</set-body></return-response>`,
  });
  const say = async (method: string) => (await gateway.ask('/', { method })).text();
  assert.deepEqual(
    [await say('GET'), await say('PUT'), await say('GET'), await say('DELETE')],
    ['none', '5', '5', 'none'],
  );
});
