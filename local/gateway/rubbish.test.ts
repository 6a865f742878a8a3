import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { startTestGateway } from './test-gateway.ts';

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
