import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { operations } from '../contract/operations.ts';
import { ManifestError } from './errors.ts';
import { parseManifest } from './manifest.ts';
import { publishedSchema } from './published-schema.ts';

const root = path.join(import.meta.dirname, '..', '..');
const published = readFileSync(path.join(root, 'routes.yaml'), 'utf8');

function mistakes(text: string): string[] {
  try {
    parseManifest(text, operations);
  } catch (error) {
    assert.ok(error instanceof ManifestError);
    return error.message.split('\n');
  }
  return [];
}

test('the manifest of the repository is right, and has both arms in use', () => {
  const { routes } = parseManifest(published, operations);
  const modes = new Set(Object.values(routes).map(({ state }) => state.mode));
  assert.ok(modes.has('legacy') && modes.has('split') && modes.has('functions'));
});

test('a test of an endpoint has time for the 15 seconds that the endpoint has, and a recovery for all it replays', () => {
  const { routes } = parseManifest(published, operations);
  assert.deepEqual([routes['webhooks.test']?.timeout, routes['webhooks.recover']?.timeout], [20, 60]);
});

test('every operation that clients reach has a route, and none besides', () => {
  const { routes } = parseManifest('', operations);
  assert.deepEqual(
    Object.keys(routes),
    operations.filter(({ access }) => access !== 'gateway').map(({ id }) => id),
  );
  assert.deepEqual(routes['quotes.create']?.state, { mode: 'legacy' });
});

test('what a route leaves out comes from the defaults, in seconds and bytes', () => {
  const { routes, plans } = parseManifest(
    `
plans: { pro: { burst: { calls: 5, per: 2m } } }
defaults: { timeout: 2m, maxBody: 1MB, mode: shadow }
routes:
  quotes.create: { mode: split, percent: 0.25, stickBy: "header:x-tenant" }
`,
    operations,
  );
  const { state, timeout, maxBody, stickBy, fallback, quota } = routes['quotes.create']!;
  assert.deepEqual(
    { state, timeout, maxBody, stickBy, fallback, quota },
    {
      state: { mode: 'split', basisPoints: 25 },
      timeout: 120,
      maxBody: 1_048_576,
      stickBy: 'header:x-tenant',
      fallback: 'safe-methods',
      quota: 1,
    },
  );
  assert.deepEqual(routes['quotes.get']?.state, { mode: 'shadow' });
  assert.deepEqual(plans, {
    free: { burst: { calls: 60, per: 60 } },
    pro: { burst: { calls: 5, per: 120 } },
    enterprise: { burst: { calls: 60, per: 60 } },
  });
});

test('every mistake is told at once, with its line, its key and what would be right', () => {
  const text = `
salt: "a b"
defaults: { timout: 3s, timeout: 0s }
routes:
  quote.create: { mode: split }
  quotes.create:
    mode: splitt
    percent: 100.001
  quotes.get: { percent: 3, parity: { ignore: [x, /ok] } }
  exchanges.create: { mode: split, percent: 5, quota: 0, cache: { for: 3s } }
  exchanges.get: { mode: split, stickBy: body:/id }
  callbacks.receive: 7
  health: { mode: split, percent: 5 }
  pairs.list: { deprecation: { since: 2027-02-01, sunset: 2027-01-01 }, rollout: { steps: [5, 5] } }
`;
  assert.deepEqual(mistakes(text), [
    'routes.yaml:2:1 salt: must be 1 to 64 letters, digits, dots, underscores or hyphens',
    'routes.yaml:3:13 defaults.timout: no such option: did you mean timeout?',
    'routes.yaml:3:25 defaults.timeout: must be a duration from 1s to 240s, such as 10s',
    'routes.yaml:5:3 routes.quote.create: no operation has this id: did you mean quotes.create?',
    'routes.yaml:7:5 routes.quotes.create.mode: must be one of legacy, shadow, split, functions',
    'routes.yaml:8:5 routes.quotes.create.percent: must be per cent from 0 to 100 with at most two decimals, such as 25 or 0.25',
    'routes.yaml:9:48 routes.quotes.get.parity.ignore.0: must be a JSON pointer, such as /expiresAt',
    'routes.yaml:10:58 routes.exchanges.create.cache: only GET is kept, and exchanges.create is POST: leave it out',
    'routes.yaml:11:20 routes.exchanges.get.mode: split needs a share: add percent, such as percent: 10',
    'routes.yaml:11:33 routes.exchanges.get.stickBy: GET /v1/exchanges/{exchangeId} has no body: use subscription, header: or query:',
    'routes.yaml:12:3 routes.callbacks.receive: must be a mapping of keys to values',
    'routes.yaml:13:13 routes.health.mode: health has no subscription to stick by: add stickBy with header:, query: or body:',
    'routes.yaml:14:17 routes.pairs.list.deprecation: sunset 2027-01-01 is before since 2027-02-01: a thing is deprecated first',
    'routes.yaml:14:73 routes.pairs.list.rollout: steps 5, 5 must rise: each step is more than the one before',
  ]);
});

test('neither a key given twice nor wrong defaults hide other mistakes, or make some up', () => {
  const text = `
defaults: { quota: 0, mode: splitt }
routes:
  pairs.list: { cache: { for: 3s }, quota: -1, quota: 0 }
  pairs.list: { cache: { for: 3s }, mode: splitt }
`;
  assert.deepEqual(mistakes(text), [
    'routes.yaml:2:23 defaults.mode: must be one of legacy, shadow, functions',
    'routes.yaml:4:48 routes.pairs.list.quota: stands here twice: leave out one of them',
    'routes.yaml:5:3 routes.pairs.list: stands here twice: leave out one of them',
    'routes.yaml:5:37 routes.pairs.list.mode: must be one of legacy, shadow, split, functions',
  ]);
});

test('a key that is missing is told at what should hold it', () => {
  assert.deepEqual(mistakes('backends:\n  legacy: { breaker: { failures: 3, open: 10s } }\n'), [
    'routes.yaml:2:13 backends.legacy.breaker.within: is missing: it must be a duration from 1s to 3600s, such as 30s',
  ]);
});

for (const [what, text, expected] of [
  ['broken syntax', 'routes: {\n  a: 1', /^routes\.yaml:2:\d+ /],
  ['a key given twice', 'salt: a\nsalt: b\n', /^routes\.yaml:2:1 salt: stands here twice: leave out one/],
  [
    'a route given twice',
    'routes:\n  health: {}\n  health: {}\n',
    /^routes\.yaml:3:3 routes\.health: stands here twice/,
  ],
  ['a tab', 'routes:\n\thealth: {}\n', /^routes\.yaml:2:1 a tab indents nothing in YAML: use spaces/],
  ['a second document', 'salt: a\n---\nsalt: b\n', /^routes\.yaml:2:1 a manifest is one document/],
  [
    'an alias of nothing',
    'routes:\n  health: *none\n',
    /^routes\.yaml:2:11 no &none stands above: write the value itself/,
  ],
  ['a merge', 'routes: { health: { <<: { mode: legacy } } }', /^routes\.yaml:1:21 routes\.health\.<<: no such option/],
  ['a key that is a list', '? [a]\n: 1\n', /^routes\.yaml:1:1 \[ a \]: no such option: use one of salt/],
  [
    'a number for a duration',
    'routes: { health: { timeout: 10 } }',
    /health\.timeout: must be a duration .* such as 10s/,
  ],
  ['a number for an origin', 'cors: { origins: [5] }', /^routes\.yaml:1:19 cors\.origins\.0: must be \* or an origin/],
  ['nothing for the routes', 'routes:\n', /^routes\.yaml:1:1 routes: must be a mapping/],
  ['deep nesting', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`, /^routes\.yaml:1:\d+ this nests too deeply/],
  ['a text that is too large', `# ${'x'.repeat(1024 * 1024)}`, /^routes\.yaml:1:1 is larger than 1048576 characters/],
  ['a list', '- 1\n', /^routes\.yaml:1:1 must be a mapping/],
  ['a word', 'legacy', /^routes\.yaml:1:1 must be a mapping/],
  [
    'a mode where there is no choice',
    'routes: { quotes.get: { only: functions, mode: legacy } }',
    /mode: only: functions leaves no choice/,
  ],
  [
    'a charged answer that is kept',
    'routes: { quotes.get: { cache: { for: 3s } } }',
    /cache: a kept answer reaches no arm/,
  ],
  ['per cent without a split', 'routes: { quotes.get: { percent: 5 } }', /percent: has no meaning in mode legacy/],
  [
    'per cent of what is fixed',
    'routes: { quotes.get: { only: functions, percent: 5 } }',
    /percent: has no meaning in mode functions/,
  ],
  [
    'default steps that fall',
    'defaults: { rollout: { steps: [5, 1] } }',
    /^routes\.yaml:1:13 defaults\.rollout: steps 5, 1 must rise/,
  ],
  [
    'a split by a default that the request has not',
    'defaults: { stickBy: body:/id }\nroutes: { quotes.get: { mode: split, percent: 5 } }',
    /^routes\.yaml:2:11 routes\.quotes\.get\.stickBy: GET \/v1\/quotes\/\{quoteId\} has no body/,
  ],
  [
    'certainty',
    'defaults: { parity: { confidence: 100% } }',
    /confidence: must be per cent as text from 50% to 99\.9999%, such as 95%/,
  ],
  [
    'a named value in a link',
    'routes: { health: { deprecation: { since: 2027-01-01, link: "https://x/{{gateway-key}}" } } }',
    /link: must be an https address of the characters that a URL may have/,
  ],
  [
    'another header in a link',
    'routes: { health: { deprecation: { since: 2027-01-01, link: "https://x/\\r\\nx-a: b" } } }',
    /link: must be an https address/,
  ],
] as const)
  test(`${what} is one mistake with its place`, () => {
    const found = mistakes(text);
    assert.equal(found.length, 1);
    assert.match(found[0]!, expected);
  });

test('whatever stands in the file, it is read or its mistakes are told', () => {
  const key = fc.oneof(
    fc.constantFrom('routes', 'defaults', 'plans', 'quotes.create', 'mode', 'percent', 'cache', 'stickBy', '__proto__'),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.oneof(fc.constantFrom('split', 'legacy', '10s', 5, null, []), fc.string(), fc.double(), fc.boolean()),
    tree: fc.oneof({ depthSize: 'medium' }, tie('leaf'), fc.dictionary(key, tie('tree'), { maxKeys: 4 })),
  }));
  fc.assert(
    fc.property(fc.oneof(tree, fc.dictionary(key, tree)), (value) => {
      mistakes(stringify(value));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('routes: {}[]&*!|>-?\n\t#"\'a1')) }), (text) => {
      mistakes(text);
    }),
  );
});

test('thousands of mistakes are told as fast as they are read', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `  op.${index}: { mode: legacy }`);
  const found = mistakes(`routes:\n${many.join('\n')}\n`);
  assert.equal(found.length, 20_000);
  assert.match(found.at(-1)!, /^routes\.yaml:20001:3 routes\.op\.19999: no operation has this id/);
});

test('an editor that goes by the published schema takes what the code takes', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(publishedSchema(operations));
  const values = fc.oneof(
    fc.constantFrom('10s', 'split', 'legacy', 'functions', '64KB', '0.5%', 5, 0.25, null, [], {}),
  );
  const options = [
    'mode',
    'only',
    'percent',
    'stickBy',
    'timeout',
    'fallback',
    'quota',
    'maxBody',
    'parity',
    'rollout',
  ];
  const route = fc.dictionary(fc.constantFrom(...options, 'other'), values, { maxKeys: 2 });
  const routes = fc.dictionary(fc.constantFrom('health', 'quotes.get', 'quotes.create', 'other'), route, {
    maxKeys: 2,
  });
  let taken = 0;
  fc.assert(
    fc.property(routes, route, (some, defaults) => {
      const manifest = { routes: some, defaults };
      if (mistakes(stringify(manifest)).length > 0) return;
      taken++;
      assert.ok(validate(manifest), JSON.stringify(validate.errors));
    }),
    { numRuns: 500 },
  );
  assert.ok(taken > 0);
});

test('aliases that explode are a mistake, not an endless read', () => {
  const levels = Array.from(
    { length: 12 },
    (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`,
  );
  assert.equal(mistakes(`a0: &a0 x\n${levels.join('\n')}\n`).length, 1);
});

test('the published JSON schema is the one of the code, and takes the manifest', () => {
  const schema = JSON.parse(readFileSync(path.join(root, 'routes.schema.json'), 'utf8')) as object;
  assert.deepEqual(schema, publishedSchema(operations), 'run `npm run generate` and commit routes.schema.json');
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(validate(parse(published)), JSON.stringify(validate.errors));
  assert.ok(!validate({ routes: { 'quotes.create': { mode: 'splitt' } } }));
  assert.ok(!validate({ routes: { 'quote.create': { mode: 'legacy' } } }));
});
