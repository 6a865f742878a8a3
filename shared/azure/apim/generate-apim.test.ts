import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import type { Operation } from '../../contract/operation.ts';
import { operations } from '../../contract/operations.ts';
import { parseManifest } from '../../migration/manifest.ts';
import { ArtefactError } from './errors.ts';
import { artefactsDigest, generateApim } from './generate-apim.ts';
import { tiers, type Tier } from './tiers.ts';

const routes = readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'routes.yaml'), 'utf8');
const openapi = readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'openapi', 'v1.json'), 'utf8');

function generate(manifest = routes, tier: Tier = 'Developer', table: readonly Operation[] = operations) {
  const document = table === operations ? openapi : undefined;
  return generateApim({ operations: table, manifest: parseManifest(manifest, table), openapi: document, tier });
}

function properties(artefacts: ReadonlyMap<string, string>, file: string): Record<string, unknown> {
  return (JSON.parse(artefacts.get(file) ?? '{}') as { properties: Record<string, unknown> }).properties;
}

const operationPolicy = (name: string) => `apis/exchange-v1/operations/${name}/policy.xml`;

test('the same sources give the same bytes, in the order of their paths', () => {
  const [first, second] = [generate(), generate()];
  assert.deepEqual([...first], [...second]);
  assert.deepEqual([...first.keys()], [...first.keys()].toSorted());
  assert.equal(artefactsDigest(first), artefactsDigest(second));
  assert.notEqual(artefactsDigest(first), artefactsDigest(generate(routes.replace('percent: 25', 'percent: 26'))));
});

test('every policy is well-formed XML with its sections in order', () => {
  for (const [file, text] of generate()) {
    if (!file.endsWith('policy.xml')) continue;
    const top: string[] = [];
    let depth = 0;
    const parser = new SaxesParser({ fileName: file });
    parser.on('opentag', ({ name }) => depth++ < 2 && top.push(name));
    parser.on('closetag', () => depth--);
    parser.write(text).close();
    if (top[0] === 'policies') assert.deepEqual(top.slice(1), ['inbound', 'backend', 'outbound', 'on-error'], file);
    else assert.equal(top[0], 'fragment', file);
  }
});

test('a policy is the same bytes as xml and as rawxml, unless it reads a body', () => {
  const manifest = parseManifest(routes, operations);
  const raw = generateApim({ operations, manifest, openapi, tier: 'Developer', policyFormat: 'rawxml' });
  const differing = [...generate()].filter(([file, text]) => raw.get(file) !== text);
  assert.deepEqual(
    differing.map(([file]) => file),
    [operationPolicy('callbacks-receive')],
  );
  const [, text] = differing[0]!;
  assert.deepEqual(text.match(/.{4}&(?:amp|lt|quot);.{7}/g), ['y.As&lt;JToken>', 'y.As&lt;string>']);
  assert.equal(raw.get(operationPolicy('callbacks-receive')), text.replaceAll('Body.As&lt;', 'Body.As<'));
});

test('operations of the gateway itself are not exposed', () => {
  const files = [...generate().keys()].join('\n');
  for (const { id, access } of operations)
    assert.equal(files.includes(`/operations/${id.replaceAll('.', '-')}/`), access !== 'gateway', id);
  assert.ok(!files.includes('route-quotas-consume'));
});

test('each route has one plain named value that is its switch', () => {
  const artefacts = generate();
  assert.deepEqual(properties(artefacts, 'namedValues/route-quotes-create/namedValueInformation.json'), {
    displayName: 'route-quotes-create',
    value: 'split:2500',
    secret: false,
    tags: ['route'],
  });
  assert.match(artefacts.get(operationPolicy('quotes-create'))!, /name="route" value="\{\{route-quotes-create\}\}"/);
});

test('an operation that legacy does not have has no switch', () => {
  const artefacts = generate('routes: { quotes.get: { only: functions } }');
  assert.ok(!artefacts.has('namedValues/route-quotes-get/namedValueInformation.json'));
  const policy = artefacts.get(operationPolicy('quotes-get'))!;
  assert.match(policy, /name="route" value="functions"/);
  assert.doesNotMatch(policy, /answer-from-legacy/);
});

test('no secret and no address is in the artefacts', () => {
  const artefacts = generate();
  assert.deepEqual(properties(artefacts, 'namedValues/gateway-key/namedValueInformation.json'), {
    displayName: 'gateway-key',
    secret: true,
  });
  for (const arm of ['legacy', 'functions'])
    assert.equal(properties(artefacts, `backends/${arm}/backendInformation.json`)['url'], `https://${arm}.invalid`);
});

test('shifting a route changes no policy', () => {
  const policies = (manifest: string) => [...generate(manifest)].filter(([file]) => file.endsWith('policy.xml'));
  assert.deepEqual(
    policies('routes: { quotes.get: { mode: legacy } }'),
    policies('routes: { quotes.get: { mode: split, percent: 3 } }'),
  );
});

test('only what has a key is charged, and only safe requests fall back', () => {
  const artefacts = generate();
  const uses = (name: string, what: string) => artefacts.get(operationPolicy(name))!.includes(what);
  assert.ok(uses('quotes-create', 'charge-quota') && uses('quotes-get', 'charge-quota'));
  assert.ok(!uses('health', 'charge-quota') && !uses('callbacks-receive', 'charge-quota'));
  assert.ok(uses('quotes-get', 'answer-from-legacy') && !uses('quotes-create', 'answer-from-legacy'));
  const none = generate('defaults: { fallback: none }').get(operationPolicy('quotes-get'))!;
  assert.ok(!none.includes('answer-from-legacy'));
});

test('the options of a route are in its policy', () => {
  const artefacts = generate(`
routes:
  quotes.create: { stickBy: "header:x-tenant", timeout: 2m, maxBody: 1KB, quota: 3 }
  exchanges.get: { stickBy: "query:tenant", deprecation: { since: 2027-01-01, sunset: 2027-07-01, link: "https://exchange.example/v2" } }
  exchanges.create: { stickBy: "body:/amount/0/a b" }
  pairs.list: { quota: 0, cache: { for: 1m, scope: shared, varyByHeader: [Accept-Language], varyByQuery: [from] } }
  currencies.list: { quota: 0, cache: { for: 30s } }
`);
  const of = (name: string) => artefacts.get(operationPolicy(name))!;
  assert.match(
    of('quotes-create'),
    /name="subject" value='@\(context\.Request\.Headers\.GetValueOrDefault\("x-tenant", ""\)\)'/,
  );
  assert.match(of('quotes-create'), /<forward-request timeout="120" \/>/);
  assert.match(of('quotes-create'), /> 1024\)/);
  assert.match(of('quotes-create'), /<set-header name="x-quota-cost" exists-action="override">\s*<value>3<\/value>/);
  assert.match(of('exchanges-get'), /context\.Request\.Url\.Query\.GetValueOrDefault\("tenant", ""\)/);
  assert.match(of('exchanges-get'), /<value>@\("@1798761600"\)<\/value>/);
  assert.match(of('exchanges-get'), /<value>Thu, 01 Jul 2027 00:00:00 GMT<\/value>/);
  assert.match(
    of('exchanges-get'),
    /<value>&lt;https:\/\/exchange\.example\/v2>; rel="deprecation"; type="text\/html"<\/value>/,
  );
  assert.match(of('exchanges-create'), /SelectToken\(&quot;\$\.amount\[0\]\['a b'\]&quot;\)/);
  assert.match(of('pairs-list'), /<set-header name="x-quota-cost" exists-action="override">\s*<value>0<\/value>/);
  assert.doesNotMatch(of('pairs-list'), /charge-quota/);
  assert.match(of('pairs-list'), /<vary-by-header>Accept-Language<\/vary-by-header>/);
  assert.match(of('pairs-list'), /<vary-by-query-parameter>from<\/vary-by-query-parameter>/);
  assert.doesNotMatch(of('pairs-list'), /<vary-by-header>x-partner-id/);
  assert.match(of('currencies-list'), /<vary-by-header>x-partner-id<\/vary-by-header>/);
  assert.match(of('currencies-list'), /<cache-store duration="30" \/>/);
});

test('cors stands first, where alone it answers a preflight', () => {
  const xml = generate('cors: { origins: ["https://portal.example"] }').get('apis/exchange-v1/policy.xml')!;
  assert.match(xml, /^<policies>\n    <inbound>\n        <cors /);
});

test('the document and the contract must have the same operations', () => {
  const [first, ...rest] = operations;
  const table = [{ ...first!, id: 'health.get' }, ...rest];
  assert.throws(
    () => generateApim({ operations: table, manifest: parseManifest('', table), openapi, tier: 'Developer' }),
    new ArtefactError([
      'the OpenAPI document lacks GET /v1/health (health.get)',
      'the contract lacks GET /v1/health (health)',
      'run "npm run generate" to write the document again',
    ]),
  );
  assert.equal(generate().get('apis/exchange-v1/specification.json'), openapi);
});

test('an operation for operators takes a token', () => {
  const [first, ...rest] = operations;
  const artefacts = generate('', 'Developer', [
    { ...first!, id: 'ops.routes', path: '/ops/routes', access: 'operator' },
    ...rest,
  ]);
  assert.match(artefacts.get(operationPolicy('ops-routes'))!, /<validate-jwt header-name="Authorization"/);
  assert.ok(artefacts.has('namedValues/operator-openid-configuration/namedValueInformation.json'));
});

for (const tier of tiers)
  test(`the manifest of the repository fits ${tier}`, () => {
    const artefacts = generate(routes, tier);
    const product = artefacts.get('products/free/policy.xml')!;
    assert.equal(product.includes('<rate-limit-by-key '), tier !== 'Consumption');
    const backend = properties(artefacts, 'backends/functions/backendInformation.json');
    assert.equal('circuitBreaker' in backend, tier !== 'Consumption');
  });

test('what a tier refuses is refused here, all at once', () => {
  const long = 'x'.repeat(60);
  const origins = Array.from({ length: 300 }, (_, index) => `"https://${long}${index}.example"`);
  const manifest = `
cors: { origins: [${origins.join(', ')}] }
routes: { currencies.list: { quota: 0, cache: { for: 30s } } }
`;
  assert.throws(
    () => generate(manifest, 'Consumption'),
    (error) => {
      assert.ok(error instanceof ArtefactError);
      assert.equal(error.problems.length, 2);
      assert.match(error.problems[0]!, /^apis\/exchange-v1\/operations\/currencies-list\/policy\.xml: uses the cache/);
      assert.match(
        error.problems[1]!,
        /^apis\/exchange-v1\/policy\.xml: has \d+ bytes; Consumption takes 16384 at most/,
      );
      return true;
    },
  );
  assert.ok(generate(manifest, 'StandardV2').size > 0);
});
