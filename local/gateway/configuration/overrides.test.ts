import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: overrides: an API sends its requests where this machine says, not where the instance does', async (t) => {
  const { backendUrl } = await startTestGateway(t);
  const production = {
    displayName: 'Shop',
    path: 'shop',
    subscriptionRequired: false,
    serviceUrl: 'https://shop.invalid',
  };
  const files = { 'apis/demo/apiInformation.json': { properties: production } };
  const gateway = await startTestGateway(t, { files, overrides: { apis: { Demo: `${backendUrl}/base` } } });
  assert.equal((await gateway.echo('/shop/a?b=1')).url, '/base/a?b=1');
  await assert.rejects(startTestGateway(t, { overrides: { apis: { none: backendUrl } } }), {
    message: 'overrides: there is no API "none"',
  });
});
