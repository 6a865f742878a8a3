import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: send-request @response-variable-name set-url set-method set-header set-body: the answer is in a variable, with its status, headers and body', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="answer" timeout="5" ignore-error="false">
      <set-url>@(context.Api.ServiceUrl + "side")</set-url><set-method>POST</set-method>
      <set-header name="x-status"><value>207</value></set-header><set-body>@("ping")</set-body>
    </send-request>
    <return-response><set-body>@{
      var answer = (IResponse)context.Variables["answer"];
      return answer.StatusCode + " " + answer.Headers.GetValueOrDefault("x-backend", "") + " " + answer.Body.As<JObject>()["body"];
    }</set-body></return-response>`,
  });
  assert.equal(await (await gateway.ask('/')).text(), '207 echo ping');
});

test('gateway: send-request @response-variable-name: may be an expression', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="@("an" + "swer")"><set-url>@(context.Api.ServiceUrl)</set-url><set-method>GET</set-method></send-request>
    <return-response response-variable-name="answer" />`,
  });
  assert.equal((await gateway.ask('/')).headers.get('x-backend'), 'echo');
});

test('gateway: send-request @ignore-error: ignore-error leaves null, also for what is no address; otherwise on-error runs', async (t) => {
  const request = (
    ignore: boolean,
    url = 'http://127.0.0.1:1/',
  ) => `<send-request mode="new" response-variable-name="a" ignore-error="${ignore}"><set-url>${url}</set-url><set-method>GET</set-method></send-request>
    <return-response><set-body>@(context.Variables["a"] == null ? "null" : "?")</set-body></return-response>`;
  const onError =
    '<return-response><set-body>@(context.LastError.Source + " " + context.LastError.Reason)</set-body></return-response>';
  const ignoring = await startTestGateway(t, { inbound: request(true) });
  assert.equal(await (await ignoring.ask('/')).text(), 'null');
  const strict = await startTestGateway(t, { inbound: request(false), onError });
  assert.equal(await (await strict.ask('/')).text(), 'send-request BackendConnectionFailure');
  const nowhere = '@("nonsense")';
  assert.equal(await (await (await startTestGateway(t, { inbound: request(true, nowhere) })).ask('/')).text(), 'null');
  const strictNowhere = await startTestGateway(t, { inbound: request(false, nowhere), onError });
  assert.equal(await (await strictNowhere.ask('/')).text(), 'send-request InvalidUrl');
});

test('gateway: send-one-way-request @mode set-url set-header: sends a copy and waits for nothing', async (t) => {
  const copy = Promise.withResolvers<string>();
  const gateway = await startTestGateway(t, {
    inbound: `<send-one-way-request mode="copy"><set-url>@(context.Api.ServiceUrl + "copy")</set-url><set-header name="authorization" exists-action="delete" /></send-one-way-request>`,
    handler: (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = `${incoming.method} ${incoming.url} ${incoming.headers.authorization} ${Buffer.concat(chunks).toString()}`;
        // The copy is never answered.
        if (incoming.url === '/copy') copy.resolve(text);
        else outgoing.end(text);
      });
    },
  });
  const answer = await gateway.ask('/main', { method: 'POST', body: 'data', headers: { authorization: 'secret' } });
  assert.equal(await answer.text(), 'POST /main secret data');
  assert.equal(await copy.promise, 'POST /copy undefined data');
});

test('gateway: send-request @mode: a copy has the method, headers and body of the request', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="copy" response-variable-name="answer"><set-url>@(context.Api.ServiceUrl + "side")</set-url></send-request>
      <return-response><set-body>@{
        var echo = ((IResponse)context.Variables["answer"]).Body.As<JObject>();
        return echo["method"] + " " + echo["url"] + " " + echo["headers"]["x-a"] + " " + echo["body"];
      }</set-body></return-response>`,
  });
  const answer = await gateway.ask('/main', { method: 'PUT', body: 'data', headers: { 'x-a': 'b' } });
  assert.equal(await answer.text(), 'PUT /side b data');
});

test('gateway: send-request @timeout: an answer that does not come in time leaves null, where errors are ignored', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="a" timeout="1" ignore-error="true"><set-url>@(context.Api.ServiceUrl)</set-url><set-method>GET</set-method></send-request>
      <return-response><set-body>@(context.Variables["a"] == null ? "null" : "?")</set-body></return-response>`,
    handler: () => {},
  });
  assert.equal(await (await gateway.ask('/')).text(), 'null');
});

test('gateway: send-request @timeout: an answer that begins and never ends is late, too', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="a" timeout="1"><set-url>@(context.Api.ServiceUrl)</set-url><set-method>GET</set-method></send-request>`,
    onError: '<return-response><set-body>@(context.LastError.Reason)</set-body></return-response>',
    handler: (_, outgoing) => void outgoing.writeHead(200, { 'content-length': '100' }).write('x'),
  });
  assert.equal(await (await gateway.ask('/')).text(), 'Timeout');
});

function audienceOf(authorization: string | undefined): unknown {
  const claims = Buffer.from(authorization?.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as Record<string, unknown>)['aud'];
}

const identity = '<authentication-managed-identity resource="https://vault.example" />';

test("gateway: send-request authentication-managed-identity: the request carries the identity's token", async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="a"><set-url>@(context.Api.ServiceUrl)</set-url><set-method>GET</set-method>${identity}</send-request>
      <return-response><set-body>@(((IResponse)context.Variables["a"]).Body.As<JObject>()["headers"]["authorization"])</set-body></return-response>`,
  });
  assert.equal(audienceOf(await (await gateway.ask('/')).text()), 'https://vault.example');
});

test("gateway: send-one-way-request set-method set-body authentication-managed-identity: a request of its own, with the identity's token", async (t) => {
  const sent = Promise.withResolvers<string[]>();
  const gateway = await startTestGateway(t, {
    inbound: `<send-one-way-request mode="new"><set-url>@(context.Api.ServiceUrl + "new")</set-url><set-method>PATCH</set-method><set-body>@("own")</set-body>${identity}</send-one-way-request>`,
    handler: (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        outgoing.end();
        const { authorization } = incoming.headers;
        if (incoming.url === '/new')
          sent.resolve([incoming.method ?? '', Buffer.concat(chunks).toString(), String(audienceOf(authorization))]);
      });
    },
  });
  await gateway.ask('/main');
  assert.deepEqual(await sent.promise, ['PATCH', 'own', 'https://vault.example']);
});

test('gateway: send-one-way-request @timeout: a request that nobody answers is given up', async (t) => {
  const givenUp = Promise.withResolvers<void>();
  const gateway = await startTestGateway(t, {
    inbound:
      '<send-one-way-request mode="new" timeout="1"><set-url>@(context.Api.ServiceUrl + "side")</set-url><set-method>GET</set-method></send-one-way-request>',
    handler: (incoming, outgoing) => {
      if (incoming.url === '/side') void once(outgoing, 'close').then(() => givenUp.resolve());
      else outgoing.end();
    },
  });
  assert.equal((await gateway.ask('/')).status, 200);
  await givenUp.promise;
});
