import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

const told =
  '<return-response><set-body>@(context.LastError.Source + " " + context.LastError.Reason)</set-body></return-response>';

test('gateway: forward-request @timeout @timeout-ms: an answer that does not begin in time fails', async (t) => {
  const answers = ['timeout="1"', 'timeout-ms="50"'].map(async (attribute) => {
    const gateway = await startTestGateway(t, {
      backend: `<forward-request ${attribute} />`,
      onError: told,
      handler: () => {},
    });
    return (await gateway.ask('/')).text();
  });
  assert.deepEqual(await Promise.all(answers), ['forward-request Timeout', 'forward-request Timeout']);
});

test('gateway: forward-request @follow-redirects: the answer of where the backend sends it, or the redirect itself', async (t) => {
  const answers = [true, false].map(async (follows) => {
    const gateway = await startTestGateway(t, {
      backend: `<forward-request follow-redirects="${follows}" />`,
      handler: (incoming, outgoing) => {
        if (incoming.url === '/') outgoing.writeHead(302, { location: '/next' });
        outgoing.end(incoming.url);
      },
    });
    const answer = await gateway.ask('/');
    return [answer.status, await answer.text()];
  });
  assert.deepEqual(await Promise.all(answers), [
    [200, '/next'],
    [302, '/'],
  ]);
});

test('gateway: forward-request @buffer-request-body: a body that was kept can be sent again', async (t) => {
  const answers = [true, false].map(async (buffers) => {
    let calls = 0;
    const gateway = await startTestGateway(t, {
      backend: `<retry condition="@(context.Response.StatusCode == 503)" count="2" interval="0"><forward-request buffer-request-body="${buffers}" /></retry>`,
      handler: (incoming, outgoing) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          outgoing.statusCode = ++calls === 1 ? 503 : 200;
          outgoing.end(`${calls} ${Buffer.concat(chunks).toString()}`);
        });
      },
    });
    const answer = await gateway.ask('/', { method: 'POST', body: 'kept' });
    return [answer.status, await answer.text()];
  });
  assert.deepEqual(await Promise.all(answers), [
    [200, '2 kept'],
    [503, '1 kept'],
  ]);
});

test('gateway: backends: they are told who asked, after whoever passed the request on', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-header name="X-Forwarded-For" exists-action="skip"><value>10.0.0.1</value></set-header>',
  });
  const forwarded = async (headers: Record<string, string>) =>
    (await gateway.echo('/', { headers })).headers['x-forwarded-for'];
  assert.equal(await forwarded({}), '10.0.0.1, 127.0.0.1');
  assert.equal(await forwarded({ 'x-forwarded-for': '10.0.0.2' }), '10.0.0.2, 127.0.0.1');
  const plain = await startTestGateway(t, { inbound: '<set-header name="X-Forwarded-For" exists-action="delete" />' });
  assert.equal((await plain.echo('/')).headers['x-forwarded-for'], '127.0.0.1');
});

test('gateway: forward-request @fail-on-error-status-code: a status from 400 is an error, or an answer', async (t) => {
  const answers = [true, false].map(async (fails) => {
    const gateway = await startTestGateway(t, {
      backend: `<forward-request fail-on-error-status-code="${fails}" />`,
      onError: told,
      handler: (_incoming, outgoing) => {
        outgoing.statusCode = 404;
        outgoing.end('not here');
      },
    });
    return (await gateway.ask('/')).text();
  });
  assert.deepEqual(await Promise.all(answers), ['forward-request BackendErrorStatusCode', 'not here']);
});

test('gateway: forward-request @fail-on-error-status-code, retry @condition: the answer that was an error is the response of on-error and of retry', async (t) => {
  let count = 0;
  const gateway = await startTestGateway(t, {
    backend: `<retry condition="@(context.Response.StatusCode == 429)" count="2" interval="0">
      <forward-request fail-on-error-status-code="true" /></retry>`,
    onError: '<set-header name="x-reason"><value>@(context.LastError.Reason)</value></set-header>',
    handler: (incoming, outgoing) => {
      outgoing.writeHead(incoming.url === '/busy' || ++count < 3 ? 429 : 200, { 'x-own': 'yes' });
      outgoing.end(`answer ${count}`);
    },
  });
  const ask = async (path: string) => {
    const answer = await gateway.ask(path);
    return [answer.status, answer.headers.get('x-reason'), answer.headers.get('x-own'), await answer.text()];
  };
  assert.deepEqual(await ask('/'), [200, null, 'yes', 'answer 3']);
  assert.deepEqual(await ask('/busy'), [429, 'BackendErrorStatusCode', 'yes', 'answer 3']);
});
