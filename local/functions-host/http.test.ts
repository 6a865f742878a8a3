import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { startApp } from './fixtures/app-process.ts';

const app = path.join(import.meta.dirname, 'fixtures/http');

interface Echo {
  method: string;
  url: string;
  params: Record<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  body: string;
  functionName: string;
  invocationId: string;
  traceContext: { traceParent: string; traceState: string };
}

test('functions-host: HTTP', async (t) => {
  const host = await startApp(t, app);
  const get = (target: string, init?: RequestInit) => fetch(host.url + target, init);
  const echo = async (target: string, init?: RequestInit) => (await (await get(target, init)).json()) as Echo;
  await t.test('functions-host: HTTP request: method, URL, headers, parameters and body arrive', async () => {
    const seen = await echo('/api/echo?a=1&a=2&b=x%20y', {
      method: 'POST',
      body: '{"ä":1}',
      headers: { 'X-Test': 'yes' },
    });
    assert.equal(seen.method, 'POST');
    assert.equal(seen.url, `${host.url}/api/echo?a=1&a=2&b=x%20y`);
    assert.equal(seen.headers['x-test'], 'yes');
    assert.equal(seen.body, '{"ä":1}');
    assert.equal(seen.functionName, 'echo');
    assert.match(seen.invocationId, /^[\da-f-]{36}$/);
  });

  await t.test(
    'functions-host: HTTP query: several values of one name arrive joined by commas, as from the real host',
    async () => {
      assert.deepEqual((await echo('/api/echo?q=1&q=2&e=')).query, [
        ['q', '1,2'],
        ['e', ''],
      ]);
    },
  );

  await t.test('functions-host: HTTP body: bytes arrive as they were sent', async () => {
    const response = await get('/api/bytesIn', { method: 'POST', body: new Uint8Array([0, 200, 255, 10]) });
    assert.deepEqual(await response.json(), [0, 200, 255, 10]);
  });

  await t.test(
    'functions-host: HTTP body: one without a length arrives, with a warning that in Azure it does not',
    async () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('in '));
          controller.enqueue(new TextEncoder().encode('pieces'));
          controller.close();
        },
      });
      assert.equal((await echo('/api/echo', { method: 'POST', body, duplex: 'half' })).body, 'in pieces');
      assert.match(host.output(), /warning: echo got a body without Content-Length/);
    },
  );

  await t.test('functions-host: HTTP body: more than 100 MiB is 413', async () => {
    assert.equal(await statusOfUpload(host.url, 100 * 1024 * 1024 + 1), 413);
  });

  await t.test('functions-host: HTTP method: another than the function names is 404, not 405', async () => {
    assert.equal((await get('/api/text', { method: 'POST' })).status, 404);
    assert.equal((await get('/api/absent')).status, 404);
  });

  await t.test(
    'functions-host: HTTP method: HEAD is answered without a body, where the function takes it',
    async () => {
      const response = await get('/api/echo', { method: 'HEAD' });
      assert.equal(response.status, 200);
      assert.equal(await response.text(), '');
      assert.equal((await get('/api/text', { method: 'HEAD' })).status, 404);
    },
  );

  await t.test('functions-host: HTTP route: constraints decide, and default values fill in', async () => {
    assert.deepEqual((await echo('/api/items/7')).params, { id: '7', format: 'json' });
    assert.deepEqual((await echo('/api/items/7/xml')).params, { id: '7', format: 'xml' });
    assert.equal((await get('/api/items/0')).status, 404);
    assert.equal((await get('/api/items/seven')).status, 404);
  });

  await t.test('functions-host: HTTP route: one path may belong to several functions by method', async () => {
    assert.equal((await echo('/api/items/x', { method: 'DELETE' })).functionName, 'itemDelete');
  });

  await t.test(
    'functions-host: HTTP route: optional and catch-all parameters match with and without a value',
    async () => {
      assert.deepEqual((await echo('/api/maybe')).params, {});
      assert.deepEqual((await echo('/api/maybe/x')).params, { a: 'x' });
      assert.deepEqual((await echo('/api/tree')).params, {});
      assert.deepEqual((await echo('/api/tree/a/b%20c/d')).params, { rest: 'a/b c/d' });
      assert.deepEqual((await echo('/api/files/report.pdf')).params, { name: 'report', extension: 'pdf' });
      assert.deepEqual((await echo('/api/files/report')).params, { name: 'report' });
    },
  );

  await t.test(
    'functions-host: HTTP route: letter case and a trailing slash do not matter, values are decoded',
    async () => {
      assert.deepEqual((await echo('/API/Maybe/a%2Fb%20c/')).params, { a: 'a%2Fb c' });
    },
  );

  await t.test(
    'functions-host: HTTP route: overlapping routes are tried by function name, and the host warns',
    async () => {
      assert.equal((await echo('/api/users/me')).functionName, 'aUser');
      assert.match(host.output(), /warning: "\/api\/users\/me" goes to aUser/);
    },
  );

  await t.test('functions-host: HTTP request: odd targets and hosts are answered, never with a fault', async () => {
    const { port } = new URL(host.url);
    const statusOf = async (line: string, hostHeader = 'localhost') =>
      (await raw(Number(port), `${line} HTTP/1.1\r\nHost: ${hostHeader}\r\nConnection: close\r\n\r\n`)).slice(0, 12);
    assert.equal(await statusOf('GET /api/a/../text'), 'HTTP/1.1 200');
    assert.equal(await statusOf(`GET ${host.url}/api/text`), 'HTTP/1.1 200');
    assert.equal(await statusOf('GET /api/tree/%zz'), 'HTTP/1.1 200');
    assert.equal(await statusOf('GET //'), 'HTTP/1.1 404');
    assert.equal(await statusOf('GET /api/text', 'no host'), 'HTTP/1.1 400');
    assert.equal(await statusOf('OPTIONS *'), 'HTTP/1.1 400');
  });

  await t.test('functions-host: HTTP response: text, bytes, status, headers and HttpResponse objects', async () => {
    const text = await get('/api/text');
    assert.deepEqual([text.headers.get('content-type'), await text.text()], ['text/plain;charset=UTF-8', 'plain text']);
    const bytes = await get('/api/bytes');
    assert.deepEqual([...new Uint8Array(await bytes.arrayBuffer())], [0, 1, 255]);
    const status = await get('/api/status');
    assert.deepEqual([status.status, status.headers.get('x-one'), status.headers.get('x-two')], [418, 'a', 'b']);
    const response = await get('/api/response');
    assert.deepEqual([response.status, await response.json()], [201, { made: true }]);
  });

  await t.test('functions-host: HTTP response: nothing returned is 204', async () => {
    assert.equal((await get('/api/nothing')).status, 204);
  });

  await t.test('functions-host: HTTP response: cookies carry every attribute', async () => {
    assert.deepEqual((await get('/api/cookies')).headers.getSetCookie(), [
      'session=a%20b%3Bc; max-age=60; path=/; secure; samesite=strict; httponly',
      'plain=1; expires=Fri, 02 Jan 1970 00:00:00 GMT; domain=example.com; path=/x',
    ]);
  });

  await t.test('functions-host: HTTP response: customHeaders of host.json are added', async () => {
    assert.equal((await get('/api/text')).headers.get('x-content-type-options'), 'nosniff');
  });

  await t.test(
    'functions-host: HTTP error: what a handler throws, or returns wrongly, is an empty 500 and is logged',
    async () => {
      const response = await get('/api/throws');
      assert.deepEqual([response.status, await response.text()], [500, '']);
      assert.equal((await get('/api/wrong')).status, 500);
      await host.printed('this handler throws');
    },
  );

  await t.test('functions-host: HTTP trace context: the invocation is a child of the caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { traceContext } = await echo('/api/echo', { headers: { traceparent, tracestate: 'a=b' } });
    assert.match(traceContext.traceParent, /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[\da-f]{16}-01$/);
    assert.equal(traceContext.traceState, 'a=b');
  });

  await t.test('functions-host: HTTP authLevel: ignored unless it is turned on', async () => {
    assert.equal(await (await get('/api/keyed')).text(), 'in');
  });

  await t.test(
    "functions-host: logging: what a function logs is printed, below host.json's level it is not",
    async () => {
      await get('/api/logs');
      await host.printed('logs: an informative message { n: 1 }');
      assert.doesNotMatch(host.output(), /a debug message/);
    },
  );
});

test('functions-host: HTTP authLevel: with --enable-auth a key is asked for', async (t) => {
  const host = await startApp(t, app, { args: ['--enable-auth', '--key', 'a-key'] });
  const status = async (target: string, headers: Record<string, string> = {}) =>
    (await fetch(host.url + target, { headers })).status;
  assert.equal(await status('/api/keyed'), 401);
  assert.equal(await status('/api/keyed?code=another'), 401);
  assert.equal(await status('/api/keyed?code=a-key'), 200);
  assert.equal(await status('/api/keyed', { 'x-functions-key': 'a-key' }), 200);
  assert.equal(await status('/api/text'), 200);
  assert.equal(await status('/admin/host/status'), 401);
});

/** Sends these bytes and resolves with all that comes back. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

/** Announces a body of that size and sends the first bytes of it. */
function statusOfUpload(url: string, size: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const upload = request(`${url}/api/length`, { method: 'POST', headers: { 'content-length': size } }, (response) => {
      resolve(response.statusCode);
      upload.destroy();
    });
    upload.on('error', reject);
    upload.write('x');
  });
}
