import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

const lookup =
  '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false"><vary-by-header>Accept-Language</vary-by-header><vary-by-query-parameter>page;size</vary-by-query-parameter></cache-lookup>';

test('gateway: cache-lookup, cache-store @duration: a hit skips the backend, and outbound goes on after cache-store', async (t) => {
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

test('gateway: cache-lookup: a hit skips what is left of inbound, such as a limit that guards the backend', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<choose><when condition="@(true)">${lookup}</when></choose><rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />`,
    outbound: '<cache-store duration="60" /><set-header name="x-after"><value>1</value></set-header>',
  });
  const ask = async (path: string) => {
    const { status, headers } = await gateway.ask(path);
    return [status, headers.get('x-after')];
  };
  assert.deepEqual(
    [await ask('/a'), await ask('/a'), await ask('/b')],
    [
      [200, '1'],
      [200, '1'],
      [429, null],
    ],
  );
});

test('gateway: cache-lookup vary-by-header vary-by-query-parameter: varies by header and by the parameters named', async (t) => {
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

test('gateway: cache-lookup-value @key @variable-name @default-value, cache-store-value @key @value, cache-remove-value @key @fail-on-cache-removal-error: keeps, finds and removes values', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<choose>
      <when condition="@(context.Request.Method == "PUT")"><cache-store-value key="k" value="@(new JObject(new JProperty("n", 5)))" duration="60" /></when>
      <when condition="@(context.Request.Method == "DELETE")"><cache-remove-value key="k" fail-on-cache-removal-error="true" /></when>
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

/** What requests are answered, when each that reaches the backend gets the next number. */
async function numbers(
  t: TestContext,
  attributes: string,
  requests: readonly Record<string, string>[],
  setup: Partial<Parameters<typeof startTestGateway>[1]> = {},
): Promise<{ texts: string[]; last: Response }> {
  let calls = 0;
  const gateway = await startTestGateway(t, {
    inbound: `<cache-lookup ${attributes} />`,
    outbound: '<cache-store duration="60" />',
    handler: (_incoming, outgoing) => outgoing.end(String(++calls)),
    ...setup,
  });
  const texts: string[] = [];
  let last = new Response();
  for (const headers of requests) {
    last = await gateway.ask('/', { headers });
    texts.push(await last.text());
  }
  return { texts, last };
}

/** Two subscriptions of one developer, one of another, one of the administrator, and one of nobody. */
const owners = { 'one-a': '/users/one', 'one-b': '/users/one', two: '/users/two', admin: '/users/1', alone: undefined };
const subscribed = {
  files: {
    'products/gold/productInformation.json': { properties: { displayName: 'Gold', state: 'published' } },
    'products/gold/apis.json': [{ name: 'demo' }],
    ...Object.fromEntries(
      Object.entries(owners).map(([name, ownerId]) => [
        `subscriptions/${name}/subscriptionInformation.json`,
        { properties: { scope: '/products/gold', primaryKey: name, ownerId } },
      ]),
    ),
  },
};
const everybody = [...Object.keys(owners), 'one-a'].map((key) => ({ 'Ocp-Apim-Subscription-Key': key }));
const andNobody = [...everybody, {}];

test('gateway: cache-lookup @vary-by-developer: an answer is kept for each owner of subscriptions, or for all', async (t) => {
  const own = await numbers(t, 'vary-by-developer="true" vary-by-developer-groups="false"', andNobody, subscribed);
  assert.deepEqual(own.texts, ['1', '1', '2', '3', '4', '1', '5']);
  const shared = await numbers(t, 'vary-by-developer="false" vary-by-developer-groups="false"', everybody, subscribed);
  assert.deepEqual(shared.texts, ['1', '1', '1', '1', '1', '1']);
});

test('gateway: cache-lookup @vary-by-developer-groups: an answer is kept for each set of groups, or for all', async (t) => {
  const groups = 'vary-by-developer="false" vary-by-developer-groups="true"';
  const { texts } = await numbers(t, groups, andNobody, subscribed);
  assert.deepEqual(texts, ['1', '1', '1', '2', '3', '1', '3']);
  for (const type of ['internal', 'external', 'prefer-external']) {
    const all = `vary-by-developer="false" vary-by-developer-groups="false" caching-type="${type}"`;
    assert.deepEqual((await numbers(t, all, [{}, {}])).texts, ['1', '1'], type);
  }
});

test('gateway: cache-lookup @allow-private-response-caching: answers to requests with Authorization are kept, or not', async (t) => {
  const requests = [{ authorization: 'a' }, { authorization: 'a' }];
  const texts = async (allows: boolean) =>
    (
      await numbers(
        t,
        `vary-by-developer="false" vary-by-developer-groups="false" allow-private-response-caching="${allows}"`,
        requests,
      )
    ).texts;
  assert.deepEqual(
    [await texts(true), await texts(false)],
    [
      ['1', '1'],
      ['1', '2'],
    ],
  );
});

test('gateway: cache-lookup @downstream-caching-type @must-revalidate: clients are told whether they may keep the answer', async (t) => {
  const control = async (attributes: string) =>
    (
      await numbers(t, `vary-by-developer="false" vary-by-developer-groups="false" ${attributes}`, [{}])
    ).last.headers.get('cache-control');
  assert.equal(await control('downstream-caching-type="private"'), 'private, must-revalidate');
  assert.equal(await control('downstream-caching-type="public" must-revalidate="false"'), 'public');
  assert.equal(await control('downstream-caching-type="none"'), null);
});

test('gateway: cache-store @cache-response: says which answers are kept', async (t) => {
  let calls = 0;
  const gateway = await startTestGateway(t, {
    inbound: lookup,
    outbound: '<cache-store duration="60" cache-response="@(context.Response.StatusCode == 404)" />',
    handler: (incoming, outgoing) => {
      outgoing.statusCode = incoming.url === '/none' ? 404 : 200;
      outgoing.end(String(++calls));
    },
  });
  const texts = [];
  for (const path of ['/none', '/none', '/some', '/some']) texts.push(await (await gateway.ask(path)).text());
  assert.deepEqual(texts, ['1', '1', '2', '3']);
});

test('gateway: cache-store-value @duration: values go after their time', async (t) => {
  let now = 0;
  const gateway = await startTestGateway(t, {
    inbound: `<choose>
      <when condition="@(context.Request.Method == "PUT")"><cache-store-value key="k" value="kept" duration="60" /></when>
      <when condition="@(context.Request.Method == "DELETE")"><cache-remove-value key="k" /></when>
    </choose>
    <cache-lookup-value key="k" variable-name="found" default-value="none" />
    <return-response><set-body>@((string)context.Variables["found"])</set-body></return-response>`,
    now: () => now,
  });
  const say = async (method: string) => (await gateway.ask('/', { method })).text();
  assert.equal(await say('PUT'), 'kept');
  now += 59_000;
  assert.equal(await say('GET'), 'kept');
  now += 2000;
  assert.equal(await say('GET'), 'none');
  assert.deepEqual([await say('PUT'), await say('DELETE')], ['kept', 'none']);
});

test('gateway: cache-lookup: parameters whose values hold what stands between parameters have answers of their own', async (t) => {
  for (const parameters of ['', '<vary-by-query-parameter>a;b</vary-by-query-parameter>']) {
    const gateway = await startTestGateway(t, {
      inbound: `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false">${parameters}</cache-lookup>`,
      outbound: '<cache-store duration="60" />',
    });
    const texts = new Set<string>();
    for (const query of ['a=1&b=2', 'a=1%26b=2', 'a=1%26b%3D2&b=', 'a=1,2', 'a=1&a=2', 'a', ''])
      texts.add(await (await gateway.ask(`/?${query}`)).text());
    assert.equal(texts.size, 7);
  }
});

test('gateway: cache-lookup-value, cache-store-value: what a policy changes in a value stays its own', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<cache-lookup-value key="k" variable-name="found" />
    <choose><when condition="@(!context.Variables.ContainsKey("found"))">
      <set-variable name="found" value="@(new JObject(new JProperty("n", 0)))" />
      <cache-store-value key="k" value="@((JObject)context.Variables["found"])" duration="60" />
    </when></choose>
    <return-response><set-body>@{
      var found = (JObject)context.Variables["found"];
      found["n"] = (int)found["n"] + 1;
      return found["n"].ToString();
    }</set-body></return-response>`,
  });
  const texts = [];
  for (let i = 0; i < 3; i++) texts.push(await (await gateway.ask('/')).text());
  assert.deepEqual(texts, ['1', '1', '1']);
});
