import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operation, startTestGateway } from '../test-gateway.ts';

test('gateway: choose when when@condition otherwise: the first branch that holds runs, else otherwise', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<choose>
      <when condition="@(context.Request.Url.Query.GetValueOrDefault("n") == "1")"><set-header name="x-b"><value>one</value></set-header></when>
      <when condition="@(context.Request.Url.Query.ContainsKey("n"))"><set-header name="x-b"><value>many</value></set-header></when>
      <otherwise><set-header name="x-b"><value>none</value></set-header></otherwise>
    </choose>`,
  });
  const branch = async (path: string) => (await gateway.echo(path)).headers['x-b'];
  assert.deepEqual([await branch('/?n=1'), await branch('/?n=2'), await branch('/')], ['one', 'many', 'none']);
});

test('gateway: return-response set-status set-header set-body: answers at once; neither backend nor outbound runs', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<return-response>
      <set-status code="202" reason="Fine" /><set-header name="x-made"><value>here</value></set-header><set-body>@{ return new JObject(new JProperty("a", 1)).ToString(); }</set-body>
    </return-response>`,
    outbound: '<set-header name="x-outbound"><value>ran</value></set-header>',
  });
  const answer = await gateway.ask('/');
  assert.deepEqual(
    [answer.status, answer.headers.get('x-made'), answer.headers.get('x-outbound')],
    [202, 'here', null],
  );
  assert.deepEqual(await answer.json(), { a: 1 });
});

test('gateway: include-fragment @fragment-id: runs the fragment where it is included', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<include-fragment fragment-id="mark" />',
    files: {
      'policyFragments/mark/policy.xml':
        '<fragment><set-header name="x-f"><value>{{word}}</value></set-header></fragment>',
    },
    overrides: { namedValues: { word: 'from-fragment' } },
  });
  assert.equal((await gateway.echo('/')).headers['x-f'], 'from-fragment');
});

test('gateway: retry @condition @interval: repeats while the condition holds, at most count times', async (t) => {
  let calls = 0;
  const gateway = await startTestGateway(t, {
    backend: `<retry condition="@(context.Response == null || context.Response.StatusCode >= 500)" count="3" interval="0">
      <forward-request buffer-request-body="true" />
    </retry>`,
    handler: (incoming, outgoing) => {
      let size = 0;
      incoming.on('data', (chunk: Buffer) => (size += chunk.length));
      incoming.on('end', () => {
        calls++;
        outgoing.statusCode = calls < 3 ? 503 : 200;
        outgoing.end(`${calls} ${size}`);
      });
    },
  });
  const answer = await gateway.ask('/', { method: 'POST', body: 'abcd' });
  assert.deepEqual([answer.status, await answer.text()], [200, '3 4']);
});

test('gateway: retry @count: the last answer stands when the count is used up', async (t) => {
  let calls = 0;
  const gateway = await startTestGateway(t, {
    backend:
      '<retry condition="@(context.Response.StatusCode == 500)" count="2" interval="0"><forward-request /></retry>',
    handler: (_incoming, outgoing) => {
      calls++;
      outgoing.statusCode = 500;
      outgoing.end();
    },
  });
  assert.equal((await gateway.ask('/')).status, 500);
  assert.equal(calls, 3);
});

test('gateway: retry @interval @delta @max-interval @first-fast-retry: waits as long each time, longer by delta, or exponentially to a maximum', async (t) => {
  const waits = async (attributes: string) => {
    const waited: number[] = [];
    const gateway = await startTestGateway(t, {
      backend: `<retry condition="@(true)" count="4" ${attributes}><forward-request /></retry>`,
      random: () => 0.5,
      sleep: async (milliseconds) => void waited.push(milliseconds),
    });
    await gateway.ask('/');
    return waited;
  };
  assert.deepEqual(await waits('interval="2"'), [2000, 2000, 2000, 2000]);
  assert.deepEqual(await waits('interval="2" first-fast-retry="true"'), [2000, 2000, 2000]);
  assert.deepEqual(await waits('interval="2" delta="3"'), [2000, 5000, 8000, 11_000]);
  assert.deepEqual(await waits('interval="2" delta="3" max-interval="15"'), [2000, 5000, 11_000, 15_000]);
});

test('gateway: mock-response @status-code @content-type: answers with the sample of the operation', async (t) => {
  const representations = [
    { contentType: 'text/plain', sample: 'not this' },
    { contentType: 'application/json', examples: { default: { value: { hello: 'world' } } } },
  ];
  const gateway = await startTestGateway(t, {
    inbound: '<mock-response status-code="201" content-type="application/json" />',
    files: {
      'apis/demo/operations/item/operationInformation.json': {
        properties: {
          displayName: 'x',
          method: 'GET',
          urlTemplate: '/items/{id}',
          responses: [{ statusCode: 201, representations }],
        },
      },
    },
  });
  const answer = await gateway.ask('/items/1');
  assert.deepEqual(
    [answer.status, answer.headers.get('content-type'), await answer.json()],
    [201, 'application/json', { hello: 'world' }],
  );
});

test('gateway: mock-response @index: the sample with this number', async (t) => {
  const representations = ['one', 'two'].map((value) => ({
    contentType: `application/${value}`,
    examples: { default: { value } },
  }));
  const gateway = await startTestGateway(t, {
    inbound: '<mock-response index="1" />',
    files: {
      'apis/demo/operations/item/operationInformation.json': operation('GET', '/items/{id}', {
        responses: [{ statusCode: 200, representations }],
      }),
    },
  });
  const answer = await gateway.ask('/items/1');
  assert.deepEqual([answer.headers.get('content-type'), await answer.text()], ['application/two', 'two']);
});

test('gateway: return-response @response-variable-name: the response in a variable, with what is set on it', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<send-request mode="new" response-variable-name="made"><set-url>@(context.Api.ServiceUrl + "side")</set-url><set-method>GET</set-method></send-request>
      <return-response response-variable-name="made"><set-status code="203" reason="Found" /></return-response>`,
    handler: (_incoming, outgoing) => {
      outgoing.setHeader('x-side', 'yes');
      outgoing.end('side');
    },
  });
  const answer = await gateway.ask('/');
  assert.deepEqual([answer.status, answer.headers.get('x-side'), await answer.text()], [203, 'yes', 'side']);
});

test('gateway: wait: asks at the same time and goes on when all have answered', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<wait for="all">
      <send-request mode="new" response-variable-name="a"><set-url>@(context.Api.ServiceUrl + "a")</set-url><set-method>GET</set-method></send-request>
      <send-request mode="new" response-variable-name="b"><set-url>@(context.Api.ServiceUrl + "b")</set-url><set-method>GET</set-method></send-request>
    </wait>
    <return-response><set-body>@(((IResponse)context.Variables["a"]).Body.As<JObject>()["url"] + " " + ((IResponse)context.Variables["b"]).Body.As<JObject>()["url"])</set-body></return-response>`,
  });
  assert.equal(await (await gateway.ask('/')).text(), '/a /b');
});

test('gateway: wait @for: when none has an answer, the first failure is what on-error sees', async (t) => {
  const request =
    '<send-request mode="new" response-variable-name="a"><set-url>http://127.0.0.1:1/</set-url><set-method>GET</set-method></send-request>';
  const gateway = await startTestGateway(t, {
    inbound: `<wait for="any">${request}${request}</wait>`,
    onError:
      '<return-response><set-body>@(context.LastError.Source + " " + context.LastError.Reason)</set-body></return-response>',
  });
  assert.equal(await (await gateway.ask('/')).text(), 'send-request BackendConnectionFailure');
});

test('gateway: wait @for: goes on with the first answer', async (t) => {
  let held: (() => void) | undefined;
  const gateway = await startTestGateway(t, {
    inbound: `<wait for="any">
      <send-request mode="new" response-variable-name="slow"><set-url>@(context.Api.ServiceUrl + "slow")</set-url><set-method>GET</set-method></send-request>
      <send-request mode="new" response-variable-name="fast"><set-url>@(context.Api.ServiceUrl + "fast")</set-url><set-method>GET</set-method></send-request>
    </wait>
    <return-response><set-body>@(context.Variables.ContainsKey("slow") + " " + context.Variables.ContainsKey("fast"))</set-body></return-response>`,
    handler: (incoming, outgoing) => {
      if (incoming.url === '/slow') held = () => outgoing.end();
      else outgoing.end();
    },
  });
  assert.equal(await (await gateway.ask('/')).text(), 'False True');
  held?.();
});

test('gateway: limit-concurrency @key @max-count: 429 above max-count, free again afterwards', async (t) => {
  let release: () => void = () => {};
  const arrived = Promise.withResolvers<void>();
  const gateway = await startTestGateway(t, {
    backend:
      '<limit-concurrency key="@(context.Request.Url.Path)" max-count="1"><forward-request /></limit-concurrency>',
    handler: (incoming, outgoing) => {
      if (incoming.url === '/other') {
        outgoing.end();
        return;
      }
      release = () => outgoing.end('done');
      arrived.resolve();
    },
  });
  const first = gateway.ask('/');
  await arrived.promise;
  assert.equal((await gateway.ask('/')).status, 429);
  assert.equal((await gateway.ask('/other')).status, 200);
  release();
  assert.equal(await (await first).text(), 'done');
});

test('gateway: trace message: an error in it shows whether or not the request is traced', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: '<trace source="s"><message>@((string)context.Variables["none"])</message></trace>',
  });
  const statuses = [];
  for (const asks of ['true', 'false']) {
    const { status } = await gateway.ask('/', { headers: { 'Ocp-Apim-Trace': asks } });
    statuses.push(status);
  }
  assert.deepEqual(statuses, [500, 500]);
});

test('gateway: trace @source @severity message metadata@name metadata@value: messages are in the trace of a request that asks for one', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<trace source="orders" severity="error"><message>@("id " + 7)</message><metadata name="kind" value="test" /></trace>',
    managementPort: 0,
    overrides: { operatorToken: 'op' },
  });
  const answer = await gateway.ask('/', { headers: { 'Ocp-Apim-Trace': 'true' } });
  const id = answer.headers.get('ocp-apim-trace-id');
  const trace = await fetch(`${gateway.management}/traces/${id}`, { headers: { authorization: 'Bearer op' } });
  const { entries } = (await trace.json()) as {
    entries: { policy: string; section: string; took: number; message?: string }[];
  };
  assert.ok(entries.some(({ policy, message }) => policy === 'trace orders' && message === 'id 7 kind=test'));
  assert.deepEqual(
    entries.filter(({ message }) => !message).map(({ section, policy }) => `${section} ${policy}`),
    ['inbound trace', 'backend forward-request'],
  );
  assert.ok(entries.every(({ took }) => took >= 0));
});

test('gateway: emit-metric @name @namespace @value dimension@name dimension@value: counts by name and dimensions, shown on the management port', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<emit-metric name="seen" namespace="demo" value="2"><dimension name="API ID" /><dimension name="@("w" + "ho")" value="@(context.Request.Method)" /></emit-metric>',
    managementPort: 0,
    overrides: { operatorToken: 'op' },
  });
  await gateway.echo('/');
  await gateway.echo('/');
  const { value } = (await (
    await fetch(`${gateway.management}/metrics`, { headers: { authorization: 'Bearer op' } })
  ).json()) as { value: unknown };
  assert.deepEqual(value, [
    { namespace: 'demo', name: 'seen', dimensions: { 'API ID': 'demo', who: 'GET' }, count: 2, sum: 4 },
  ]);
});
