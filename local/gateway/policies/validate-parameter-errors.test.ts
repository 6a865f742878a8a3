import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operation, startTestGateway } from '../test-gateway.ts';

const specification = `openapi: 3.0.3
info: { title: Things, version: "1" }
paths:
  /things/{id}:
    get:
      operationId: things-get
      parameters:
        - { name: id, in: path, required: true, schema: { type: string, pattern: '^t_[0-9]+$' } }
        - { name: limit, in: query, schema: { type: integer, maximum: 9 } }
        - { name: tags, in: query, schema: { type: array, items: { type: integer }, maxItems: 2 } }
        - { name: filter, in: query, content: { application/json: { schema: { type: object, required: [a] } } } }
        - { name: X-Since, in: header, schema: { type: string, format: date } }
      responses: { '200': { description: ok } }
`;

const files = {
  'apis/demo/specification.yaml': specification,
  // What extracts hold beside the specification says less than it.
  'apis/demo/operations/things-get/operationInformation.json': operation('GET', '/things/{id}', {
    templateParameters: [{ name: 'id', type: 'string', required: true }],
  }),
};

test('gateway: validate-parameters: values against their schemas, with the errors that API Management documents', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent" errors-variable-name="e"><headers specified-parameter-action="prevent" unspecified-parameter-action="ignore"><parameter name="Referer" action="prevent" /></headers></validate-parameters>',
    onError:
      '<set-header name="x-errors"><value>@(JsonConvert.SerializeObject(context.Variables["e"]))</value></set-header>',
    files,
  });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await gateway.ask(path, { headers: { 'x-since': '2026-01-01', ...headers } });
    const { message } = (await answer.json()) as { message?: string };
    const [first] = JSON.parse(answer.headers.get('x-errors') ?? '[]') as Record<string, string>[];
    return [
      answer.status,
      first && `${first['Type']} ${first['ValidationRule']} ${first['Name']}`,
      message?.replace('\n\n', ' '),
    ];
  };
  const differs = (what: string, problem: string) =>
    `The value of the ${what} does not conform to the definition. ${problem} Line: 1, Position: 1`;
  const unparsed = (what: string, problem: string) =>
    `Value of the ${what} couldn't be parsed according to the definition. ${problem}`;
  const cases: [
    path: string,
    found: string | undefined,
    message: string | undefined,
    headers?: Record<string, string>,
  ][] = [
    ['/things/t_1?limit=9&tags=1,2&filter={"a":1}', undefined, undefined],
    ['/things/t_1?tags=1&tags=2', undefined, undefined],
    [
      '/things/x_1',
      'PathParameter IncorrectMessage id',
      differs('path parameter id', "String 'x_1' does not match regex pattern '^t_[0-9]+$'."),
    ],
    [
      '/things/t_1?limit=10',
      'QueryParameter IncorrectMessage limit',
      differs('query parameter limit', 'Integer 10 exceeds maximum value of 9.'),
    ],
    [
      '/things/t_1?limit=ten',
      'QueryParameter IncorrectMessage limit',
      unparsed('query parameter limit', 'Could not convert string to integer: ten.'),
    ],
    [
      '/things/t_1?limit=1&limit=2',
      'QueryParameter IncorrectMessage limit',
      'Request cannot contain multiple values for the query parameter limit.',
    ],
    [
      '/things/t_1?tags=1,2,3',
      'QueryParameter IncorrectMessage tags',
      differs('query parameter tags', 'Array item count 3 exceeds maximum count of 2.'),
    ],
    [
      '/things/t_1?filter={}',
      'QueryParameter IncorrectMessage filter',
      differs('query parameter filter', 'Required properties are missing from object: a.'),
    ],
    ['/things/t_1?more=1', 'QueryParameter Unspecified more', 'Unspecified query parameter more is not allowed.'],
    [
      '/things/t_1',
      'RequestHeader IncorrectMessage X-Since',
      differs('header X-Since', "String 'today' does not validate against format 'date'."),
      { 'x-since': 'today' },
    ],
    // The client names the page it comes from: one of the headers that count only when the policy names them.
    [
      '/things/t_1',
      'RequestHeader Unspecified referer',
      'Unspecified header referer is not allowed.',
      { referer: 'http://a/' },
    ],
  ];
  for (const [path, found, message, headers] of cases)
    assert.deepEqual(await ask(path, headers), [found === undefined ? 200 : 400, found, message], path);
});

test('gateway: load errors: validate-parameters twice in a section', async (t) => {
  const one = '<validate-parameters specified-parameter-action="ignore" unspecified-parameter-action="ignore" />';
  const inbound = `${one}<choose><when condition="@(true)">${one}</when></choose>`;
  await assert.rejects(
    startTestGateway(t, { inbound }),
    /2:\d+: <validate-parameters> may stand only once in a section/,
  );
});
