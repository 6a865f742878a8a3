import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operation, policies, startBackend, startTestGateway } from './test-gateway.ts';

const missingKey =
  'Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.';

test('gateway: subscriptions: a key opens the APIs of its product, by header or query; without one 401 as API Management says it', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<set-header name="x-who"><value>@(context.Subscription.Id + " " + context.Product?.Id)</value></set-header>',
    files: {
      'apis/demo/apiInformation.json': {
        properties: {
          displayName: 'Demo',
          path: '',
          serviceUrl: await echoUrl(t),
          subscriptionKeyParameterNames: { header: 'x-key', query: 'key' },
        },
      },
      'products/gold/productInformation.json': { properties: { displayName: 'Gold', state: 'published' } },
      'products/gold/apis.json': [{ name: 'demo' }],
      'products/other/productInformation.json': { properties: { displayName: 'Other', state: 'published' } },
    },
    overrides: {
      subscriptions: [
        { name: 'one', scope: '/products/gold', primaryKey: 'k1', secondaryKey: 'k2' },
        { name: 'two', scope: '/products/other', primaryKey: 'k3' },
        { name: 'all', scope: '/apis', primaryKey: 'k4' },
      ],
    },
  });
  const missing = await gateway.ask('/');
  assert.equal(missing.status, 401);
  assert.deepEqual(await missing.json(), { statusCode: 401, message: missingKey });
  assert.match(missing.headers.get('www-authenticate') ?? '', /^AzureApiManagementKey .*name="x-key",type="header"$/);
  const who = async (key: string) => await (await gateway.ask('/', { headers: { 'x-key': key } })).text();
  assert.equal(await who('k1'), 'one gold');
  assert.equal(await who('k2'), 'one gold');
  assert.equal(await who('k4'), 'all');
  assert.equal(await (await gateway.ask('/?key=k1')).text(), 'one gold');
  assert.match(await who('k3'), /invalid subscription key/);
  assert.match(await who('nope'), /invalid subscription key/);
});

function echoUrl(t: Parameters<typeof startBackend>[0]): Promise<string> {
  return startBackend(t, (incoming, outgoing) => outgoing.end(String(incoming.headers['x-who'])));
}

test('gateway: routing: API paths, versions by segment, header and query; 404 as API Management answers', async (t) => {
  const url = await startBackend(t, (incoming, outgoing) => outgoing.end(`${incoming.url}`));
  const api = (path: string, more: object = {}) => ({
    properties: { displayName: path, path, serviceUrl: `${url}/s`, subscriptionRequired: false, ...more },
  });
  const versioned = (name: string, scheme: object) => ({
    [`versionSets/${name}/versionSetInformation.json`]: { properties: scheme },
  });
  const files: Record<string, string | object> = {
    'policy.xml': policies({}).replaceAll('<base />', ''),
    'apis/shop/apiInformation.json': api('shop'),
    'apis/shop-deep/apiInformation.json': api('shop/deep'),
    'apis/seg/apiInformation.json': api('seg', { apiVersion: 'v2', apiVersionSetId: '/apiVersionSets/seg' }),
    ...versioned('seg', { versioningScheme: 'Segment' }),
    'apis/head/apiInformation.json': api('head', { apiVersion: '2', apiVersionSetId: '/apiVersionSets/head' }),
    ...versioned('head', { versioningScheme: 'Header', versionHeaderName: 'api-v' }),
    'apis/query/apiInformation.json': api('query', { apiVersion: '2', apiVersionSetId: 'x/query' }),
    ...versioned('query', { versioningScheme: 'Query', versionQueryName: 'v' }),
  };
  for (const name of ['shop', 'shop-deep', 'seg', 'head', 'query']) {
    files[`apis/${name}/operations/list/operationInformation.json`] = operation('GET', '/list');
    files[`apis/${name}/operations/one/operationInformation.json`] = operation('GET', '/{id}');
    files[`apis/${name}/operations/rest/operationInformation.json`] = operation('GET', '/{id}/rest/{*tail}');
    files[`apis/${name}/policy.xml`] = policies({
      backend: '<base />',
      outbound: '<set-header name="x-op"><value>@(context.Api.Id + "." + context.Operation.Id)</value></set-header>',
    });
  }
  const gateway = await startTestGateway(t, { files });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await gateway.ask(path, { headers, method: headers['x-method'] ?? 'GET' });
    return answer.status === 200
      ? `${answer.headers.get('x-op')} ${await answer.text()}`
      : `${answer.status} ${await answer.text()}`;
  };
  assert.equal(await ask('/shop/list'), 'shop.list /s/list');
  assert.equal(await ask('/shop/7'), 'shop.one /s/7');
  assert.equal(await ask('/shop/7/rest/a/b?c=d'), 'shop.rest /s/7/rest/a/b?c=d');
  assert.equal(await ask('/shop/deep/list'), 'shop-deep.list /s/list');
  assert.equal(await ask('/seg/v2/list'), 'seg.list /s/list');
  assert.equal(await ask('/head/list', { 'api-v': '2' }), 'head.list /s/list');
  assert.equal(await ask('/query/list?v=2'), 'query.list /s/list?v=2');
  assert.equal(
    await ask('/shop/list', { 'x-method': 'PATCH' }),
    '404 {"statusCode":404,"message":"Resource not found"}',
  );
});

test('gateway: on-error: sees the error, and makes the answer', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<choose><when condition="@(true)"><set-variable name="x" value="@(int.Parse("no"))" id="mine" /></when></choose>',
    onError: `<return-response><set-status code="500" /><set-body>@(string.Join("|", context.LastError.Source, context.LastError.Reason, context.LastError.Section, context.LastError.Path, context.LastError.PolicyId, context.LastError.Scope))</set-body></return-response>`,
  });
  const answer = await gateway.ask('/');
  assert.equal(
    await answer.text(),
    'set-variable|ExpressionValueEvaluationFailure|inbound|choose/when/set-variable|mine|api',
  );
});

test('gateway: on-error: without one, 500 tells nothing of the fault', async (t) => {
  const gateway = await startTestGateway(t, { inbound: '<set-variable name="x" value="@(int.Parse("no"))" />' });
  const answer = await gateway.ask('/');
  const { statusCode, message } = (await answer.json()) as { statusCode: number; message: string };
  assert.deepEqual([answer.status, statusCode, message], [500, 500, 'Internal server error']);
});

test('gateway: base: service, product, API and operation nest where base stands', async (t) => {
  const mark = (name: string) =>
    `<set-header name="x-order" exists-action="append"><value>${name}</value></set-header>`;
  const around = (name: string) =>
    `<policies><inbound>${mark(`${name}1`)}<base />${mark(`${name}2`)}</inbound></policies>`;
  const gateway = await startTestGateway(t, {
    files: {
      'policy.xml': `<policies><inbound>${mark('service')}</inbound><backend><forward-request /></backend></policies>`,
      'apis/demo/policy.xml': around('api'),
      'apis/demo/operations/item/policy.xml': around('operation'),
      'products/gold/productInformation.json': { properties: { displayName: 'Gold', state: 'published' } },
      'products/gold/apis.json': [{ name: 'demo' }],
      'products/gold/policy.xml': around('product'),
    },
    overrides: { subscriptions: [{ name: 'one', scope: '/products/gold', primaryKey: 'k1' }] },
  });
  const { headers } = await gateway.echo('/items/1', { headers: { 'Ocp-Apim-Subscription-Key': 'k1' } });
  assert.equal(headers['x-order'], 'operation1,api1,product1,service,product2,api2,operation2');
});

test('gateway: circuit breaker: trips after the failures of its rule, answers 503, closes again', async (t) => {
  let now = 0;
  let calls = 0;
  const url = await startBackend(t, (_incoming, outgoing) => {
    calls++;
    outgoing.statusCode = 500;
    outgoing.end();
  });
  const rule = {
    name: 'r',
    failureCondition: { count: 2, interval: 'PT1M', statusCodeRanges: [{ min: 500, max: 599 }] },
    tripDuration: 'PT30S',
  };
  const gateway = await startTestGateway(t, {
    inbound: '<set-backend-service backend-id="b" />',
    files: {
      'backends/b/backendInformation.json': {
        properties: { url, protocol: 'http', circuitBreaker: { rules: [rule] } },
      },
    },
    now: () => now,
  });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await gateway.ask('/')).status);
  assert.deepEqual([statuses, calls], [[500, 500, 503, 503], 2]);
  now += 31_000;
  assert.equal((await gateway.ask('/')).status, 500);
});

test('gateway: backend pools: the best priority by weight, the next when it is tripped', async (t) => {
  const named = (name: string, status = 200) =>
    startBackend(t, (_incoming, outgoing) => {
      outgoing.statusCode = status;
      outgoing.end(name);
    });
  const rule = {
    name: 'r',
    failureCondition: { count: 1, interval: 'PT1M', statusCodeRanges: [{ min: 500, max: 599 }] },
    tripDuration: 'PT1M',
  };
  const backend = (url: string, circuitBreaker?: object) => ({
    properties: { url, protocol: 'http', ...(circuitBreaker && { circuitBreaker }) },
  });
  const draws = [0.1, 0.5, 0.9, 0.1, 0.1];
  const gateway = await startTestGateway(t, {
    inbound: '<set-backend-service backend-id="pool" />',
    files: {
      'backends/a/backendInformation.json': backend(await named('a')),
      'backends/b/backendInformation.json': backend(await named('b', 503), { rules: [rule] }),
      'backends/spare/backendInformation.json': backend(await named('spare')),
      'backends/pool/backendInformation.json': {
        properties: {
          type: 'Pool',
          pool: {
            services: [
              { id: '/backends/a', weight: 1, priority: 1 },
              { id: '/backends/b', weight: 1, priority: 1 },
              { id: '/backends/spare', weight: 1, priority: 2 },
            ],
          },
        },
      },
    },
    random: () => draws.shift() ?? 0,
  });
  const said = [];
  for (let i = 0; i < 4; i++) said.push(await (await gateway.ask('/')).text());
  assert.deepEqual(said, ['a', 'b', 'a', 'a']);
});

test('gateway: named values: in text and in expressions', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<set-header name="x-a"><value>{{plain}}-x</value></set-header><set-header name="x-b"><value>@("{{plain}}".Length + {{number}})</value></set-header>',
    files: {
      'namedValues/first/namedValueInformation.json': { properties: { displayName: 'plain', value: 'text' } },
      'namedValues/number/namedValueInformation.json': { properties: { displayName: 'number', value: '5' } },
    },
  });
  const { headers } = await gateway.echo('/');
  assert.deepEqual([headers['x-a'], headers['x-b']], ['text-x', '9']);
});

test('gateway: artefacts: operations of specification.yaml with policies of their own, fragments and names of earlier versions', async (t) => {
  const gateway = await startTestGateway(t, {
    files: {
      'apis/pets/apiInformation.json': {
        properties: { displayName: 'Pets', path: 'pets', subscriptionRequired: false },
      },
      'apis/pets/specification.yaml':
        'openapi: 3.0.1\ninfo: { title: p, version: "1" }\npaths:\n  /{petId}:\n    get:\n      operationId: showPetById\n      responses: { "200": { description: ok } }\n',
      'apis/pets/operations/show-pet-by-id/policy.xml':
        '<policies><inbound><include-fragment fragment-id="say" /></inbound></policies>',
      'policy fragments/say/policyFragmentInformation.json': {
        properties: {
          value:
            '<fragment><return-response><set-body>@("{{word}} " + context.Request.MatchedParameters["petId"])</set-body></return-response></fragment>',
        },
      },
      'named values/word/namedValueInformation.json': { properties: { displayName: 'word', value: 'pet' } },
    },
  });
  assert.equal(await (await gateway.ask('/pets/7')).text(), 'pet 7');
});
