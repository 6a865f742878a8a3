import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { operation, startTestGateway, type TestGateway } from '../test-gateway.ts';

const specification = `openapi: 3.0.3
info: { title: Things, version: "1" }
paths:
  /things:
    post:
      operationId: things-create
      requestBody:
        content:
          application/json: { schema: { $ref: '#/components/schemas/Thing' } }
          application/merge+json: { schema: { type: object, title: Part } }
          application/plain+json: {}
      responses:
        '200':
          description: ok
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
        4XX:
          description: refused
          content: { application/problem+json: { schema: { type: object, required: [title] } } }
components:
  schemas:
    Thing: { type: object, required: [name], properties: { name: { type: string }, size: { type: integer } } }
`;

const internal = 'The request could not be processed due to an internal error. Contact the API owner.';
const json = 'application/json';

interface Policy {
  unspecified?: string;
  size?: string;
  exceeded?: string;
  inner?: string;
}

function policy({ unspecified = 'ignore', size = '1000', exceeded = 'prevent', inner = '' }: Policy): string {
  return `<validate-content unspecified-content-type-action="${unspecified}" max-size="${size}" size-exceeded-action="${exceeded}" errors-variable-name="errors">${inner}</validate-content>`;
}

const content = (attributes: string) => `<content ${attributes} />`;
const shown =
  '<set-header name="x-errors"><value>@(context.Variables.ContainsKey("errors") ? JsonConvert.SerializeObject(context.Variables["errors"]) : "[]")</value></set-header>';

function start(t: TestContext, inbound: Policy, files: Record<string, string | object> = {}): Promise<TestGateway> {
  return startTestGateway(t, {
    inbound: policy(inbound),
    outbound: shown,
    onError: shown,
    files: { 'apis/demo/specification.yaml': specification, ...files },
  });
}

interface Answer {
  status: number;
  message: string;
  errors: Record<string, string>[];
}

async function post(
  gateway: TestGateway,
  body: string | Buffer | ReadableStream,
  headers: object = {},
): Promise<Answer> {
  const sent = { 'content-type': json, ...headers };
  const init = { method: 'POST', body, headers: sent, duplex: 'half' } as RequestInit;
  const answer = await gateway.ask('/things', init);
  const { message = '' } = (await answer.json()) as { message?: string };
  const errors = JSON.parse(answer.headers.get('x-errors') ?? '[]') as Record<string, string>[];
  return { status: answer.status, message, errors };
}

const schemaFile = (document: object) => ({ properties: { schemaType: 'json', document } });

test('gateway: validate-content @max-size @size-exceeded-action: a body that is too large, by its declared length or as it comes', async (t) => {
  const gateway = await start(t, { size: '10' });
  assert.equal((await post(gateway, '0123456789')).status, 200);
  const stream = () => new Blob(['0123456789a']).stream();
  for (const body of ['0123456789a', stream()]) {
    const { status, message, errors } = await post(gateway, body);
    assert.equal(status, 400);
    assert.equal(message, "Request's body is 11 bytes long and it exceeds the limit of 10 bytes.");
    const details = "Request's body is 11 bytes long and it exceeds the configured limit of 10 bytes.";
    const error = { Name: '', Type: 'RequestBody', ValidationRule: 'SizeLimit', Details: details, Action: 'prevent' };
    assert.deepEqual(errors, [error]);
  }
  const ignoring = await start(t, { size: '10', exceeded: 'ignore' });
  assert.deepEqual(await post(ignoring, '0123456789a'), { status: 200, message: '', errors: [] });
  const detecting = await start(t, { size: '10', exceeded: 'detect' });
  const detected = await post(detecting, '0123456789a');
  assert.deepEqual([detected.status, detected.errors[0]?.['Action']], [200, 'detect']);
});

test('gateway: validate-content @max-size: a compressed body counts as it was before, and is not expanded without end', async (t) => {
  const gateway = await start(t, { size: '1000' });
  const gzip = { 'content-encoding': 'gzip' };
  assert.equal((await post(gateway, gzipSync('x'.repeat(1000)), gzip)).status, 200);
  assert.match((await post(gateway, gzipSync('x'.repeat(1001)), gzip)).message, /is 1001 bytes long/);
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
  assert.match((await post(gateway, bomb, gzip)).message, /is more than 4194304 bytes long/);
});

test('gateway: validate-content @unspecified-content-type-action: a type that the API does not describe', async (t) => {
  for (const [unspecified, status] of [
    ['prevent', 400],
    ['detect', 200],
    ['ignore', 200],
  ] as const) {
    const gateway = await start(t, { unspecified });
    assert.deepEqual(await post(gateway, '{}', { 'content-type': 'Application/JSON; charset=utf-8' }), {
      ...{ status: 200, message: '', errors: [] },
    });
    const answer = await post(gateway, 'name', { 'content-type': 'text/plain; charset=utf-8' });
    const details = 'Unspecified content type text/plain is not allowed.';
    assert.deepEqual([answer.status, answer.message], [status, status === 400 ? details : '']);
    const error = { Name: 'text/plain', Type: 'RequestBody', ValidationRule: 'Unspecified', Details: details };
    assert.deepEqual(answer.errors, unspecified === 'ignore' ? [] : [{ ...error, Action: unspecified }]);
  }
});

test('gateway: validate-content @errors-variable-name: expressions walk over the errors, and on-error sees the first', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: policy({ inner: content('validate-as="json" action="prevent"') }),
    onError: `<return-response><set-status code="422" /><set-body>@{
      var first = ((IEnumerable<object>)context.Variables["errors"]).First();
      var names = ((IEnumerable<object>)context.Variables["errors"]).Select(e => e.ValidationRule + " of " + e.Name);
      return context.LastError.Source + "|" + context.LastError.Reason + "|" + context.LastError.Message + "|" + string.Join(",", names)
        + "|" + (string)JObject.FromObject(first)["Type"];
    }</set-body></return-response>`,
    files: { 'apis/demo/specification.yaml': specification },
  });
  const answer = await gateway.ask('/things', {
    ...{ method: 'POST', body: '{\n "size": "big" }', headers: { 'content-type': json } },
  });
  const [source, reason, message, rules, type] = (await answer.text()).split('|');
  assert.deepEqual([answer.status, source, reason, type], [422, 'validate-content', 'Bad request', 'RequestBody']);
  assert.equal(rules, 'IncorrectMessage of application/json,IncorrectMessage of application/json');
  assert.equal(
    message,
    'Body of the request does not conform to the definition Thing, which is associated with the content type application/json.\n\nRequired properties are missing from object: name. Line: 1, Position: 1',
  );
});

test('gateway: validate-content content@type content@validate-as content@action: JSON against the schema of the operation', async (t) => {
  const rule = (action: string) => content(`type="application/json" validate-as="json" action="${action}"`);
  const gateway = await start(t, { inner: rule('prevent') });
  assert.equal((await post(gateway, '{"name":"a"}')).status, 200);
  const refused = await post(gateway, '{"name":"a",\n "size":1.5}');
  assert.equal(refused.status, 400);
  assert.match(refused.message, /Invalid type\. Expected Integer but got Number\. Line: 2, Position: 9$/);
  const broken = await post(gateway, '{');
  assert.deepEqual(
    [broken.status, broken.message, broken.errors[0]?.['ValidationRule']],
    [400, internal, 'ValidationException'],
  );
  assert.match(broken.errors[0]?.['Details'] ?? '', /^Body of the request cannot be validated for the content type/);
  assert.equal((await post(gateway, '[]', { 'content-type': 'application/merge+json' })).status, 200, 'another type');
  const detected = await post(await start(t, { inner: rule('detect') }), '{}');
  assert.deepEqual([detected.status, detected.errors.length], [200, 1]);
  assert.deepEqual(await post(await start(t, { inner: rule('ignore') }), '{}'), {
    status: 200,
    message: '',
    errors: [],
  });
});

test('gateway: validate-content content@validate-as: without a type a rule is for every type that the API describes', async (t) => {
  const inner = `${content('validate-as="json" action="prevent"')}${content('type="application/merge+json" validate-as="json" action="detect"')}`;
  const gateway = await start(t, { inner });
  assert.equal((await post(gateway, '[]')).status, 400);
  const exact = await post(gateway, '[]', { 'content-type': 'application/merge+json' });
  assert.deepEqual([exact.status, exact.errors[0]?.['Action']], [200, 'detect'], 'the rule for the very type alone');
  assert.match(exact.errors[0]?.['Details'] ?? '', /the definition Part, /);
  assert.equal((await post(gateway, '[]', { 'content-type': 'text/plain' })).status, 200);
  const bare = await post(gateway, '[]', { 'content-type': 'application/plain+json' });
  assert.deepEqual([bare.status, bare.message, bare.errors[0]?.['Type']], [400, internal, 'ApiSchema']);
});

test('gateway: validate-content content@validate-as: answers, by status; their faults are not told', async (t) => {
  const bodies: Record<string, [status: number, type: string, body: string]> = {
    good: [200, json, '{"name":"a"}'],
    bad: [200, json, '{}'],
    problem: [404, 'application/problem+json', '{"title":"t"}'],
    untitled: [404, 'application/problem+json', '{}'],
    other: [200, 'text/html', '<p>'],
    long: [200, json, `{"name":"${'a'.repeat(1000)}"}`],
    empty: [204, '', ''],
  };
  const gateway = await startTestGateway(t, {
    outbound: policy({ unspecified: 'prevent', inner: content('validate-as="json" action="prevent"') }),
    files: { 'apis/demo/specification.yaml': specification },
    handler(incoming, outgoing) {
      const [status, type, body] = bodies[String(incoming.headers['x-case'])]!;
      outgoing.writeHead(status, type === '' ? {} : { 'content-type': type }).end(body === '' ? undefined : body);
    },
  });
  const ask = async (name: string) => {
    const answer = await gateway.ask('/things', { method: 'POST', headers: { 'x-case': name } });
    const text = await answer.text();
    return answer.status === 502 ? `502 ${(JSON.parse(text) as { message: string }).message}` : answer.status;
  };
  const answers: Record<string, number | string> = {};
  for (const name of Object.keys(bodies)) answers[name] = await ask(name);
  const refused = `502 ${internal}`;
  assert.deepEqual(answers, {
    ...{ good: 200, bad: refused, problem: 404, untitled: refused, other: refused, long: refused, empty: 204 },
  });
});

test('gateway: validate-content content-type-map@missing-content-type-value content-type-map/type@from content-type-map/type@to: a body is checked as another type', async (t) => {
  const map =
    '<content-type-map missing-content-type-value="application/json"><type from="application/hal+json" to="application/json" /></content-type-map>';
  const rule = content('type="application/json" validate-as="json" action="prevent"');
  const gateway = await start(t, { unspecified: 'prevent', inner: map + rule });
  const untyped = (body: string) => post(gateway, Buffer.from(body), { 'content-type': '' });
  assert.deepEqual([(await untyped('{"name":"a"}')).status, (await untyped('{}')).status], [200, 400]);
  const hal = { 'content-type': 'application/HAL+json; profile=x' };
  assert.deepEqual(
    [(await post(gateway, '{"name":"a"}', hal)).status, (await post(gateway, '{}', hal)).status],
    [200, 400],
  );
  assert.match(
    (await post(gateway, '{}', { 'content-type': 'text/plain' })).message,
    /^Unspecified content type text\/plain/,
  );
});

test('gateway: validate-content content-type-map@any-content-type-value content-type-map/type@when: every body as one type, but for those of a condition', async (t) => {
  const map =
    '<content-type-map any-content-type-value="application/json" missing-content-type-value="text/plain"><type when="@(context.Request.Headers.GetValueOrDefault("x-part","") == "yes")" to="application/merge+json" /></content-type-map>';
  const rules = `${content('type="application/json" validate-as="json" action="prevent"')}${content('type="application/merge+json" validate-as="json" action="prevent"')}`;
  const gateway = await start(t, { unspecified: 'prevent', inner: map + rules });
  const status = async (body: string, headers: object) => (await post(gateway, Buffer.from(body), headers)).status;
  for (const type of ['text/plain', '']) {
    const headers = { 'content-type': type };
    assert.deepEqual([await status('{"name":"a"}', headers), await status('{}', headers)], [200, 400]);
    assert.equal(await status('{}', { ...headers, 'x-part': 'yes' }), 200);
  }
});

test('gateway: validate-content content@schema-id content@schema-ref: schemas of the service, which refer to each other', async (t) => {
  const files = {
    'schemas/order/schemaInformation.json': schemaFile({
      type: 'object',
      required: ['id', 'address'],
      properties: {
        id: { type: 'string', format: 'uuid' },
        address: { $ref: '/schemas/parts#/components/schemas/address' },
      },
    }),
    'schemas/parts/schemaInformation.json': schemaFile({
      components: {
        schemas: { address: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } } },
      },
    }),
  };
  const order = await start(
    t,
    {
      unspecified: 'prevent',
      inner: content('type="text/order" validate-as="json" action="prevent" schema-id="order"'),
    },
    files,
  );
  const type = { 'content-type': 'text/order' };
  const id = '0198c0de-0000-7000-8000-000000000000';
  assert.equal((await post(order, JSON.stringify({ id, address: { city: 'a' } }), type)).status, 200);
  const refused = await post(order, JSON.stringify({ id, address: {} }), type);
  assert.match(refused.message, /to the definition order, [^]*missing from object: city\. Line: 1, Position: 56$/);
  assert.equal((await post(order, JSON.stringify({ id: 'x', address: { city: 'a' } }), type)).status, 400);
  const place = 'validate-as="json" action="prevent" schema-id="parts" schema-ref="#/components/schemas/address"';
  const address = await start(t, { inner: content(`type="application/json" ${place}`) }, files);
  assert.equal((await post(address, '{"city":"a"}')).status, 200);
  assert.match((await post(address, '{}')).message, /to the definition address, /);
});

test('gateway: validate-content content@allow-additional-properties: overrides what the schema says', async (t) => {
  const base = { type: 'object', properties: { a: { type: 'object', properties: { b: {} } } } };
  const files = {
    'schemas/open/schemaInformation.json': schemaFile({ ...base, additionalProperties: { type: 'string' } }),
    'schemas/closed/schemaInformation.json': schemaFile({ ...base, additionalProperties: false }),
    'schemas/joined/schemaInformation.json': schemaFile({
      allOf: [{ $ref: '#/definitions/base' }, { properties: { c: {} } }],
      definitions: { base },
    }),
  };
  const rule = (id: string, allow?: boolean) =>
    content(
      `type="application/json" validate-as="json" action="prevent" schema-id="${id}"${allow === undefined ? '' : ` allow-additional-properties="${allow}"`}`,
    );
  const cases = ['{"a":{"b":1}}', '{"x":"1"}', '{"a":{"x":1}}', '{"a":{},"c":1}'];
  const statuses = async (id: string, allow?: boolean) => {
    const gateway = await start(t, { inner: rule(id, allow) }, files);
    return Promise.all(cases.map(async (body) => (await post(gateway, body)).status));
  };
  assert.deepEqual(await statuses('open'), [200, 200, 200, 400]);
  assert.deepEqual(await statuses('open', false), [200, 400, 400, 400]);
  assert.deepEqual(await statuses('closed'), [200, 400, 200, 400]);
  assert.deepEqual(await statuses('closed', true), [200, 200, 200, 200]);
  assert.deepEqual(await statuses('joined', false), [200, 400, 400, 200]);
});

test('gateway: validate-content content@case-insensitive-property-names: names are told apart by case, or not', async (t) => {
  const document = {
    type: 'object',
    required: ['userName'],
    properties: { userName: { type: 'string' } },
    patternProperties: { '^x-': { type: 'integer' } },
    additionalProperties: false,
  };
  const files = { 'schemas/user/schemaInformation.json': schemaFile(document) };
  const statuses = async (ignore: boolean) => {
    const rule = `type="application/json" validate-as="json" action="prevent" schema-id="user" case-insensitive-property-names="${ignore}"`;
    const gateway = await start(t, { inner: content(rule) }, files);
    const bodies = [
      '{"userName":"a"}',
      '{"USERNAME":"a"}',
      '{"USERNAME":1}',
      '{"username":"a","X-a":1}',
      '{"username":"a","Z":1}',
    ];
    return Promise.all(
      [...bodies, '{"userName":"a","USERNAME":1}'].map(async (body) => (await post(gateway, body)).status),
    );
  };
  assert.deepEqual(await statuses(false), [200, 400, 400, 400, 400, 400]);
  assert.deepEqual(await statuses(true), [200, 200, 400, 200, 400, 400]);
});

test("gateway: validate-content content@validate-as: the API's own schemas, as the resource manager keeps them", async (t) => {
  const representation = (typeName: string, schemaId = 'all') => ({
    contentType: `${typeName.toLowerCase()}/json`,
    schemaId,
    typeName,
  });
  const document = { components: { schemas: { Thing: { type: 'object', required: ['name'] } } } };
  const gateway = await startTestGateway(t, {
    inbound: policy({ unspecified: 'prevent', inner: content('validate-as="json" action="prevent"') }),
    onError: shown,
    files: {
      'apis/demo/operations/things/operationInformation.json': operation('POST', '/things', {
        request: {
          representations: [
            representation('Thing'),
            representation('Other'),
            representation('Lost', 'none'),
            representation('Blank', 'blank'),
          ],
        },
      }),
      'apis/demo/schemas/all/schemaInformation.json': {
        properties: { contentType: 'application/vnd.oai.openapi.components+json', document },
      },
      'apis/demo/schemas/blank/apiSchemaInformation.json': { properties: { contentType: 'x', document: {} } },
    },
  });
  const ask = async (type: string, body: string) => {
    const { status, errors } = await post(gateway, body, { 'content-type': `${type}/json` });
    const [first = {}] = errors;
    return [status, first['Name'], first['Type'], first['ValidationRule'], first['Details']?.split('\n')[0]];
  };
  assert.deepEqual(await ask('thing', '{"name":1}'), [200, undefined, undefined, undefined, undefined]);
  const text = (name: string) =>
    `Body of the request does not conform to the definition ${name}, which is associated with the content type thing/json.`;
  assert.deepEqual(await ask('thing', '{}'), [400, 'thing/json', 'RequestBody', 'IncorrectMessage', text('Thing')]);
  const missing =
    "API's schema does not contain definition Other, which is associated with the content type other/json.";
  assert.deepEqual(await ask('other', '{}'), [400, 'other/json', 'RequestBody', 'MissingDefinition', missing]);
  const lost = "API's schema does not exist or it could not be resolved.";
  assert.deepEqual(await ask('lost', '{}'), [400, '', 'ApiSchema', '', lost]);
  assert.deepEqual(await ask('blank', '{}'), [400, '', 'ApiSchema', '', "API's schema does not specify definitions."]);
});

test('gateway: validate-content content@validate-as: a check that does not end is given up, and the next one goes on', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: policy({ inner: content('type="application/json" validate-as="json" action="prevent" schema-id="slow"') }),
    onError: shown,
    validationPatience: 1000,
    files: { 'schemas/slow/schemaInformation.json': schemaFile({ type: 'string', pattern: '^(a+)+$' }) },
  });
  const [slow, quick] = await Promise.all([post(gateway, `"${'a'.repeat(60)}!"`), post(gateway, '"aaa"')]);
  assert.deepEqual([slow.status, slow.message, quick.status], [400, internal, 200]);
  assert.match(slow.errors[0]?.['Details'] ?? '', /It took longer than 1000 ms\.$/);
});

const wrong: readonly [what: string, policy: Policy, problem: RegExp][] = [
  [
    'max-size above 4 MiB',
    { size: '4194305' },
    /policy\.xml:2:\d+: "max-size" of <validate-content> is a whole number from 0 to 4194304/,
  ],
  [
    'an action that is none',
    { exceeded: 'refuse' },
    /2:\d+: "size-exceeded-action" of <validate-content> is one of ignore, prevent, detect/,
  ],
  [
    'an engine that is none',
    { inner: content('validate-as="yaml" action="prevent"') },
    /"validate-as" of <content> is one of json, xml, soap, not "yaml"/,
  ],
  [
    'an engine by an expression',
    { inner: content('validate-as="@("json")" action="prevent"') },
    /"validate-as" of <content> takes no expression/,
  ],
  [
    'SOAP of a type that is none',
    { inner: content('type="application/xml" validate-as="soap" action="prevent"') },
    /validate-as="soap" is for the types application\/soap\+xml and text\/xml/,
  ],
  [
    'a schema that is not there',
    { inner: content('validate-as="json" action="prevent" schema-id="none"') },
    /2:\d+: there is no schema "none"/,
  ],
  [
    'a schema of the other format',
    { inner: content('validate-as="xml" action="prevent" schema-id="thing"') },
    /the schema "thing" is JSON, not XML/,
  ],
  [
    'a part of a schema that is not there',
    { inner: content('validate-as="json" action="prevent" schema-id="thing" schema-ref="#/a/b"') },
    /"#\/a\/b" leads to no JSON object in the schema/,
  ],
  [
    'a part of no schema',
    { inner: content('validate-as="json" action="prevent" schema-ref="#/a"') },
    /"schema-ref" of <content> needs "schema-id"/,
  ],
  [
    'a part of XML',
    { inner: content('validate-as="xml" action="prevent" schema-ref="#/a"') },
    /"schema-ref" of <content> is for validate-as="json"/,
  ],
  [
    'additional properties of XML',
    { inner: content('validate-as="xml" action="prevent" allow-additional-properties="true"') },
    /"allow-additional-properties" of <content> is for validate-as="json"/,
  ],
  [
    'a boolean that is none',
    { inner: content('validate-as="json" action="prevent" case-insensitive-property-names="yes"') },
    /"case-insensitive-property-names" of <content> is true or false, not "yes"/,
  ],
  [
    'a type from and when',
    { inner: '<content-type-map><type from="a/b" when="@(true)" to="c/d" /></content-type-map>' },
    /<type> has either "from" or "when"/,
  ],
  [
    'a type to nothing',
    { inner: '<content-type-map><type from="a/b" /></content-type-map>' },
    /<type> needs the attribute "to"/,
  ],
  [
    'a type of an expression',
    { inner: '<content-type-map any-content-type-value="@("a/b")" />' },
    /"any-content-type-value" of <content-type-map> takes no expression/,
  ],
];

test('gateway: load errors: attributes of validate-content that cannot be, with file and line', async (t) => {
  const files = { 'schemas/thing/schemaInformation.json': schemaFile({}) };
  for (const [what, inbound, problem] of wrong) await assert.rejects(start(t, inbound, files), problem, what);
  const noDocument = { 'schemas/thing/schemaInformation.json': { properties: { schemaType: 'json' } } };
  await assert.rejects(
    start(t, {}, noDocument),
    /thing\/schemaInformation\.json:1:1: the schema "thing" has no JSON object/,
  );
});
