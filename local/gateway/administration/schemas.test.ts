import assert from 'node:assert/strict';
import { test } from 'node:test';
import { group, startAdministration } from './test-administration.ts';

const xml = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" />';

test("gateway: administration: the service's schemas are listed and read", async (t) => {
  const { client } = await startAdministration(t, {
    files: {
      'schemas/order/schemaInformation.json': {
        properties: { schemaType: 'json', description: 'An order', document: { type: 'object' } },
      },
      'schemas/parts/schemaInformation.json': { properties: { schemaType: 'xml', value: xml } },
    },
  });
  const listed = [];
  for await (const { name, schemaType } of client.globalSchema.listByService(...group)) listed.push([name, schemaType]);
  assert.deepEqual(listed, [
    ['order', 'json'],
    ['parts', 'xml'],
  ]);
  const order = await client.globalSchema.get(...group, 'order');
  assert.deepEqual([order.description, order.document], ['An order', { type: 'object' }]);
  assert.equal((await client.globalSchema.get(...group, 'parts')).value, xml);
  await assert.rejects(client.globalSchema.get(...group, 'none'), { statusCode: 404 });
});
