import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../test-gateway.ts';

test('gateway: cache-lookup-value @caching-type, cache-store-value @caching-type, cache-remove-value @caching-type: the external cache is one of its own, and preferred', async (t) => {
  const type = '@(context.Request.Headers.GetValueOrDefault("x-type", ""))';
  const kinds = ['internal', 'external', 'prefer-external'];
  const each = (method: string, policy: (kind: string) => string) =>
    kinds
      .map((kind) => {
        const condition = `@(context.Request.Method == "${method}" && "${kind}" == ${type.slice(2, -1)})`;
        return `<when condition="${condition}">${policy(kind)}</when>`;
      })
      .join('');
  const look = kinds.map(
    (kind) => `<cache-lookup-value key="k" variable-name="${kind}" default-value="none" caching-type="${kind}" />`,
  );
  const gateway = await startTestGateway(t, {
    inbound: `<choose>
      ${each('PUT', (kind) => `<cache-store-value key="k" value="${kind}" duration="60" caching-type="${kind}" />`)}
      ${each('DELETE', (kind) => `<cache-remove-value key="k" caching-type="${kind}" />`)}
    </choose>${look.join('')}
    <return-response><set-body>@(string.Join(" ", new [] { context.Variables["internal"], context.Variables["external"], context.Variables["prefer-external"] }))</set-body></return-response>`,
  });
  const say = async (method: string, kind: string) =>
    (await gateway.ask('/', { method, headers: { 'x-type': kind } })).text();
  assert.equal(await say('PUT', 'internal'), 'internal none none');
  assert.equal(await say('PUT', 'external'), 'internal external external');
  assert.equal(await say('PUT', 'prefer-external'), 'internal prefer-external prefer-external');
  assert.equal(await say('DELETE', 'internal'), 'none prefer-external prefer-external');
  assert.equal(await say('DELETE', 'external'), 'none none none');
});

test('gateway: cache-lookup @caching-type: answers are kept in the cache that is named', async (t) => {
  let calls = 0;
  const lookup = (kind: string) =>
    `<when condition="@(context.Request.Headers.GetValueOrDefault("x-type", "") == "${kind}")"><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" caching-type="${kind}" /></when>`;
  const gateway = await startTestGateway(t, {
    inbound: `<choose>${lookup('internal')}${lookup('external')}${lookup('prefer-external')}</choose>`,
    outbound: '<cache-store duration="60" />',
    handler: (_incoming, outgoing) => outgoing.end(String(++calls)),
  });
  const say = async (kind: string) => (await gateway.ask('/', { headers: { 'x-type': kind } })).text();
  assert.deepEqual(
    [await say('internal'), await say('external'), await say('prefer-external'), await say('internal')],
    ['1', '2', '2', '1'],
  );
});
