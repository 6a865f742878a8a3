import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: validate-content: refuses a body that is too large, by its declared length or as it comes', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound:
      '<validate-content unspecified-content-type-action="ignore" max-size="10" size-exceeded-action="prevent" />',
  });
  const post = async (body: string) => (await gateway.ask('/', { method: 'POST', body })).status;
  assert.deepEqual([await post('0123456789'), await post('0123456789a')], [200, 413]);
});

const specification = `openapi: 3.0.3
info: { title: Things, version: "1" }
paths:
  /things:
    post:
      operationId: things-create
      requestBody:
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Thing' }
      responses: { '200': { description: ok } }
components:
  schemas:
    Thing: { type: object, required: [name], properties: { name: { type: string } } }
`;

test('gateway: validate-content: checks JSON against the schema of the operation in specification.yaml', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<validate-content unspecified-content-type-action="prevent" max-size="1000" size-exceeded-action="prevent">
      <content type="application/json" validate-as="json" action="prevent" /></validate-content>`,
    files: { 'apis/demo/specification.yaml': specification },
  });
  const post = (body: string, type = 'application/json') =>
    gateway.ask('/things', { method: 'POST', body, headers: { 'content-type': type } });
  assert.equal((await post('{"name":"a"}')).status, 200);
  const refused = await post('{"nom":"a"}');
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /must have required property 'name'/);
  assert.equal((await post('{')).status, 400);
  assert.equal((await post('name', 'text/plain')).status, 400);
});
