import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '../../local/service-bus/config.ts';
import { documentsWithTables, withTables } from './conformance-table.ts';
import { emulatorConfig } from './emulator-config.ts';
import { policyTableGaps } from './policy-table.ts';

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

test('conformance: a test shows each attribute and element of each policy, and claims no other', async () => {
  assert.deepEqual(
    await policyTableGaps(),
    [],
    'name a test "gateway: POLICY @attribute child/grandchild: what holds" for each part that it shows',
  );
});

test('conformance: the queues for the emulators are those of the contract, and the local server takes the file', async () => {
  const file = path.join(import.meta.dirname, '../../docs/emulators/Config.json');
  const committed = await readFile(file, 'utf8');
  assert.equal(committed, emulatorConfig(), 'run "node test/conformance/write.ts" and commit the result');
  assert.ok(parseConfig(JSON.parse(committed)).length > 0);
});
