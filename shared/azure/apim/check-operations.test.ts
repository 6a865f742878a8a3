import assert from 'node:assert/strict';
import { test } from 'node:test';
import { health } from '../../contract/health.ts';
import type { Operation } from '../../contract/operation.ts';
import { parseManifest } from '../../migration/manifest.ts';
import { ArtefactError } from './errors.ts';
import { generateApim } from './generate-apim.ts';

type Named = Pick<Operation, 'id' | 'path'> & Partial<Operation>;

function problems(named: readonly Named[], openapi?: string): readonly string[] {
  const operations = named.map((one): Operation => ({ ...health, ...one }));
  try {
    generateApim({ operations, manifest: parseManifest('', operations), openapi, tier: 'Developer' });
  } catch (error) {
    assert.ok(error instanceof ArtefactError);
    return error.problems;
  }
  return [];
}

test('nested paths, several parameters, trailing slashes and ids with dots, hyphens and capitals are taken', () => {
  const operations: Operation[] = [
    { ...health, id: 'Shops.order-lines.get_one', path: '/shops/{shopId}/orders/{order-id}/lines/{line_no}' },
    { ...health, id: 'shops.orders.list', path: '/shops/{shopId}/orders/' },
    { ...health, id: 'files', path: '/files/{name}.{kind}' },
    { ...health, id: 'root', path: '/' },
  ];
  const artefacts = generateApim({
    operations,
    manifest: parseManifest('', operations),
    openapi: undefined,
    tier: 'Developer',
  });
  const information = artefacts.get('apis/exchange-v1/operations/shops-order-lines-get-one/operationInformation.json');
  const { properties } = JSON.parse(information ?? '{}') as {
    properties: { urlTemplate: string; templateParameters: { name: string }[] };
  };
  assert.equal(properties.urlTemplate, '/shops/{shopId}/orders/{order-id}/lines/{line_no}');
  assert.deepEqual(
    properties.templateParameters.map(({ name }) => name),
    ['shopId', 'order-id', 'line_no'],
  );
  assert.ok(artefacts.has('namedValues/route-Shops-order-lines-get_one/namedValueInformation.json'));
});

for (const id of ['größe.lesen', 'a b', '.a', 'a..b', 'a"b', 'a,b', '日本', ''])
  test(`the id ${JSON.stringify(id)} is refused by name`, () => {
    assert.ok(
      problems([{ id, path: '/a' }]).some((one) => one.startsWith(`"${id}" cannot name an operation: use letters`)),
    );
  });

test('an id that is too long is refused by name', () => {
  const id = `a${'.b'.repeat(38)}`;
  assert.deepEqual(problems([{ id, path: '/a' }]), [`${id} is too long to name an operation: 76 characters at most`]);
});

test('operations that would overwrite each other are refused by name', () => {
  const two = (first: Named, second: Named) => problems([first, second]);
  assert.deepEqual(two({ id: 'a.b', path: '/1' }, { id: 'a-b', path: '/2' }), [
    'a.b and a-b have the same resource name, a-b: rename one of them',
    'a.b and a-b have the same switch, route-a-b: rename one of them',
  ]);
  assert.deepEqual(two({ id: 'a_b', path: '/1' }, { id: 'A.B', path: '/2' }), [
    'a_b and A.B have the same resource name, a-b: rename one of them',
  ]);
  assert.deepEqual(two({ id: 'one', path: '/things/{id}' }, { id: 'two', path: '/Things/{name}/' }), [
    'one and two have the same method and path, GET /things/{}: rename one of them',
  ]);
  assert.deepEqual(two({ id: 'one', path: '/things/{id}' }, { id: 'two', path: '/things/{id}', method: 'PUT' }), []);
});

for (const path of ['things', '/a b', '/{}', '/{a', '/a?b=c', '/{a}/{b{c}}', '/<a>'])
  test(`the path ${path} is refused by name`, () => {
    assert.deepEqual(problems([{ id: 'one', path }]), [
      `one: "${path}" is no path: begin with "/" and write parameters as {name}`,
    ]);
  });

test('a parameter that stands twice in a path is refused by name', () => {
  assert.deepEqual(problems([{ id: 'one', path: '/{a}/{b}/{a}' }]), [
    'one: "/{a}/{b}/{a}" has the parameter {a} twice',
  ]);
});

const document = (paths: object, servers?: object[]) => JSON.stringify({ openapi: '3.0.3', servers, paths });
const generated = 'run "npm run generate" to write the document again';

test('what stands beside the methods of a path is no operation', () => {
  const item = { summary: 'One', parameters: [{ name: 'id', in: 'path' }], 'x-note': {}, get: { operationId: 'one' } };
  assert.deepEqual(problems([{ id: 'one', path: '/a/{id}' }], document({ '/a/{id}': item }, [{ url: '/' }])), []);
});

test('an operation of the document without an id is refused by name', () => {
  assert.deepEqual(problems([{ id: 'one', path: '/a' }], document({ '/a': { get: {} } })), [
    'the OpenAPI document lacks GET /a (one)',
    'GET /a has no operationId in the OpenAPI document: operations are named for it',
    generated,
  ]);
});

for (const url of ['https://api.example/base', '/base/', 'https://{region}.example/base'])
  test(`the server ${url} is refused by name: an import would drop its path`, () => {
    assert.deepEqual(
      problems([{ id: 'one', path: '/a' }], document({ '/a': { get: { operationId: 'one' } } }, [{ url }])),
      [
        `the server "${url}" of the OpenAPI document has a path, which its import drops: write "/base" into the paths`,
        generated,
      ],
    );
  });

for (const text of ['openapi: 3.0.3', '', '7', 'null'])
  test(`${JSON.stringify(text)} is no document`, () => {
    assert.match(problems([{ id: 'one', path: '/a' }], text)[0]!, /^the OpenAPI document is no JSON/);
  });
