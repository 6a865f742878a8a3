import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { documentsWithTables, withTables } from './conformance-table.ts';

for (const document of await documentsWithTables()) {
  test(`conformance: the tables of ${document} are those of the tests`, async () => {
    const committed = await readFile(path.join(import.meta.dirname, '../..', document), 'utf8');
    assert.equal(committed, await withTables(document), 'run "node test/conformance/write.ts" and commit the result');
  });
}

test('conformance: the local servers are all in a table', async () => {
  const documents = await documentsWithTables();
  const texts = await Promise.all(
    documents.map((document) => readFile(path.join(import.meta.dirname, '../..', document), 'utf8')),
  );
  for (const server of ['service-bus', 'cosmos', 'functions-host', 'gateway'])
    assert.ok(
      texts.some((text) => text.includes(`<!-- conformance: local/${server} -->`)),
      `no document has a table for local/${server}`,
    );
});
