import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { startGateway } from './server.ts';
import { startTestGateway, writeArtefacts } from './test-gateway.ts';

/** A backend that answers every request with these bytes and closes the connection. */
async function startRaw(t: TestContext, answer: string): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.from(answer, 'latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function before(t: TestContext, answer: string, outbound = '') {
  const url = await startRaw(t, answer);
  return startTestGateway(t, {
    inbound: `<set-backend-service base-url="${url}" />`,
    outbound,
    onError: '<set-header name="x-reason"><value>@(context.LastError.Reason)</value></set-header>',
  });
}

test('gateway: backends: an answer that breaks off while a policy reads it is 500 through on-error', async (t) => {
  const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';
  const gateway = await before(t, half, '<set-body>@(context.Response.Body.As<string>())</set-body>');
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, answer.headers.get('x-reason')], [500, 'BackendConnectionFailure']);
});

test('gateway: backends: a head that no server may write is 500 through on-error, and is not passed on', async (t) => {
  const gateway = await before(t, 'HTTP/1.1 200 OK\r\nX A: 1\r\nContent-Length: 2\r\n\r\nok');
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, answer.headers.get('x-reason')], [500, 'BackendConnectionFailure']);
});

test('gateway: backends: a switch of protocols that nobody asked for is 500', async (t) => {
  const gateway = await before(t, 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
  assert.equal((await gateway.ask('/')).status, 500);
});

test('gateway: backends: announcements are not the answer; trailers and headers of the connection stay behind', async (t) => {
  const gateway = await before(
    t,
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n' +
      'Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n5\r\nhello\r\n0\r\nX-T: v\r\n\r\n',
  );
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, await answer.text()], [200, 'hello']);
  assert.deepEqual([answer.headers.get('x-hop'), answer.headers.get('link')], [null, null]);
  assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2']);
});

test('gateway: backends: what comes after a body over HTTP/2 is passed on to clients that take trailers', async (t) => {
  const server = http2.createServer().on('stream', (stream, headers) => {
    const length = headers[':path'] === '/length' ? { 'content-length': 5 } : {};
    stream.respond({ ':status': 200, ...length }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-sum': 'abc', expect: 'nothing' }));
    stream.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const buffers of [true, false]) {
    const gateway = await startTestGateway(t, {
      inbound: `<set-backend-service base-url="http://127.0.0.1:${port}" />`,
      backend: `<forward-request http-version="2" buffer-response="${buffers}" />`,
    });
    const ask = async (path: string, te?: string) => {
      const [answer] = (await once(http.get(`${gateway.url}${path}`, { headers: te ? { te } : {} }), 'response')) as [
        http.IncomingMessage,
      ];
      return [await text(answer), answer.trailers];
    };
    assert.deepEqual(await ask('/', 'deflate, Trailers'), ['hello', { 'grpc-status': '0', 'x-sum': 'abc' }]);
    assert.deepEqual(await ask('/'), ['hello', {}]);
    assert.deepEqual(await ask('/length', 'trailers'), ['hello', {}]);
  }
});

test('gateway: backends: an API whose address is that of the gateway has no backend', async (t) => {
  const first = await startTestGateway(t);
  await first.close();
  const files = {
    'apis/demo/apiInformation.json': { properties: { displayName: 'Demo', subscriptionRequired: false } },
    'apis/demo/specification.json': { servers: [{ url: first.url }], paths: { '/a': { get: {} } } },
  };
  const again = await startGateway({ apim: writeArtefacts(t, files), port: Number(new URL(first.url).port) });
  t.after(() => again.close());
  const answer = await fetch(`${again.url}/a`);
  assert.equal(answer.status, 500);
});

test('gateway: backends: a body without a length ends with the connection', async (t) => {
  const gateway = await before(t, 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end');
  assert.equal(await (await gateway.ask('/')).text(), 'until the end');
});

test('gateway: backends: 204 and 304 have no body, whatever they say', async (t) => {
  const bodies = await Promise.all(
    ['204 No Content', '304 Not Modified'].map(async (start) => {
      const gateway = await before(t, `HTTP/1.1 ${start}\r\nContent-Length: 5\r\n\r\n`);
      const answer = await gateway.ask('/');
      return `${answer.status}${await answer.text()}`;
    }),
  );
  assert.deepEqual(bodies, ['204', '304']);
});

test('gateway: WebSocket: an opening handshake is refused with 400', async (t) => {
  const gateway = await startTestGateway(t);
  const status = await new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'eA==',
    };
    http.get(gateway.url, { headers }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });
  assert.equal(status, 400);
});
