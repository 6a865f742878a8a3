import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operation, startBackend, startTestGateway } from '../test-gateway.ts';

test('gateway: set-header @name @exists-action value: overrides, skips, appends and deletes, on requests and responses', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `
      <set-header name="x-one" exists-action="override"><value>@("a" + 1)</value></set-header>
      <set-header name="x-two" exists-action="skip"><value>mine</value></set-header>
      <set-header name="x-three" exists-action="append"><value>b</value><value>c</value></set-header>
      <set-header name="x-four" exists-action="delete" />`,
    outbound: '<set-header name="x-backend" exists-action="append"><value>gateway</value></set-header>',
  });
  const headers = { 'x-one': 'theirs', 'x-two': 'theirs', 'x-three': 'a', 'x-four': 'd' };
  const answer = await gateway.ask('/', { headers });
  const seen = ((await answer.json()) as { headers: Record<string, string> }).headers;
  assert.equal(seen['x-one'], 'a1');
  assert.equal(seen['x-two'], 'theirs');
  assert.equal(seen['x-three'], 'a,b,c');
  assert.equal(seen['x-four'], undefined);
  assert.equal(answer.headers.get('x-backend'), 'echo,gateway');
});

test('gateway: set-header value: several values are one line, but for headers whose values may hold commas or dates', async (t) => {
  const twice = (name: string, action: string) =>
    `<set-header name="${name}" exists-action="${action}"><value>a</value><value>b</value></set-header>`;
  const all = (action: string) => twice('x-many', action) + twice('Warning', action) + twice('Set-Cookie', action);
  let raw: string[] = [];
  const gateway = await startTestGateway(t, {
    inbound: all('override') + all('append'),
    outbound: all('skip') + all('append'),
    handler: (incoming, outgoing) => {
      raw = incoming.rawHeaders;
      outgoing.end();
    },
  });
  const { headers } = await gateway.ask('/');
  const sent = (name: string) => raw.filter((_, i) => raw[i - 1] === name && i % 2 === 1);
  assert.deepEqual(sent('x-many'), ['a,b,a,b']);
  assert.deepEqual([sent('Warning'), sent('Set-Cookie')], [Array.from('abab'), Array.from('abab')]);
  assert.equal(headers.get('x-many'), 'a,b,a,b');
  assert.deepEqual(headers.getSetCookie(), Array.from('abab'));
});

test('gateway: set-header value: a character that headers cannot hold is an error that on-error sees and that names the header', async (t) => {
  const onError = '<return-response><set-body>@(context.LastError.Message)</set-body></return-response>';
  const policy = '<set-header name="x-city"><value>Łódź</value></set-header>';
  for (const setup of [{ inbound: policy }, { outbound: policy }]) {
    const gateway = await startTestGateway(t, { ...setup, onError });
    const text = await (await gateway.ask('/')).text();
    assert.equal(text, 'The header "x-city" has a character that headers cannot hold.');
  }
});

test('gateway: set-header @name: a Trailer header that no trailers follow is left out', async (t) => {
  const gateway = await startTestGateway(t, { outbound: '<set-header name="Trailer"><value>x</value></set-header>' });
  assert.equal((await gateway.ask('/')).status, 200);
});

test('gateway: set-status @reason: loses what a status line cannot hold', async (t) => {
  const gateway = await startTestGateway(t, { outbound: '<set-status code="201" reason="w Łodzi" />' });
  const { status, statusText } = await gateway.ask('/');
  assert.deepEqual([status, statusText], [201, 'w  odzi']);
});

test('gateway: set-header @name: what is no name of a header is refused', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-header name="some header name" exists-action="override"><value>20</value></set-header>',
    onError: '<return-response><set-body>@(context.LastError.Message)</set-body></return-response>',
  });
  assert.equal(await (await gateway.ask('/')).text(), '"some header name" is no name of a header.');
});

test('gateway: set-header: a value that would begin another header is refused', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-header name="x-one"><value>@("a\\r\\nx-evil: 1")</value></set-header>',
  });
  assert.equal((await gateway.ask('/')).status, 500);
});

test('gateway: set-header @name @exists-action: headers of the connection stay as they are', async (t) => {
  const change = ['Content-Length', 'Connection', 'Transfer-Encoding', 'Keep-Alive']
    .map((name) => `<set-header name="${name}" exists-action="override"><value>1</value></set-header>`)
    .join('');
  const gateway = await startTestGateway(t, { inbound: change, outbound: change });
  const answer = await gateway.ask('/', { method: 'POST', body: 'hello' });
  assert.equal(((await answer.json()) as { body: string }).body, 'hello');
});

test('gateway: set-query-parameter @name @exists-action value: overrides, skips, appends and deletes', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `
      <set-query-parameter name="a" exists-action="override"><value>new &amp; old</value></set-query-parameter>
      <set-query-parameter name="b" exists-action="skip"><value>mine</value></set-query-parameter>
      <set-query-parameter name="c" exists-action="append"><value>2</value></set-query-parameter>
      <set-query-parameter name="d" exists-action="delete" />`,
  });
  const { url } = await gateway.echo('/q?a=1&b=theirs&c=1&d=x');
  const query = new URL(url, 'http://x').searchParams;
  assert.deepEqual(
    [query.get('a'), query.get('b'), query.getAll('c'), query.has('d')],
    ['new & old', 'theirs', ['1', '2'], false],
  );
});

test('gateway: set-body: replaces the request and the response', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-body>@("[" + context.Request.Body.As<string>(preserveContent: true) + "]")</set-body>',
    outbound: '<set-body>@(context.Response.Body.As<JObject>()["body"] + "!")</set-body>',
  });
  const answer = await gateway.ask('/', { method: 'POST', body: 'hé' });
  assert.equal(await answer.text(), '[hé]!');
});

test('gateway: set-variable: a body read without preserveContent is gone', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-variable name="x" value="@(context.Request.Body.As<string>())" />',
  });
  assert.equal((await gateway.echo('/', { method: 'POST', body: 'abc' })).body, '');
});

test('gateway: set-method: changes the method', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<set-method>PUT</set-method>' });
  assert.equal((await gateway.echo('/')).method, 'PUT');
});

test('gateway: set-status @code @reason: changes code and reason', async (t) => {
  const gateway = await startTestGateway(t, { outbound: '<set-status code="@(200 + 18)" reason="Teapot" />' });
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, answer.statusText], [218, 'Teapot']);
});

test('gateway: rewrite-uri @template: fills the template and keeps the other parameters', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<rewrite-uri template="/things/{id}/x?fixed=1" />' });
  assert.equal((await gateway.echo('/items/a%20b?q=2')).url, '/things/a%20b/x?fixed=1&q=2');
});

test('gateway: rewrite-uri @copy-unmatched-params: copy-unmatched-params="false" drops the client\'s query', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<rewrite-uri template="/new" copy-unmatched-params="false" />',
  });
  assert.equal((await gateway.echo('/old?q=2')).url, '/new');
});

test('gateway: rewrite-uri @template: what the template of the operation takes of the query is not copied', async (t) => {
  const get = { 'apis/demo/operations/get/operationInformation.json': operation('GET', '/get?a={b}') };
  const gateway = await startTestGateway(t, { files: get, inbound: '<rewrite-uri template="/put" />' });
  assert.equal((await gateway.echo('/get?a=b&c=d')).url, '/put?c=d');
  const naming = await startTestGateway(t, { files: get, inbound: '<rewrite-uri template="/put/{b}" />' });
  assert.equal((await naming.echo('/get?a=x%20y&c=d')).url, '/put/x%20y?c=d');
});

test('gateway: set-backend-service @base-url @backend-id: base-url and backend-id send the request elsewhere', async (t) => {
  const other = await startBackend(t, (incoming, outgoing) =>
    outgoing.end(`other ${incoming.url} ${String(incoming.headers['x-own'])}`),
  );
  const gateway = await startTestGateway(t, {
    inbound: `<choose>
      <when condition="@(context.Request.Headers.ContainsKey(&quot;x-id&quot;))"><set-backend-service backend-id="other" /></when>
      <otherwise><set-backend-service base-url="@(&quot;${other}/base/&quot;)" /></otherwise>
    </choose>`,
    files: {
      'backends/other/backendInformation.json': {
        properties: {
          url: other,
          protocol: 'http',
          credentials: { header: { 'x-own': ['yes'] }, query: { key: ['v'] } },
        },
      },
    },
  });
  assert.equal(await (await gateway.ask('/a?b=1')).text(), 'other /base/a?b=1 undefined');
  assert.equal(await (await gateway.ask('/a?b=1', { headers: { 'x-id': '1' } })).text(), 'other /a?b=1&key=v yes');
});

test('gateway: set-variable @name @value: keeps the type of what the expression gave', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<set-variable name="n" value="@(41)" />
      <set-header name="x-n"><value>@(((int)context.Variables["n"] + 1).ToString("D4"))</value></set-header>
      <set-header name="x-d"><value>@(context.Variables.GetValueOrDefault<string>("none", "default"))</value></set-header>`,
  });
  const { headers } = await gateway.echo('/');
  assert.deepEqual([headers['x-n'], headers['x-d']], ['0042', 'default']);
});

test('gateway: find-and-replace @from @to: replaces text in the body', async (t) => {
  const gateway = await startTestGateway(t, { outbound: '<find-and-replace from="secret" to="$&amp;" />' });
  const { body } = await gateway.echo('/', { method: 'POST', body: 'a secret b' });
  assert.equal(body, 'a $& b');
});

test('gateway: set-body @template: Liquid templates with body and context', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<set-body template="liquid">{ "name": "{{ body.user.name | upcase }}", "kind": "{% if body.items.size > 1 %}many{% else %}one{% endif %}", "ids": [{% for item in body.items %}{{ item.id }}{% unless forloop.last %},{% endunless %}{% endfor %}], "method": "{{context.Request.Method}}", "x": "{{context.Request.Headers.x-a | default: 'none'}}", "v": "{{plain}}" }</set-body>`,
    overrides: { namedValues: { plain: 'named' } },
  });
  const body = JSON.stringify({ user: { name: 'ann' }, items: [{ id: 1 }, { id: 2 }] });
  const seen = JSON.parse((await gateway.echo('/', { method: 'POST', body })).body) as object;
  assert.deepEqual(seen, { name: 'ANN', kind: 'many', ids: [1, 2], method: 'POST', x: 'none', v: 'named' });
});

test('gateway: set-body @parse-date @xsi-nil: dates in JSON are dates in templates, or stay as they were', async (t) => {
  const body = JSON.stringify({ at: '2026-01-02T03:04:05Z', none: null });
  const render = async (attributes: string) => {
    const inbound = `<set-body template="liquid" ${attributes}>{{ body.at }} [{{ body.none }}]</set-body>`;
    return (await (await startTestGateway(t, { inbound })).echo('/', { method: 'POST', body })).body;
  };
  assert.equal(await render(''), '01/02/2026 03:04:05 []');
  assert.equal(await render('parse-date="false" xsi-nil="null"'), '2026-01-02T03:04:05Z []');
});

test('gateway: set-body: XML inside is sent as it stands', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<set-body><Envelope a="1"><Body>x &amp; y</Body></Envelope></set-body>',
  });
  assert.equal((await gateway.echo('/', { method: 'POST' })).body, '<Envelope a="1"><Body>x &amp; y</Body></Envelope>');
});

test('gateway: set-body: a form that was read and changed is sent as a form', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<set-body>@{
      var form = context.Request.Body.AsFormUrlEncodedContent();
      form["a"].Add("new value");
      return form.ToFormUrlEncodedContent();
    }</set-body>`,
  });
  const { body } = await gateway.echo('/', { method: 'POST', body: 'a=1&b=2%263' });
  assert.equal(body, 'a=1&a=new+value&b=2%263');
});

test('gateway: jsonp @callback-parameter-name: wraps the answer in the callback, and refuses what is no name', async (t) => {
  const gateway = await startTestGateway(t, {
    outbound: '<jsonp callback-parameter-name="cb" />',
    handler: (_incoming, outgoing) => outgoing.end('{"a":1}'),
  });
  assert.equal(await (await gateway.ask('/?cb=app.done')).text(), 'app.done({"a":1});');
  assert.equal(await (await gateway.ask('/')).text(), '{"a":1}');
  const refused = await gateway.ask('/?cb=alert(1)//');
  const message = 'Value of callback parameter cb is not a valid JavaScript identifier.';
  assert.deepEqual(await refused.json(), { statusCode: 400, message });
});

test('gateway: redirect-content-urls: addresses of the backend become those of the gateway', async (t) => {
  let url = '';
  const backend = await startBackend(t, (_incoming, outgoing) => {
    outgoing.writeHead(302, { 'content-type': 'application/json', location: `${url}/next?a=1` });
    outgoing.end(JSON.stringify({ link: `${url}/things` }));
  });
  url = backend;
  const gateway = await startTestGateway(t, {
    inbound: `<set-backend-service base-url="${backend}" />`,
    outbound: '<redirect-content-urls />',
  });
  const answer = await gateway.ask('/');
  assert.equal(answer.headers.get('location'), `${gateway.url}/next?a=1`);
  assert.deepEqual(await answer.json(), { link: `${gateway.url}/things` });
});
