import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { stringify } from 'yaml';
import { GatewayState } from '../../local/gateway/administration/gateway-state.ts';
import { loadFolder } from '../../local/gateway/configuration/load-folder.ts';
import { parseXml, type XmlElement } from '../../local/gateway/xml.ts';
import { ArtefactError } from '../../shared/azure/apim/errors.ts';
import { generateApim } from '../../shared/azure/apim/generate-apim.ts';
import { policyFormats, type PolicyFormat } from '../../shared/azure/apim/render-policy.ts';
import { tiers, type Tier } from '../../shared/azure/apim/tiers.ts';
import { operations } from '../../shared/contract/operations.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { parseManifest } from '../../shared/migration/manifest.ts';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
const field = fc.stringMatching(/^[\w .-]{1,10}$/);
const duration = fc.integer({ min: 1, max: 240 }).map((seconds) => `${seconds}s`);
const options = {
  timeout: duration,
  fallback: fc.constantFrom('safe-methods', 'none'),
  quota: fc.integer({ min: 0, max: 1000 }),
  maxBody: fc.integer({ min: 1, max: 4096 }).map((size) => `${size}KB`),
  deprecation: fc.record(
    {
      since: fc.constant('2027-01-01'),
      sunset: fc.constant('2027-07-01'),
      link: fc.webUrl({ validSchemes: ['https'] }),
    },
    { requiredKeys: ['since'] },
  ),
};

function routeOf({ method, body, access }: Operation): fc.Arbitrary<object> {
  const stickBy = fc.oneof(
    name.map((header) => `header:${header}`),
    name.map((parameter) => `query:${parameter}`),
    ...(body ? [fc.array(field, { minLength: 1, maxLength: 3 }).map((fields) => `body:/${fields.join('/')}`)] : []),
    ...(access === 'key' ? [fc.constant('subscription')] : []),
  );
  const cache = fc.record(
    {
      for: duration,
      scope: fc.constantFrom('partner', 'shared'),
      varyByHeader: fc.array(name, { maxLength: 3 }),
      varyByQuery: fc.array(name, { maxLength: 3 }),
    },
    { requiredKeys: ['for'] },
  );
  const split = fc.record({
    mode: fc.constant('split'),
    percent: fc.integer({ min: 0, max: 10_000 }).map((basisPoints) => basisPoints / 100),
    stickBy,
    ...options,
  });
  return fc.oneof(
    fc.record({ mode: fc.constantFrom('legacy', 'functions', 'shadow'), ...options }, { requiredKeys: [] }),
    fc.record({ only: fc.constant('functions'), ...options }, { requiredKeys: ['only'] }),
    split,
    ...(method === 'GET' ? [fc.record({ ...options, cache, quota: fc.constant(0) })] : []),
  );
}

const manifests = fc.record(
  {
    salt: fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/),
    cors: fc.record({ origins: fc.constant(['https://portal.example', 'http://localhost:3000']) }),
    routes: fc.record(
      Object.fromEntries(
        operations.filter(({ access }) => access !== 'gateway').map((operation) => [operation.id, routeOf(operation)]),
      ),
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['routes'] },
);

/** A document without the places of its parts. */
function shapeOf({ name: element, attributes, children, text }: XmlElement): object {
  const values = [...attributes].map(([key, { value }]) => [key, value]);
  return { element, values, text: text.value, children: children.map(shapeOf) };
}

test('the gateway reads the same policies from xml and from rawxml', () => {
  const routes = {
    'callbacks.receive': { mode: 'split', percent: 1, stickBy: 'body:/a b/0/c.d' },
    'quotes.create': { mode: 'split', percent: 1, stickBy: 'body:/pair' },
    'pairs.list': { deprecation: { since: '2027-01-01', link: 'https://exchange.example/?a=1&b=2' } },
  };
  const manifest = parseManifest(stringify({ routes }), operations);
  const sources = { operations, manifest, openapi: undefined, tier: 'Developer' } as const;
  const [xml, raw] = [generateApim(sources), generateApim({ ...sources, policyFormat: 'rawxml' })];
  const differing = [...xml].filter(([file, text]) => raw.get(file) !== text);
  assert.equal(differing.length, 2);
  for (const [file, text] of differing) {
    assert.deepEqual(shapeOf(parseXml(raw.get(file)!, file)), shapeOf(parseXml(text, file)));
    assert.doesNotThrow(() => new SaxesParser({ fileName: file }).write(text).close());
  }
  for (const policyFormat of policyFormats) load({ routes }, 'Developer', policyFormat);
});

/** What the gateway makes of a manifest's artefacts. Throws ConfigurationError for any that cannot run. */
function load(manifest: object, tier: Tier, policyFormat?: PolicyFormat): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'policies-'));
  try {
    const artefacts = generateApim({
      operations,
      manifest: parseManifest(stringify(manifest), operations),
      openapi: undefined,
      tier,
      ...(policyFormat && { policyFormat }),
    });
    for (const [file, text] of artefacts) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    const state = new GatewayState(loadFolder(folder), { namedValues: { 'gateway-key': 'key' } }, undefined);
    assert.ok(state.program);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('whatever a manifest may say, the gateway runs what comes of it', () => {
  fc.assert(
    fc.property(manifests, fc.constantFrom(...tiers), (manifest, tier) => {
      try {
        load(manifest, tier);
      } catch (error) {
        // The one thing a valid manifest may ask of a tier that does not have it.
        if (!(error instanceof ArtefactError && tier === 'Consumption' && /uses the cache/.test(error.message)))
          throw error;
      }
    }),
    { numRuns: 25 },
  );
});
