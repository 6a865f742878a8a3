import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { startBackend, startTestGateway, type Echo } from './test-gateway.ts';

const requests = [
  'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET http://evil/ HTTP/1.1\r\nHost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /%%zz%ff?a=%zz&=&&b HTTP/1.1\r\nHost: [::1\r\n\r\n',
  'GET /items/%E0%A4%A HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nX-A: \u00e9\u00ff\r\nx-a: 2\r\nCookie: =;;=\r\n\r\n',
  'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'BREW / HTTP/1.1\r\nHost: x\r\n\r\n',
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  '\r\n\r\n\0\u0001\u0002',
];

test('gateway: requests: rubbish on the wire is refused or passed on, never a 5xx, and the gateway goes on', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<set-header name="x-q"><value>@(context.Request.Url.Query.GetValueOrDefault("a", "") + context.Request.OriginalUrl.ToString().Length)</value></set-header>',
  });
  const { port } = new URL(gateway.url);
  for (const request of requests) {
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.setEncoding('latin1');
    // A connection that is cut is an answer, too.
    socket.on('error', () => {});
    socket.end(Buffer.from(request, 'latin1'));
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    await once(socket, 'close');
    assert.doesNotMatch(answer, /^HTTP\/1\.1 5/, JSON.stringify(request.slice(0, 60)));
  }
  assert.equal((await gateway.ask('/')).status, 200);
});

const refused: [status: number, request: string][] = [
  [400, 'GET / HTTP/1.1\r\n\r\n'],
  [400, 'GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n'],
  [501, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  [400, 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n'],
  [400, 'hello\r\n\r\n'],
  [400, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  [405, 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n'],
  [417, 'GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n'],
  [431, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
];

test('gateway: requests: what is no HTTP is refused with a problem document', async (t) => {
  const gateway = await startTestGateway(t);
  for (const [status, request] of refused) {
    const answer = await exchangeBytes(gateway.url, request);
    assert.match(
      answer,
      new RegExp(`^HTTP/1\\.1 ${status} .*application/problem\\+json.*"status":${status}}`, 'is'),
      request,
    );
  }
});

test('gateway: requests: after an answer, rubbish on the same connection is refused, too', async (t) => {
  const gateway = await startTestGateway(t);
  const answer = await exchangeBytes(gateway.url, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'hello\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 200 .*HTTP\/1\.1 400 .*"status":400}$/s);
});

test('gateway: requests: a body that does not come is 408, and trips no breaker', async (t) => {
  const url = await startBackend(t, (incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end('ok'));
  });
  const breaker = {
    rules: [
      {
        name: 'one',
        failureCondition: { count: 1, interval: 'PT1M', errorReasons: ['timeout'] },
        tripDuration: 'PT1M',
      },
    ],
  };
  const held = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"a';
  const gateway = await startTestGateway(t, {
    bodyPatience: 50,
    inbound:
      '<set-backend-service backend-id="one" /><choose><when condition=\'@(context.Request.OriginalUrl.Path == "/buffered")\'><set-variable name="b" value="@(context.Request.Body.As&lt;string&gt;(true))" /></when></choose>',
    backend: '<forward-request timeout-ms="50" />',
    files: {
      'backends/one/backendInformation.json': { properties: { url, protocol: 'http', circuitBreaker: breaker } },
    },
  });
  for (const request of [held, held.replace('POST /', 'POST /buffered')]) {
    assert.match(
      await exchangeBytes(gateway.url, request),
      /^HTTP\/1\.1 408 .*application\/problem\+json.*"status":408}/is,
    );
  }
  assert.equal((await gateway.ask('/')).status, 200);
});

test('gateway: requests: a head that does not come is 408', async (t) => {
  const gateway = await startTestGateway(t, { headPatience: 50 });
  assert.match(await exchangeBytes(gateway.url, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '), /^HTTP\/1\.1 408 /);
});

test('gateway: requests: a whole address in the place of the path counts for more than Host', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-header name="x-seen"><value>@(context.Request.OriginalUrl.ToString())</value></set-header>',
  });
  const ask = async (address: string) => {
    const answer = await exchangeBytes(gateway.url, `GET ${address} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    const { url, headers } = JSON.parse(answer.slice(answer.indexOf('{'))) as Echo;
    return [url, headers['x-seen']];
  };
  assert.deepEqual(await ask('http://named:99/items/1?x=1'), ['/items/1?x=1', 'http://named:99/items/1?x=1']);
  assert.deepEqual(await ask('HTTP://named?x=1'), ['/?x=1', 'http://named/?x=1']);
  assert.deepEqual(await ask('/items/1'), ['/items/1', 'http://h/items/1']);
});

/** Writes requests, each once there is something of an answer to the one before, and reads until the server closes. */
async function exchangeBytes(url: string, ...requests: string[]): Promise<string> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.setEncoding('latin1');
  // A connection that is cut is an answer, too.
  socket.on('error', () => {});
  let answer = '';
  socket.write(requests.shift() ?? '', 'latin1');
  socket.on('data', (text: string) => {
    answer += text;
    const next = requests.shift();
    if (next !== undefined) socket.write(next, 'latin1');
  });
  await once(socket, 'close');
  return answer;
}
