import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateApim } from '../../../shared/azure/apim/generate-apim.ts';
import { operations } from '../../../shared/contract/operations.ts';
import { parseManifest } from '../../../shared/migration/manifest.ts';
import { policies, writeArtefacts } from '../test-gateway.ts';
import { parseXml, type XmlElement } from '../xml.ts';
import { policyText } from './policy-text.ts';
import { group, startAdministration } from './test-administration.ts';

const version = 'api-version=2024-05-01';
const typed = '@(context.Request.Headers.GetValueOrDefault("x-a", "") == "1" && 1 < 2)';
const encoded =
  '@(context.Request.Headers.GetValueOrDefault(&quot;x-a&quot;, &quot;&quot;) == &quot;1&quot; &amp;&amp; 1 &lt; 2)';
const choose = (condition: string) =>
  `<choose><when condition="${condition}"><set-status code="299" reason="x" /></when></choose>`;

test("gateway: administration: Microsoft's client reads the policies of every scope, as XML and as they were typed", async (t) => {
  const { client } = await startAdministration(t, {
    files: {
      'policy.xml': policies({ outbound: choose(typed) }),
      'apis/demo/policy.xml': policies({ outbound: choose(encoded) }),
      'apis/demo/operations/item/policy.xml': policies({ outbound: choose(typed) }),
      'products/gold/policy.xml': policies({ outbound: choose(encoded) }),
      'policyFragments/shared/policy.xml': `<fragment><!-- a note -->${choose(typed)}</fragment>`,
    },
  });
  const readers = {
    policy: (format: 'xml' | 'rawxml') => client.policy.get(...group, 'policy', { format }),
    apiPolicy: (format: 'xml' | 'rawxml') => client.apiPolicy.get(...group, 'demo', 'policy', { format }),
    apiOperationPolicy: (format: 'xml' | 'rawxml') =>
      client.apiOperationPolicy.get(...group, 'demo', 'item', 'policy', { format }),
    productPolicy: (format: 'xml' | 'rawxml') => client.productPolicy.get(...group, 'gold', 'policy', { format }),
    policyFragment: (format: 'xml' | 'rawxml') => client.policyFragment.get(...group, 'shared', { format }),
  };
  for (const [name, read] of Object.entries(readers)) {
    const [xml, raw] = [await read('xml'), await read('rawxml')];
    assert.deepEqual([xml.format, raw.format], ['xml', 'rawxml'], name);
    assert.ok(xml.value?.includes(choose(encoded)), name);
    assert.ok(raw.value?.includes(choose(typed)), name);
    assert.ok(xml.eTag, name);
  }
  assert.match((await client.policyFragment.get(...group, 'shared')).value ?? '', /<!-- a note -->/);
  assert.match((await client.apiPolicy.listByApi(...group, 'demo')).value?.[0]?.value ?? '', /^<policies>/);
  assert.ok((await client.apiPolicy.getEntityTag(...group, 'demo', 'policy')).eTag);
});

test('gateway: administration: a policy is read bare by whoever takes no JSON', async (t) => {
  const { rest } = await startAdministration(t, { files: { 'policy.xml': policies({ outbound: choose(typed) }) } });
  for (const [kind, condition] of [
    ['policy', encoded],
    ['policy.raw', typed],
  ]) {
    const accept = `application/vnd.ms-azure-apim.${kind}+xml`;
    const answer = await rest(`/policies/policy?${version}`, { headers: { accept } });
    assert.equal(answer.headers.get('content-type'), `${accept}; charset=utf-8`);
    assert.ok((await answer.text()).includes(choose(condition ?? '')));
  }
  const json = (await (await rest(`/policies/policy?${version}`)).json()) as object;
  assert.deepEqual(Object.keys(json), ['id', 'type', 'name', 'properties']);
});

/** What a document says, without where it says it. */
function meaning({ name, attributes, children, text }: XmlElement): unknown {
  return [name, [...attributes].map(([key, { value }]) => [key, value]), text.value, children.map(meaning)];
}

test('gateway: administration: the generated policies mean the same in either format', () => {
  const manifest = parseManifest(readFileSync(join(import.meta.dirname, '../../../routes.yaml'), 'utf8'), operations);
  const artefacts = generateApim({ operations, manifest, openapi: undefined, tier: 'Developer' });
  const documents = [...artefacts].filter(([name]) => name.endsWith('.xml')).map(([, text]) => text);
  assert.ok(documents.length > 0);
  for (const document of documents)
    for (const format of ['xml', 'rawxml'] as const)
      assert.deepEqual(
        meaning(parseXml(policyText(document, 'policy.xml', format), 'policy.xml')),
        meaning(parseXml(document, 'policy.xml')),
      );
});

test('gateway: administration: policies are written at every scope, run at once, outlive the process and go again', async (t) => {
  const data = writeArtefacts(t, {});
  const { gateway, client } = await startAdministration(t, { data });
  const header = (name: string) => `<set-header name="${name}"><value>1</value></set-header>`;
  const value = (name: string) => policies({ outbound: header(name) });
  await client.policy.createOrUpdate(...group, 'policy', { value: policies({ outbound: header('x-service') }) });
  await client.policyFragment.beginCreateOrUpdateAndWait(...group, 'shared', {
    value: `<fragment>${header('x-fragment')}</fragment>`,
    description: 'Shared',
  });
  await client.apiOperationPolicy.createOrUpdate(...group, 'demo', 'item', 'policy', {
    value: policies({ outbound: `${header('x-operation')}<include-fragment fragment-id="shared" />` }),
    format: 'rawxml',
  });
  await client.apiPolicy.createOrUpdate(...group, 'demo;rev=1', 'policy', { value: value('x-api') });
  await client.productPolicy.createOrUpdate(...group, 'gold', 'policy', { value: value('x-product') });
  const headersOf = async (url: string) => {
    const { headers } = await fetch(`${url}/items/1`);
    return [...headers.keys()].filter((name) => name.startsWith('x-') && name !== 'x-backend').sort();
  };
  assert.deepEqual(await headersOf(gateway.url), ['x-api', 'x-fragment', 'x-operation', 'x-service']);
  const second = await startAdministration(t, { data });
  assert.deepEqual(await headersOf(second.gateway.url), ['x-api', 'x-fragment', 'x-operation', 'x-service']);
  assert.equal((await second.client.policyFragment.get(...group, 'shared')).description, 'Shared');
  assert.match((await second.client.productPolicy.get(...group, 'gold', 'policy')).value ?? '', /x-product/);
  await second.client.apiOperationPolicy.delete(...group, 'demo', 'item', 'policy', '*');
  assert.deepEqual(await headersOf(second.gateway.url), ['x-api', 'x-service']);
  await second.client.policyFragment.delete(...group, 'shared', '*');
  await assert.rejects(second.client.policyFragment.get(...group, 'shared'), { statusCode: 404 });
});

test('gateway: administration: a policy that does not compile is refused with every line, and the old one runs on', async (t) => {
  const { gateway, rest } = await startAdministration(t);
  const value = '<policies>\n <inbound>\n  <no-policy />\n  <set-header />\n </inbound>\n</policies>';
  for (const scope of [
    '/policies',
    '/apis/demo/policies',
    '/apis/demo/operations/item/policies',
    '/products/gold/policies',
  ]) {
    const body = JSON.stringify({ properties: { value } });
    const answer = await rest(`${scope}/policy?${version}`, { method: 'PUT', body });
    assert.equal(answer.status, 400);
    const { error } = (await answer.json()) as { error: { details: { target: string; message: string }[] } };
    const target = `${scope.slice(1)}/policy`;
    assert.deepEqual(error.details, [
      { code: 'ValidationError', target, message: 'Error on line 3, column 3: <no-policy> is no policy' },
      {
        code: 'ValidationError',
        target,
        message: 'Error on line 4, column 3: <set-header> needs the attribute "name"',
      },
    ]);
  }
  assert.equal((await gateway.echo('/')).headers['x-route'], 'legacy');
});

test('gateway: administration: a fragment that policies include cannot go', async (t) => {
  const { client } = await startAdministration(t, {
    files: {
      'policyFragments/shared/policy.xml': '<fragment><set-status code="200" reason="OK" /></fragment>',
      'apis/demo/operations/item/policy.xml': policies({ outbound: '<include-fragment fragment-id="shared" />' }),
    },
  });
  await assert.rejects(client.policyFragment.delete(...group, 'shared', '*'), { statusCode: 400 });
  assert.ok(await client.policyFragment.get(...group, 'shared'));
});
