import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startTestGateway, type TestGateway } from '../test-gateway.ts';

const specification = `openapi: 3.0.3
info: { title: Things, version: "1" }
paths:
  /things:
    get:
      operationId: things-list
      responses:
        '200':
          description: ok
          headers:
            X-Total: { required: true, schema: { $ref: '#/components/schemas/Count' } }
            X-Tags: { schema: { type: array, items: { type: string, maxLength: 3 } } }
        4XX: { description: refused }
  /others:
    get:
      operationId: others-list
      responses: { default: { description: whatever } }
components:
  schemas:
    Count: { type: integer, minimum: 0 }
`;

const internal = 'The request could not be processed due to an internal error. Contact the API owner.';
const shown =
  '<set-header name="x-errors"><value>@(context.Variables.ContainsKey("errors") ? JsonConvert.SerializeObject(context.Variables["errors"]) : "[]")</value></set-header>';

/** A gateway whose backend answers with the status and headers that the request's path names. */
function start(t: TestContext, outbound: string): Promise<TestGateway> {
  return startTestGateway(t, {
    outbound: outbound + shown,
    onError: shown,
    files: { 'apis/demo/specification.yaml': specification },
    handler(incoming, outgoing) {
      const { status = '200', ...headers } = Object.fromEntries(new URL(incoming.url!, 'http://a').searchParams);
      const lists = Object.entries(headers).map(([name, value]): [string, string[]] => [name, value.split('|')]);
      outgoing.writeHead(Number(status), Object.fromEntries(lists)).end();
    },
  });
}

async function get(gateway: TestGateway, path: string): Promise<[status: number, rule: string, details: string]> {
  const answer = await gateway.ask(path);
  const text = await answer.text();
  if (answer.status === 502) assert.equal((JSON.parse(text) as { message: string }).message, internal);
  const [first] = JSON.parse(answer.headers.get('x-errors') ?? '[]') as Record<string, string>[];
  if (first) assert.deepEqual(Object.keys(first), ['Name', 'Type', 'ValidationRule', 'Details', 'Action']);
  return [
    answer.status,
    first ? `${first['Type']} ${first['ValidationRule']} ${first['Name']}` : '',
    first?.['Details'] ?? '',
  ];
}

const headers = (specified: string, unspecified: string, inner = '') =>
  `<validate-headers specified-header-action="${specified}" unspecified-header-action="${unspecified}" errors-variable-name="errors">${inner}</validate-headers>`;

test('gateway: validate-headers @specified-header-action @errors-variable-name: described headers must be there, and fit', async (t) => {
  const gateway = await start(t, headers('prevent', 'ignore'));
  const incorrect = (name: string) => `ResponseHeader IncorrectMessage ${name}`;
  assert.deepEqual(await get(gateway, '/things?x-total=3&x-more=1'), [200, '', '']);
  assert.deepEqual(await get(gateway, '/things'), [502, incorrect('X-Total'), 'Required header X-Total is missing.']);
  assert.deepEqual(await get(gateway, '/things?x-total=-1'), [
    502,
    incorrect('X-Total'),
    'Value of the header X-Total does not conform to the definition.\n\nInteger -1 is less than minimum value of 0. Line: 1, Position: 1',
  ]);
  assert.deepEqual(await get(gateway, '/things?x-total=many'), [
    502,
    incorrect('X-Total'),
    'Value of the header X-Total cannot be parsed according to the definition.\n\nCould not convert string to integer: many.',
  ]);
  assert.deepEqual(await get(gateway, '/things?x-total=1|2'), [
    ...[502, incorrect('X-Total'), 'Response cannot contain multiple values for the header X-Total.'],
  ]);
  assert.equal((await get(gateway, '/things?x-total=1&x-tags=a,b'))[0], 200);
  assert.equal((await get(gateway, '/things?x-total=1&x-tags=a|long'))[0], 502);
  assert.deepEqual(await get(gateway, '/things?status=404'), [404, '', ''], 'another answer has no such headers');
  assert.deepEqual(await get(await start(t, headers('ignore', 'ignore')), '/things'), [200, '', '']);
  assert.deepEqual((await get(await start(t, headers('detect', 'ignore')), '/things')).slice(0, 2), [
    200,
    incorrect('X-Total'),
  ]);
});

test('gateway: validate-headers @unspecified-header-action header@name header@action: other headers, but for those with an action of their own', async (t) => {
  const gateway = await start(t, headers('ignore', 'prevent', '<header name="X-Known" action="ignore" />'));
  assert.deepEqual(await get(gateway, '/things?x-total=1&x-known=1'), [200, '', '']);
  const refused = [502, 'ResponseHeader Unspecified x-more', 'Unspecified header x-more is not allowed.'];
  assert.deepEqual(await get(gateway, '/things?x-more=1'), refused);
  const named = await start(
    t,
    headers('ignore', 'ignore', '<header name="x-total" action="prevent" /><header name="server" action="prevent" />'),
  );
  assert.equal((await get(named, '/things?x-more=1&x-total=1'))[0], 200);
  assert.equal((await get(named, '/things'))[0], 502, 'described, and missing');
  assert.equal((await get(named, '/things?x-total=1&server=a'))[1], 'ResponseHeader Unspecified server');
});

const code = (action: string, inner = '') =>
  `<validate-status-code unspecified-status-code-action="${action}" errors-variable-name="errors">${inner}</validate-status-code>`;

test('gateway: validate-status-code @unspecified-status-code-action @errors-variable-name: a status that the API does not describe', async (t) => {
  const gateway = await start(t, code('prevent'));
  assert.deepEqual(await get(gateway, '/things'), [200, '', '']);
  assert.deepEqual(await get(gateway, '/things?status=409'), [409, '', ''], 'its class is described');
  const found = ['StatusCode Unspecified 500', 'Response status code 500 is not allowed.'];
  assert.deepEqual(await get(gateway, '/things?status=500'), [502, ...found]);
  assert.deepEqual(await get(gateway, '/others?status=500'), [500, '', ''], 'every status is described');
  assert.deepEqual(await get(await start(t, code('detect')), '/things?status=500'), [500, ...found]);
  assert.deepEqual(await get(await start(t, code('ignore')), '/things?status=500'), [500, '', '']);
});

test('gateway: validate-status-code status-code@code status-code@action: a status with an action of its own, if it is not described', async (t) => {
  const inner = '<status-code code="503" action="ignore" /><status-code code="404" action="prevent" />';
  const gateway = await start(t, code('prevent', inner));
  const statuses = ['503', '500', '404'].map(async (status) => (await get(gateway, `/things?status=${status}`))[0]);
  assert.deepEqual(await Promise.all(statuses), [503, 502, 404]);
});

test('gateway: load errors: attributes of validate-headers and validate-status-code that cannot be', async (t) => {
  await assert.rejects(
    start(t, headers('refuse', 'ignore')),
    /"specified-header-action" of <validate-headers> is one of/,
  );
  await assert.rejects(
    start(t, headers('ignore', 'ignore') + headers('ignore', 'ignore')),
    /4:\d+: <validate-headers> may stand only once/,
  );
  await assert.rejects(
    start(t, code('ignore', '<status-code code="abc" action="ignore" />')),
    /"code" of <status-code> is a whole number/,
  );
  await assert.rejects(
    start(t, code('ignore', '<status-code code="500" />')),
    /<status-code> needs the attribute "action"/,
  );
  const inbound = startTestGateway(t, { inbound: headers('ignore', 'ignore') });
  await assert.rejects(inbound, /<validate-headers> may not stand in inbound, only in outbound, on-error/);
});
