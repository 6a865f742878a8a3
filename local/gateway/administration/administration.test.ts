import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { writeArtefacts } from '../test-gateway.ts';
import { group, startAdministration } from './test-administration.ts';

test("gateway: administration: Microsoft's client reads, creates, updates, lists and deletes named values", async (t) => {
  const { gateway, client } = await startAdministration(t);
  assert.equal((await client.namedValue.get(...group, 'route')).value, 'legacy');
  const created = await client.namedValue.beginCreateOrUpdateAndWait(...group, 'fresh', {
    displayName: 'fresh',
    value: 'v',
    tags: ['a'],
  });
  assert.deepEqual([created.value, created.tags, created.provisioningState], ['v', ['a'], 'Succeeded']);
  await client.namedValue.beginUpdateAndWait(...group, 'route', '*', { value: 'functions' });
  assert.equal((await gateway.echo('/')).headers['x-route'], 'functions');
  const names = [];
  for await (const { name } of client.namedValue.listByService(...group)) names.push(name);
  assert.deepEqual(
    names.sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    ['fresh', 'hidden', 'route'],
  );
  await client.namedValue.delete(...group, 'fresh', '*');
  await assert.rejects(client.namedValue.get(...group, 'fresh'), { statusCode: 404 });
});

test('gateway: administration: a secret is told by listValue only', async (t) => {
  const { client } = await startAdministration(t);
  assert.equal((await client.namedValue.get(...group, 'hidden')).value, undefined);
  assert.equal((await client.namedValue.listValue(...group, 'hidden')).value, 'secret');
});

test('gateway: administration: ETags guard an update', async (t) => {
  const { client } = await startAdministration(t);
  const { eTag = '' } = await client.namedValue.getEntityTag(...group, 'route');
  await client.namedValue.beginUpdateAndWait(...group, 'route', eTag, { value: 'split:100' });
  await assert.rejects(client.namedValue.beginUpdateAndWait(...group, 'route', eTag, { value: 'x' }), {
    statusCode: 412,
  });
});

test('gateway: administration: a change that breaks a policy is refused, and nothing changes', async (t) => {
  const { gateway, client } = await startAdministration(t);
  await assert.rejects(client.namedValue.delete(...group, 'route', '*'), { statusCode: 400 });
  assert.equal((await gateway.echo('/')).headers['x-route'], 'legacy');
});

test('gateway: administration: subscriptions get keys, which open the gateway and are made anew', async (t) => {
  const { client } = await startAdministration(t);
  await client.subscription.createOrUpdate(...group, 'new', { displayName: 'New', scope: '/products/gold' });
  const { primaryKey, secondaryKey } = await client.subscription.listSecrets(...group, 'new');
  assert.match(`${primaryKey} ${secondaryKey}`, /^[0-9a-f]{32} [0-9a-f]{32}$/);
  await client.subscription.regeneratePrimaryKey(...group, 'new');
  const after = await client.subscription.listSecrets(...group, 'new');
  assert.notEqual(after.primaryKey, primaryKey);
  assert.equal(after.secondaryKey, secondaryKey);
  assert.equal((await client.subscription.get(...group, 'new')).primaryKey, undefined);
  await client.subscription.update(...group, 'new', '*', { state: 'suspended' });
  assert.equal((await client.subscription.get(...group, 'new')).state, 'suspended');
});

test('gateway: administration: APIs, operations and products are read', async (t) => {
  const { client } = await startAdministration(t);
  assert.equal((await client.api.get(...group, 'demo')).displayName, 'Demo');
  const operations = [];
  for await (const { name } of client.apiOperation.listByApi(...group, 'demo')) operations.push(name);
  assert.ok(operations.includes('item'));
  assert.equal((await client.product.get(...group, 'gold')).state, 'published');
  assert.equal((await client.apiManagementService.get(...group)).name, 'service');
});

test('gateway: administration: changes outlive the process', async (t) => {
  const data = writeArtefacts(t, {});
  const first = await startAdministration(t, { data });
  await first.client.namedValue.beginUpdateAndWait(...group, 'route', '*', { value: 'split:500' });
  const second = await startAdministration(t, { data });
  assert.equal((await second.client.namedValue.get(...group, 'route')).value, 'split:500');
});

test('gateway: administration: nothing without the operator token', async (t) => {
  const { gateway } = await startAdministration(t);
  for (const authorization of ['', 'Bearer wrong']) {
    const answer = await fetch(
      `${gateway.management}/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/n/namedValues`,
      { headers: { authorization } },
    );
    assert.equal(answer.status, 401);
  }
});

test('gateway: administration: switches under load (SWITCHES=1000 for the long run): no request is dropped or answered by a third state', async (t) => {
  const { gateway, client } = await startAdministration(t);
  let stop = false;
  const seen = new Set<string>();
  let answers = 0;
  const load = async () => {
    while (!stop) {
      const { headers } = await gateway.echo('/');
      seen.add(String(headers['x-route']));
      answers++;
    }
  };
  const running = [load(), load(), load(), load()];
  const flips: number[] = [];
  const switches = Number(process.env['SWITCHES'] ?? 50);
  for (let i = 0; i < switches; i++) {
    const value = i % 2 === 0 ? 'functions' : 'legacy';
    const started = performance.now();
    await client.namedValue.beginUpdateAndWait(...group, 'route', '*', { value });
    while ((await gateway.echo('/')).headers['x-route'] !== value);
    flips.push(performance.now() - started);
  }
  stop = true;
  await Promise.all(running);
  assert.deepEqual([...seen].sort(), ['functions', 'legacy']);
  assert.ok(answers > 0);
  flips.sort((a, b) => a - b);
  t.diagnostic(
    `${switches} switches, ${answers} answers; time to flip p50 ${flips[Math.floor(switches / 2)]?.toFixed(1)} ms, p99 ${flips[Math.floor(switches * 0.99)]?.toFixed(1)} ms`,
  );
});

test('gateway: administration: an address that cannot be read is 400', async (t) => {
  const { gateway } = await startAdministration(t);
  const service = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/service';
  for (const target of [`${service}/namedValues/%zz`, `${service}/backends/%ff`, '//', '/traces/%']) {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(gateway.management ?? '');
      const headers = { authorization: 'Bearer operator' };
      request({ hostname, port, path: target, headers }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    assert.equal(status, 400, target);
  }
});
