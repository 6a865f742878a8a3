import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startTestGateway, writeArtefacts } from '../test-gateway.ts';
import { withReferredParts } from '../validation/referred-parts.ts';
import { loadFolder } from './load-folder.ts';
import { serviceUrlOf } from './openapi-operations.ts';

const information = {
  'apis/demo/apiInformation.json': { properties: { displayName: 'D', subscriptionRequired: false } },
};

function load(
  t: TestContext,
  file: string,
  content: string,
): ReturnType<typeof loadFolder>['apis'][number] | undefined {
  return loadFolder(writeArtefacts(t, { ...information, [`apis/demo/${file}`]: content })).apis[0];
}

test('gateway: OpenAPI: path items may be references, have parameters of their own, and stand among extensions', (t) => {
  const limit = (type: string, required: boolean) => ({ name: 'limit', in: 'query', required, schema: { type } });
  const document = {
    openapi: '3.1.0',
    paths: {
      'x-note': 'nothing',
      '/gone': null,
      '/a': { $ref: '#/components/pathItems/a' },
      '/b': {
        parameters: [limit('string', true), { name: 'other', in: 'query' }],
        get: { parameters: [limit('integer', false)] },
      },
    },
    components: { pathItems: { a: { get: { summary: 'A' }, post: {} } } },
  };
  const operations = load(t, 'specification.json', JSON.stringify(document))?.operations ?? [];
  assert.deepEqual(
    operations.map(({ method, urlTemplate }) => `${method} ${urlTemplate}`),
    ['GET /a', 'POST /a', 'GET /b'],
  );
  assert.deepEqual(
    operations[2]?.parameters.query.map(({ name, type, required }) => [name, type, required]),
    [
      ['limit', 'integer', false],
      ['other', 'string', false],
    ],
  );
});

test('gateway: OpenAPI: YAML may merge, use one thing often, and leave out what it could say', async (t) => {
  const parameters = Array.from({ length: 150 }, (_, i) => `        - { name: n${i}, in: query, schema: *c }`);
  const document = `openapi: 3.0.3
x-shared: &shared { responses: {}, description: shared }
x-count: &c { type: integer }
paths:
  /a:
    get:
      <<: *shared
      operationId: merged
      parameters:
${parameters.join('\n')}
    <<: { post: { operationId: posted, requestBody: { content: { application/json: } } } }
  /b: { get: { operationId: 列表 } }
  /grün/{größe} x: { get: { operationId: green } }
`;
  const operations = load(t, 'specification.yaml', document)?.operations ?? [];
  assert.deepEqual(
    operations.map(({ id, parameters: { query } }) => [id, query.length]),
    [
      ['merged', 150],
      ['posted', 0],
      ['get--b', 0],
      ['green', 0],
    ],
  );
  const gateway = await startTestGateway(t, {
    inbound:
      '<return-response><set-body>@(context.Operation.Id + " " + context.Request.MatchedParameters.GetValueOrDefault("größe", ""))</set-body></return-response>',
    files: { 'apis/demo/specification.yaml': document },
  });
  assert.equal(await (await gateway.ask('/grün/5 x')).text(), 'green 5');
});

test('gateway: OpenAPI: bodies may be forms, of a range of types, and have schemas from another path', async (t) => {
  const check =
    '<validate-content unspecified-content-type-action="prevent" max-size="1024" size-exceeded-action="prevent"><content type="application/json" validate-as="json" action="prevent" /></validate-content><return-response />';
  const statuses = async (specification: string, ...requests: [path: string, type: string, body: string][]) => {
    const gateway = await startTestGateway(t, {
      inbound: check,
      files: { 'apis/demo/specification.yaml': specification },
    });
    const ask = async ([path, type, body]: (typeof requests)[number]) =>
      (await gateway.ask(path, { method: 'POST', headers: { 'content-type': type }, body })).status;
    return Promise.all(requests.map(ask));
  };
  const field = '{ name: a, in: formData, type: string }';
  assert.deepEqual(
    await statuses(
      `swagger: '2.0'
paths:
  /plain: { post: { parameters: [${field}] } }
  /file: { post: { consumes: [multipart/form-data], parameters: [${field}] } }
`,
      ['/plain', 'application/x-www-form-urlencoded', 'a=1'],
      ['/plain', 'application/json', '{}'],
      ['/file', 'multipart/form-data; boundary=x', '--x--'],
      ['/file', 'application/x-www-form-urlencoded', 'a=1'],
    ),
    [200, 400, 200, 400],
  );
  const schema = '{ type: object, required: [a] }';
  assert.deepEqual(
    await statuses(
      `openapi: 3.0.3
paths:
  /range: { post: { requestBody: { content: { 'application/*': { schema: ${schema} } } } } }
  /other: { post: { requestBody: { content: { application/json: { schema: { $ref: '#/paths/~1range/post/requestBody/content/application~1*/schema' } } } } } }
`,
      ['/range', 'application/json', '{"a":1}'],
      ['/range', 'application/json', '{}'],
      ['/range', 'text/plain', 'x'],
      ['/other', 'application/json', '{"a":1}'],
      ['/other', 'application/json', '{}'],
    ),
    [200, 400, 400, 200, 400],
  );
});

test('gateway: OpenAPI: JSON with comments is read, and what is no document is named with its line', (t) => {
  const commented = '{\n  "openapi": "3.0.0", # mine\n  "paths": { "/a": { "get": {} } },\n}';
  assert.equal(load(t, 'specification.json', commented)?.operations.length, 1);
  assert.equal(load(t, 'specification.yaml', 'openapi: 3.0.0\npaths:\n  /a:\n    get: {}\n')?.operations.length, 1);
  assert.throws(
    () => load(t, 'specification.yaml', 'openapi: 3.0.0\npaths: [\n'),
    /specification\.yaml:\d+:\d+: this is no/,
  );
  assert.throws(
    () => load(t, 'specification.yaml', 'just text'),
    /specification\.yaml:1:1: this is no OpenAPI document/,
  );
});

test('gateway: OpenAPI: the address of an API is the first server with the defaults of its variables, or host and basePath', () => {
  const variables = { region: { default: 'eu' }, path: { default: 'v1' } };
  const url = 'https://{region}.example/{path}';
  assert.equal(
    serviceUrlOf({ servers: [{ url, variables }, { url: 'https://two.example' }] }),
    'https://eu.example/v1',
  );
  assert.equal(serviceUrlOf({ host: 'old.example', basePath: '/v2', schemes: ['http'] }), 'http://old.example/v2');
  assert.equal(serviceUrlOf({ host: 'old.example' }), 'https://old.example');
  for (const none of [{}, { servers: [{ url: '/relative' }] }, { servers: [{ url: 'https://{none}' }] }])
    assert.equal(serviceUrlOf(none), undefined);
});

test('gateway: OpenAPI: paths that the query tells apart stand in x-ms-paths, servers of OpenAPI 2 in x-servers', async (t) => {
  const described = (operationId: string) => ({
    get: { operationId, responses: { 200: { content: { 'text/plain': { example: operationId } } } } },
  });
  const document = {
    swagger: '2.0',
    paths: { '/pets': described('all') },
    'x-ms-paths': { '/pets?kind=cat': described('cats') },
  };
  const gateway = await startTestGateway(t, {
    files: {
      'apis/pets/apiInformation.json': {
        properties: { displayName: 'Pets', path: 'zoo', subscriptionRequired: false },
      },
      'apis/pets/specification.json': document,
      'apis/pets/policy.xml':
        '<policies><inbound><return-response><set-body>@(context.Operation.Id)</set-body></return-response></inbound></policies>',
    },
  });
  assert.equal(await (await gateway.ask('/zoo/pets?kind=cat')).text(), 'cats');
  assert.equal(await (await gateway.ask('/zoo/pets?kind=dog')).text(), 'all');
  assert.equal(
    serviceUrlOf({ host: 'old.example', 'x-servers': [{ url: 'https://new.example' }] }),
    'https://new.example',
  );
});

test('gateway: OpenAPI: the most exact template answers, whichever stands first', async (t) => {
  const paths = [
    ...['/*', '/', '/{any}', '/{name}.json', '/list.json', "/users('{id}')"],
    ...['/files/*', '/files', '/files/{path}', '/files/{from}...{to}'],
  ];
  const document = {
    openapi: '3.0.3',
    paths: Object.fromEntries(
      paths.map((path) => [
        path,
        { get: { operationId: path, responses: { 200: { content: { 'text/plain': { example: path } } } } } },
      ]),
    ),
  };
  const gateway = await startTestGateway(t, {
    inbound: '<mock-response content-type="text/plain" />',
    files: {
      'apis/other/apiInformation.json': {
        properties: { displayName: 'O', path: 'other', subscriptionRequired: false },
      },
      'apis/other/specification.json': document,
      'apis/other/policy.xml': '<policies><inbound><mock-response content-type="text/plain" /></inbound></policies>',
    },
  });
  const answers: Record<string, string> = {
    '/x': '/{any}',
    '/x.json': '/{name}.json',
    '/list.json': '/list.json',
    '/files/a': '/files/{path}',
    '/files/a...b': '/files/{from}...{to}',
    "/users('7')": "/users('{id}')",
    '/': '/',
    '/files': '/files',
    '/files/a/b': '/files/*',
    '/x/y': '/*',
  };
  for (const [path, template] of Object.entries(answers))
    assert.equal(await (await gateway.ask(`/other${path}`)).text(), template, path);
});

test('gateway: OpenAPI: a schema keeps only the shared parts that it refers to, however they refer to each other', () => {
  const components = {
    schemas: {
      'a/b': { properties: { next: { $ref: '#/components/schemas/c' } } },
      c: { items: { $ref: '#/components/schemas/a~1b/properties/next' } },
      unused: { $ref: '#/components/schemas/c' },
    },
    responses: { unused: {} },
  };
  const schema = { $ref: '#/components/schemas/a~1b', components, definitions: { old: {} } };
  const { unused: _unused, ...used } = components.schemas;
  assert.deepEqual(withReferredParts(schema), { $ref: schema.$ref, components: { schemas: used } });
  const whole = { $ref: '#/components', components };
  assert.equal(withReferredParts(whole), whole);
  const huge = { $ref: '#/definitions/a', definitions: { a: {}, b: 'x'.repeat(5_000_000) } };
  assert.equal(withReferredParts(huge), huge);
});
