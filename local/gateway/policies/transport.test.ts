import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { makeCertificate } from '../test-certificates.ts';
import { startBackend, startTestGateway } from '../test-gateway.ts';

const authority = makeCertificate('authority');
const server = makeCertificate('server', authority);
const client = makeCertificate('client', authority);
const trust = { certificateAuthorities: [authority.certificate] };
const tlsOptions = { cert: server.certificate, key: server.key, ca: authority.certificate };

/** Listens on a free port until the test ends. */
async function open(t: TestContext, listener: Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  listener.on('connection', (socket: net.Socket) => sockets.add(socket));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  });
  return (listener.address() as AddressInfo).port;
}

/** A backend that asks for a client certificate, and answers with the name in it. */
function mutual(t: TestContext): Promise<number> {
  const options = { ...tlsOptions, requestCert: true, rejectUnauthorized: false };
  const listener = https.createServer(options, (incoming, outgoing) => {
    const socket = incoming.socket as TLSSocket;
    outgoing.end(socket.authorized ? socket.getPeerCertificate().subject.CN : 'nobody');
  });
  return open(t, listener);
}

const names = { pem: { pem: client.key + client.certificate }, pfx: { data: client.pfx('pw'), password: 'pw' } };
const thumbprint = new X509Certificate(client.certificate).fingerprint.replaceAll(':', '');

async function showsCertificate(t: TestContext, attributes: string): Promise<void> {
  const port = await mutual(t);
  const gateway = await startTestGateway(t, {
    inbound: `<set-backend-service base-url="https://127.0.0.1:${port}" /><choose><when condition="@(context.Request.Url.Path == "/with")"><authentication-certificate ${attributes} /></when></choose>`,
    overrides: { ...trust, certificates: names },
  });
  assert.equal(await (await gateway.ask('/')).text(), 'nobody');
  assert.equal(await (await gateway.ask('/with')).text(), 'client');
  assert.equal(await (await gateway.ask('/')).text(), 'nobody', 'connections with and without it are not mixed up');
}

test('gateway: authentication-certificate @certificate-id: the backend sees the certificate that has the name', (t) =>
  showsCertificate(t, 'certificate-id="@("p" + "fx")"'));

test('gateway: authentication-certificate @thumbprint: the backend sees the certificate that has it', (t) =>
  showsCertificate(t, `thumbprint="${thumbprint.toLowerCase()}"`));

test('gateway: authentication-certificate @body @password: the backend sees the certificate that is in the policy', (t) =>
  showsCertificate(t, `body="@(Convert.FromBase64String("${client.pfx('pw')}"))" password="pw"`));

test('gateway: authentication-certificate @certificate-id: one whose content this machine was not given fails the request', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<authentication-certificate certificate-id="vault" />',
    onError: '<set-header name="x-reason"><value>@(context.LastError.Reason)</value></set-header>',
    files: { 'certificates/vault/certificateInformation.json': { properties: { subject: 'CN=x' } } },
  });
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, answer.headers.get('x-reason')], [500, 'CertificateNotFound']);
});

test('gateway: backends: the certificate in the credentials of a backend', async (t) => {
  const port = await mutual(t);
  const gateway = await startTestGateway(t, {
    inbound: '<set-backend-service backend-id="@(context.Request.Url.Path.Substring(1))" />',
    files: Object.fromEntries(
      [
        ['id', { certificateIds: ['/subscriptions/s/certificates/pem'] }],
        ['thumbprint', { certificate: [thumbprint] }],
      ].map(([name, credentials]) => [
        `backends/${name as string}/backendInformation.json`,
        { properties: { url: `https://127.0.0.1:${port}`, protocol: 'http', credentials } },
      ]),
    ),
    overrides: { ...trust, certificates: names },
  });
  assert.equal(await (await gateway.ask('/id')).text(), 'client');
  assert.equal(await (await gateway.ask('/thumbprint')).text(), 'client');
});

test('gateway: send-request authentication-certificate: the server sees the certificate', async (t) => {
  const port = await mutual(t);
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="a"><set-url>https://127.0.0.1:${port}/</set-url><set-method>GET</set-method><authentication-certificate certificate-id="pem" /></send-request>
      <return-response><set-body>@(((IResponse)context.Variables["a"]).Body.As<string>())</set-body></return-response>`,
    overrides: { ...trust, certificates: names },
  });
  assert.equal(await (await gateway.ask('/')).text(), 'client');
});

test('gateway: send-one-way-request authentication-certificate: the server sees the certificate', async (t) => {
  const seen = Promise.withResolvers<string | string[] | undefined>();
  const options = { ...tlsOptions, requestCert: true, rejectUnauthorized: false };
  const port = await open(
    t,
    https.createServer(options, (incoming, outgoing) => {
      seen.resolve((incoming.socket as TLSSocket).getPeerCertificate().subject.CN);
      outgoing.end();
    }),
  );
  const gateway = await startTestGateway(t, {
    inbound: `<send-one-way-request mode="new"><set-url>https://127.0.0.1:${port}/</set-url><set-method>GET</set-method><authentication-certificate certificate-id="pem" /></send-one-way-request>`,
    overrides: { ...trust, certificates: names },
  });
  await gateway.ask('/');
  assert.equal(await seen.promise, 'client');
});

/** A proxy that wants a password; tells what it was asked for. */
async function startProxy(t: TestContext): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const wanted = `Basic ${Buffer.from('u:p').toString('base64')}`;
  const listener = http.createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (incoming.headers['proxy-authorization'] !== wanted) return void outgoing.writeHead(407).end();
    const forwarded = http.request(
      incoming.url ?? '',
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      },
    );
    return void incoming.pipe(forwarded);
  });
  listener.on('connect', (incoming, socket: net.Socket) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (incoming.headers['proxy-authorization'] !== wanted)
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host, port] = (incoming.url ?? '').split(':');
    const through = net.connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.pipe(socket);
      socket.pipe(through);
    });
    socket.on('error', () => through.destroy());
    socket.on('close', () => through.destroy());
    return void through.on('error', () => socket.destroy());
  });
  return { url: `http://127.0.0.1:${await open(t, listener)}`, asked };
}

test('gateway: proxy @url @username @password: requests to backends go through it, over TLS by a tunnel', async (t) => {
  const proxy = await startProxy(t);
  const port = await mutual(t);
  const start = (credentials: string, base = '') =>
    startTestGateway(t, { inbound: `<proxy url="${proxy.url}" ${credentials} />${base}`, overrides: trust });
  const plain = await start('username="u" password="@("p")"');
  const { host } = new URL(plain.backendUrl);
  const echo = await plain.echo('/a?b=1', { method: 'POST', body: 'hello' });
  assert.deepEqual([echo.url, echo.body, echo.headers['host']], ['/a?b=1', 'hello', host]);
  const secure = await start(
    'username="u" password="p"',
    `<set-backend-service base-url="https://127.0.0.1:${port}" />`,
  );
  assert.equal(await (await secure.ask('/')).text(), 'nobody');
  assert.deepEqual(proxy.asked, [`POST http://${host}/a?b=1`, `CONNECT 127.0.0.1:${port}`]);
  const wrong = await start('', `<set-backend-service base-url="https://127.0.0.1:${port}" />`);
  assert.equal((await wrong.ask('/')).status, 500);
});

test('gateway: send-request proxy: goes through the proxy', async (t) => {
  const proxy = await startProxy(t);
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="a"><set-url>@(context.Api.ServiceUrl + "side")</set-url><set-method>GET</set-method><proxy url="${proxy.url}" username="u" password="p" /></send-request>`,
  });
  await gateway.echo('/');
  assert.deepEqual(proxy.asked, [`GET ${gateway.backendUrl}/side`]);
});

test('gateway: send-one-way-request proxy: goes through the proxy', async (t) => {
  const arrived = Promise.withResolvers<void>();
  const side = await startBackend(t, (_incoming, outgoing) => {
    outgoing.end();
    arrived.resolve();
  });
  const proxy = await startProxy(t);
  const gateway = await startTestGateway(t, {
    inbound: `<send-one-way-request mode="new"><set-url>${side}/side</set-url><set-method>GET</set-method><proxy url="${proxy.url}" username="u" password="p" /></send-one-way-request>`,
  });
  await gateway.echo('/');
  await arrived.promise;
  assert.deepEqual(proxy.asked, [`GET ${side}/side`]);
});

function answerHttp2(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders): void {
  const chunks: Buffer[] = [];
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    stream.respond({ ':status': 201, 'content-type': 'text/plain', 'x-name': ['a', 'b'] });
    stream.end(
      `h2 ${headers[':method']} ${headers[':path']} ${String(headers['x-in'])} ${Buffer.concat(chunks).toString()}`,
    );
  });
}

async function speaks(t: TestContext, version: string, base: string) {
  const gateway = await startTestGateway(t, {
    inbound: `<set-backend-service base-url="${base}" />`,
    backend: `<forward-request http-version="${version}" />`,
    overrides: trust,
  });
  const ask = async () => {
    const answer = await gateway.ask('/p?q=1', { method: 'POST', body: 'data', headers: { 'x-in': 'v' } });
    return `${answer.status} ${await answer.text()}`;
  };
  return { gateway, ask };
}

test('gateway: forward-request @http-version: 2 over TLS and in the open, many requests over one connection', async (t) => {
  let sessions = 0;
  const secure = http2.createSecureServer(tlsOptions).on('session', () => sessions++);
  const over = await speaks(t, '2', `https://127.0.0.1:${await open(t, secure.on('stream', answerHttp2))}/base`);
  const wanted = '201 h2 POST /base/p?q=1 v data';
  assert.deepEqual(await Promise.all([over.ask(), over.ask(), over.ask()]), [wanted, wanted, wanted]);
  assert.equal(sessions, 1);
  const plain = http2.createServer().on('stream', answerHttp2);
  const { ask } = await speaks(t, '2', `http://127.0.0.1:${await open(t, plain)}/base`);
  assert.equal(await ask(), wanted);
});

test('gateway: forward-request @http-version: 2or1 takes what the backend speaks, 2 nothing else', async (t) => {
  const one = https.createServer(tlsOptions, (incoming, outgoing) => {
    incoming.resume();
    outgoing.end(`h${incoming.httpVersion}`);
  });
  const base = `https://127.0.0.1:${await open(t, one)}`;
  const lenient = await speaks(t, '2or1', base);
  assert.deepEqual([await lenient.ask(), await lenient.ask()], ['200 h1.1', '200 h1.1']);
  assert.match(await (await speaks(t, '2', base)).ask(), /^500 /);
  const two = http2.createSecureServer({ ...tlsOptions, allowHTTP1: true }).on('stream', answerHttp2);
  assert.match(await (await speaks(t, '2or1', `https://127.0.0.1:${await open(t, two)}`)).ask(), /^201 h2 /);
});

test('gateway: forward-request @http-version: a closed session is replaced, a broken or late answer told as with HTTP/1', async (t) => {
  const opened: http2.ServerHttp2Session[] = [];
  const two = http2.createServer().on('session', (session) => opened.push(session));
  two.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers[':path'] === '/silent') return;
    if (headers[':path'] === '/broken') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    else answerHttp2(stream, headers);
  });
  const base = `http://127.0.0.1:${await open(t, two)}`;
  const gateway = await startTestGateway(t, {
    inbound: `<set-backend-service base-url="${base}" />`,
    backend: '<forward-request http-version="2" timeout-ms="200" />',
  });
  assert.equal((await gateway.ask('/')).status, 201);
  const [first] = opened;
  assert.ok(first);
  first.close();
  if (!first.closed || !first.destroyed) await once(first, 'close');
  assert.equal((await gateway.ask('/')).status, 201);
  assert.equal(opened.length, 2);
  assert.equal((await gateway.ask('/broken')).status, 500);
  assert.equal((await gateway.ask('/silent')).status, 500);
  assert.equal((await gateway.ask('/')).status, 201, 'one that failed does not stop the others');
});

for (const version of ['1', '2'])
  test(`gateway: forward-request @continue-timeout: the body waits for "100 Continue" (HTTP/${version})`, async (t) => {
    const bodies: number[] = [];
    const onContinue = (incoming: http.IncomingMessage, outgoing: http.ServerResponse) => {
      const path = incoming.url ?? '';
      let size = 0;
      if (path === '/no') outgoing.writeHead(417).end();
      if (path !== '/') return;
      outgoing.writeContinue();
      incoming.on('data', (chunk: Buffer) => (size += chunk.length));
      incoming.on('end', () => {
        bodies.push(size);
        outgoing.end('taken');
      });
    };
    const listener = version === '1' ? http.createServer() : http2.createServer();
    listener.on('request', () => {}).on('checkContinue', onContinue);
    const gateway = await startTestGateway(t, {
      inbound: `<set-backend-service base-url="http://127.0.0.1:${await open(t, listener)}" />`,
      backend: `<forward-request continue-timeout="1" http-version="${version}" />`,
    });
    const post = async (path: string, body: string | ReadableStream) =>
      (await gateway.ask(path, { method: 'POST', body, duplex: 'half' })).status;
    assert.equal(await post('/', 'x'.repeat(1000)), 200);
    assert.equal(await post('/', new Blob(['y'.repeat(2000)]).stream()), 200);
    assert.equal(await post('/no', 'z'), 417);
    assert.deepEqual(bodies, [1000, 2000]);
    assert.equal(await post('/silent', 'z'), 500);
  });

test('gateway: forward-request @buffer-response: chunks are held back until there are 8 KB or the end', async (t) => {
  let goOn = () => {};
  const gateway = await startTestGateway(t, {
    backend: '<forward-request buffer-response="true" />',
    handler: (_incoming, outgoing) => {
      outgoing.write('a'.repeat(4000));
      goOn = () => void outgoing.write('b'.repeat(5000), () => (goOn = () => outgoing.end('c')));
      started.resolve();
    },
  });
  const started = Promise.withResolvers<void>();
  const asking = gateway.ask('/');
  await started.promise;
  goOn();
  const reader = (await asking).body?.getReader();
  let got = Buffer.from((await reader?.read())?.value ?? []).toString();
  while (got.length < 9000) got += Buffer.from((await reader?.read())?.value ?? []).toString();
  assert.equal(got, 'a'.repeat(4000) + 'b'.repeat(5000), 'nothing came before 8 KB were there');
  goOn();
  assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'c');
});

test('gateway: forward-request @follow-redirects: follows, keeps or drops the method, and gives credentials to nobody else', async (t) => {
  const asked: string[] = [];
  const note = (incoming: http.IncomingMessage) =>
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.authorization ?? '-'}`);
  const other = await startBackend(t, (incoming, outgoing) => {
    note(incoming);
    if (incoming.url === '/far') outgoing.writeHead(302, { location: 'near' });
    outgoing.end('there');
  });
  const gateway = await startTestGateway(t, {
    backend: '<forward-request follow-redirects="@(context.Request.Url.Path != "/stay")" />',
    handler: (incoming, outgoing) => {
      note(incoming);
      const [status, location] = incoming.url === '/kept' ? [307, '/again'] : [302, `${other}/far`];
      outgoing.writeHead(incoming.url === '/again' ? 200 : status, { location });
      incoming.pipe(outgoing);
    },
  });
  const post = (path: string) =>
    gateway.ask(path, { method: 'POST', body: 'data', headers: { authorization: 'secret' } });
  assert.equal(await (await post('/kept')).text(), 'data');
  assert.equal(await (await post('/away')).text(), 'there');
  assert.equal((await post('/stay')).status, 302);
  assert.deepEqual(asked, [
    'POST /kept secret',
    'POST /again secret',
    'POST /away secret',
    'GET /far -',
    'GET /near -',
    'POST /stay secret',
  ]);
});
