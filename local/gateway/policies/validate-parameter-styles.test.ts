import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

const policy =
  '<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent"><headers specified-parameter-action="prevent" unspecified-parameter-action="ignore" /></validate-parameters>';

/** Asks for each path, with headers perhaps, whether it is what the document describes. */
async function check(
  t: TestContext,
  specification: string,
  requests: readonly [fits: boolean, path: string, headers?: Record<string, string>][],
): Promise<void> {
  const gateway = await startTestGateway(t, {
    inbound: `${policy}<return-response />`,
    files: { 'apis/demo/specification.yaml': specification },
  });
  for (const [fits, path, headers = {}] of requests) {
    const answer = await gateway.ask(path, { headers });
    assert.equal(answer.status, fits ? 200 : 400, `${path} ${JSON.stringify(headers)} ${await answer.text()}`);
  }
}

const point =
  '{ type: object, required: [x], properties: { x: { type: integer }, y: { type: array, items: { type: integer } } } }';
const numbers = '{ type: array, items: { type: integer }, maxItems: 3 }';

test('gateway: validate-parameters: values are read in the styles of OpenAPI 3', (t) =>
  check(
    t,
    `openapi: 3.0.3
paths:
  /deep: { get: { parameters: [{ name: p, in: query, required: true, style: deepObject, explode: true, schema: ${point} }] } }
  /spread: { get: { parameters: [{ name: p, in: query, schema: ${point} }, { name: z, in: query, schema: { type: string } }] } }
  /any: { get: { parameters: [{ name: p, in: query, schema: { type: object, additionalProperties: { type: string } } }] } }
  /pairs: { get: { parameters: [{ name: p, in: query, explode: false, schema: ${point} }] } }
  /pipes: { get: { parameters: [{ name: n, in: query, style: pipeDelimited, explode: false, schema: ${numbers} }] } }
  /spaces: { get: { parameters: [{ name: n, in: query, style: spaceDelimited, explode: false, schema: ${numbers} }] } }
  /words: { get: { parameters: [{ name: w, in: query, schema: { type: array, items: { type: string, enum: ['a,b', c] } } }] } }
  /label/{n}: { get: { parameters: [{ name: n, in: path, required: true, style: label, schema: ${numbers} }] } }
  /matrix/{n}: { get: { parameters: [{ name: n, in: path, required: true, style: matrix, explode: true, schema: ${numbers} }] } }
  /one/{n}: { get: { parameters: [{ name: n, in: path, required: true, style: matrix, schema: { type: integer } }] } }
  /simple/{p}: { get: { parameters: [{ name: p, in: path, required: true, explode: true, schema: ${point} }] } }
  /header: { get: { parameters: [{ name: X-P, in: header, schema: ${point} }] } }
`,
    [
      [true, '/deep?p[x]=1&p[y]=2&p[y]=3'],
      [true, '/deep?p%5Bx%5D=1'],
      [false, '/deep?p[x]=a'],
      [false, '/deep?p[y]=1'],
      [false, '/deep'],
      [false, '/deep?p[x]=1&q[x]=1'],
      [true, '/spread?x=1&y=2&y=3&z=a'],
      [true, '/spread?z=a'],
      [false, '/spread?y=2'],
      [false, '/spread?x=1&more=1'],
      [true, '/any?whatever=1'],
      [true, '/pairs?p=x,1'],
      [false, '/pairs?p=x,a'],
      [false, '/pairs?p=x'],
      [true, '/pipes?n=1|2|3'],
      [false, '/pipes?n=1|b'],
      [false, '/pipes?n=1|2|3|4'],
      [true, '/spaces?n=1%202+3'],
      [false, '/spaces?n=1,2'],
      [true, '/words?w=a,b'],
      [true, '/words?w=a,b&w=c'],
      [false, '/words?w=a'],
      [true, '/label/.1,2'],
      [false, '/label/.1,b'],
      [true, '/matrix/;n=1;n=2'],
      [false, '/matrix/;n=1;n=b'],
      [true, '/one/;n=1'],
      [true, '/simple/x=1'],
      [false, '/simple/x=a'],
      [true, '/header', { 'x-p': 'x,1' }],
      [true, '/header', { 'x-p': '{"x":1}' }],
      [false, '/header', { 'x-p': 'y,1' }],
    ],
  ));

test('gateway: validate-parameters: values are read in the collection formats of OpenAPI 2', (t) =>
  check(
    t,
    `swagger: '2.0'
paths:
  /pipes: { get: { parameters: [{ name: n, in: query, type: array, collectionFormat: pipes, items: { type: integer } }] } }
  /tabs: { get: { parameters: [{ name: n, in: query, type: array, collectionFormat: tsv, items: { type: integer } }] } }
  /multi: { get: { parameters: [{ name: n, in: query, type: array, collectionFormat: multi, items: { type: integer } }] } }
  /plain: { get: { parameters: [{ name: n, in: query, type: array, items: { type: integer } }] } }
`,
    [
      [true, '/pipes?n=1|2'],
      [false, '/pipes?n=1,2'],
      [true, '/tabs?n=1%092'],
      [true, '/multi?n=1&n=2'],
      [true, '/plain?n=1,2'],
      [false, '/plain?n=1|2'],
    ],
  ));

test('gateway: validate-parameters: the type may be one of several, in a part of the schema, or that of an enumeration', (t) =>
  check(
    t,
    `openapi: 3.1.0
paths:
  /a:
    get:
      parameters:
        - { name: maybe, in: query, schema: { type: [integer, 'null'] } }
        - { name: either, in: query, schema: { anyOf: [{ type: integer, maximum: 9 }, { type: string, enum: ['', '77'] }] } }
        - { name: ids, in: query, schema: { type: array, items: { $ref: '#/components/schemas/Id' } } }
        - { name: whole, in: query, schema: { allOf: [{ $ref: '#/components/schemas/Id' }, { maximum: 9 }] } }
        - { name: listed, in: query, schema: { enum: [1, a] } }
        - { name: loop, in: query, schema: { $ref: '#/components/schemas/Loop' } }
        - { name: else, in: query, schema: { $ref: '#/paths/~1b/get/parameters/0/schema' } }
  /b: { get: { parameters: [{ name: x, in: query, schema: { type: boolean } }] } }
components:
  schemas:
    Id: { type: integer }
    Loop: { anyOf: [{ type: array, items: { $ref: '#/components/schemas/Loop' } }, { type: integer }] }
`,
    [
      [true, '/a?maybe=1'],
      [true, '/a?maybe=null'],
      [false, '/a?maybe=x'],
      [true, '/a?either=5'],
      [true, '/a?either=77'],
      [true, '/a?either='],
      [false, '/a?either=78'],
      [true, '/a?ids=1&ids=2'],
      [false, '/a?ids=1&ids=b'],
      [true, '/a?whole=9'],
      [false, '/a?whole=10'],
      [true, '/a?listed=1'],
      [true, '/a?listed=a'],
      [false, '/a?listed=2'],
      [true, '/a?loop=1'],
      [true, '/a?loop=1,2'],
      [false, '/a?loop=1,b'],
      [true, '/a?else=true'],
      [false, '/a?else=1'],
    ],
  ));
