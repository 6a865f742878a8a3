import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operation, startTestGateway } from '../test-gateway.ts';
import { content, internal, policy, post, schemaFile, shown, start, type Policy } from './test-content.ts';

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
      [...bodies, '{"USERNAME":1,"userName":"a"}'].map(async (body) => (await post(gateway, body)).status),
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
