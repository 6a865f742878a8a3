import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAdministration, group } from '../administration/test-administration.ts';
import { startTestGateway } from '../test-gateway.ts';
import { NameMap } from './name-map.ts';

test('names are known without regard to case, and keep the first spelling until they go', () => {
  const map = new NameMap([['One', 1]]);
  map.set('ONE', 2).set('two', 3);
  assert.deepEqual(
    [map.get('one'), map.has('oNe'), [...new NameMap(map)]],
    [
      2,
      true,
      [
        ['One', 2],
        ['two', 3],
      ],
    ],
  );
  assert.deepEqual([map.delete('one'), map.has('One'), map.size], [true, false, 1]);
  assert.deepEqual([...map.set('one', 4).keys()], ['two', 'one']);
});

test('gateway: names: policies and subscriptions name resources without regard to case, as headers, parameters and paths are', async (t) => {
  const gateway = await startTestGateway(t, {
    inbound: `<include-fragment fragment-id="Mark" /><set-backend-service backend-id="@("MIRROR")" />
      <rate-limit calls="9" renewal-period="60"><api id="DEMO" calls="1" renewal-period="60" /></rate-limit>`,
    files: {
      'policyFragments/mark/policy.xml':
        '<fragment><set-header name="x-seen"><value>@(context.Request.Headers.GetValueOrDefault("X-a", "") + context.Request.Url.Query.GetValueOrDefault("Q", "") + context.Product.Id)</value></set-header></fragment>',
      'backends/mirror/backendInformation.json': { properties: { url: 'http://127.0.0.1:1', protocol: 'http' } },
      'products/gold/productInformation.json': { properties: { displayName: 'Gold', state: 'published' } },
      'products/gold/apis.json': [{ name: 'Demo' }],
    },
    overrides: {
      subscriptions: [{ name: 'one', scope: '/Products/GOLD', primaryKey: 'k1' }],
      backends: { Mirror: 'http://127.0.0.1:2' },
    },
    backend:
      '<return-response><set-body>@(context.Request.Headers.GetValueOrDefault("x-seen", ""))</set-body></return-response>',
  });
  const headers = { 'ocp-apim-subscription-KEY': 'k1', 'X-A': '1' };
  const answer = await gateway.ask('/ITEMS/7?q=2', { headers });
  assert.deepEqual([answer.status, await answer.text()], [200, '12gold']);
  assert.equal((await gateway.ask('/items/7', { headers })).status, 429);
});

test('gateway: administration: a resource is the same however its name is written, and keeps its first spelling', async (t) => {
  const { gateway, client } = await startAdministration(t);
  await client.backend.createOrUpdate(...group, 'B', { url: `${gateway.backendUrl}/other`, protocol: 'http' });
  assert.equal((await gateway.echo('/x')).url, '/other/x');
  const names = [];
  for await (const { name } of client.backend.listByService(...group)) names.push(name);
  assert.deepEqual(names, ['b']);
  assert.equal((await client.apiPolicy.listByApi(...group, 'DEMO')).count, 1);
  assert.equal((await client.product.get(...group, 'GOLD')).name, 'gold');
});
