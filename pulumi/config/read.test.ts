import assert from 'node:assert/strict';
import test from 'node:test';
import { rawConfig, stacks } from '../testing/stack-config.ts';
import { ConfigError } from './errors.ts';
import { readConfig } from './read.ts';

/** Changes to a stack's file, by key; a structured value is merged into what stands there. */
type Changes = Record<string, string | Record<string, unknown> | undefined>;

function changed(stack: 'dev' | 'staging' | 'production', changes: Changes): Record<string, string> {
  const raw = rawConfig(stack);
  for (const [name, change] of Object.entries(changes)) {
    const key = `exchange-api:${name}`;
    if (change === undefined) delete raw[key];
    else if (typeof change === 'string') raw[key] = change;
    else raw[key] = JSON.stringify({ ...(raw[key] === undefined ? {} : (JSON.parse(raw[key]) as object)), ...change });
  }
  return raw;
}

function mistakesOf(raw: Record<string, string>): string[] {
  try {
    readConfig('test', raw);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ key, problem }) => `${key}: ${problem}`);
  }
  return [];
}

for (const stack of stacks) {
  test(`the committed configuration of ${stack} is right`, () => {
    assert.deepEqual(mistakesOf(rawConfig(stack)), []);
  });
}

/** One mistake each: what is planted, where, and the error that must come of it. */
const planted: [what: string, stack: 'dev' | 'staging' | 'production', changes: Changes, error: string][] = [
  [
    'a misspelt setting',
    'dev',
    { locaton: 'uksouth' },
    'exchange-api:locaton: unknown setting; did you mean location?',
  ],
  ['a setting left out', 'dev', { legacy: undefined }, 'exchange-api:legacy: is missing'],
  [
    'a region without Flex Consumption',
    'dev',
    { location: 'brazilsouth' },
    'exchange-api:location: expected australiaeast, eastasia, eastus, eastus2, francecentral, germanywestcentral, northeurope, norwayeast, southeastasia, swedencentral, switzerlandnorth, uksouth, westeurope, westus2 or westus3',
  ],
  ['an unknown nested setting', 'dev', { gateway: { colour: 'blue' } }, 'exchange-api:gateway.colour: unknown setting'],
  [
    'a number as text',
    'dev',
    { functions: { maximumInstances: 'many' } },
    'exchange-api:functions.maximumInstances: expected a number',
  ],
  [
    'too many instances',
    'dev',
    { functions: { maximumInstances: 5000 } },
    'exchange-api:functions.maximumInstances: must be at most 1000',
  ],
  [
    'a memory size that does not exist',
    'dev',
    { functions: { memoryMB: 1024 } },
    'exchange-api:functions.memoryMB: expected 512, 2048 or 4096',
  ],
  [
    'a name that Azure would refuse',
    'dev',
    { nameSuffix: 'Prod_1' },
    'exchange-api:nameSuffix: is not 2 to 6 lower-case letters and digits',
  ],
  [
    'http where https belongs',
    'dev',
    { legacy: { url: 'http://legacy.example.com' } },
    'exchange-api:legacy.url: is not an https URL',
  ],
  [
    'a digest without its algorithm',
    'dev',
    { release: { digest: 'f00d' } },
    'exchange-api:release.digest: is not sha256: and 64 lower-case hex digits',
  ],
  [
    'an unknown kind of database',
    'dev',
    { database: { kind: 'oracle' } },
    'exchange-api:database.kind: must be provisioned or referenced',
  ],
  [
    'alerts that reach nobody',
    'dev',
    { observability: { alertEmails: [] } },
    'exchange-api:observability.alertEmails: must be at least 1 entries',
  ],
  [
    'the Consumption tier',
    'dev',
    { gateway: { tier: 'Consumption', units: 0 } },
    'exchange-api:gateway.tier: Consumption has no rate limit by key, no circuit breaker and no cache, which the policies need',
  ],
  [
    'more units than the tier has',
    'dev',
    { gateway: { units: 11 } },
    'exchange-api:gateway.units: must be 1 to 10 in BasicV2',
  ],
  [
    'zones in a tier without',
    'dev',
    { gateway: { zoneRedundant: true } },
    'exchange-api:gateway.zoneRedundant: BasicV2 has no availability zones: take PremiumV2 or Premium',
  ],
  [
    'a virtual network with Basic v2',
    'staging',
    { gateway: { tier: 'BasicV2' } },
    'exchange-api:network.level: private-endpoints needs a gateway that can join a virtual network: BasicV2 cannot; take StandardV2, PremiumV2, Developer or Premium',
  ],
  [
    'private endpoints with a Standard namespace',
    'staging',
    { messaging: { tier: 'Standard', units: 0 } },
    'exchange-api:messaging.tier: private-endpoints needs Premium: only there does Service Bus have network rules and private endpoints',
  ],
  [
    'a Basic namespace',
    'dev',
    { messaging: { tier: 'Basic' } },
    'exchange-api:messaging.tier: Basic has no sessions and no duplicate detection, which both queues need',
  ],
  [
    'three messaging units',
    'staging',
    { messaging: { units: 3 } },
    'exchange-api:messaging.units: must be 1, 2, 4, 8 or 16 in Premium',
  ],
  [
    'throughput on a serverless account',
    'dev',
    { cosmos: { maxThroughput: 4000 } },
    'exchange-api:cosmos.maxThroughput: a serverless account has no throughput to set',
  ],
  [
    'a second region for a serverless account',
    'dev',
    { cosmos: { secondaryLocation: 'uksouth' } },
    'exchange-api:cosmos.secondaryLocation: a serverless account has one region only',
  ],
  [
    'autoscale that is no multiple of 1000',
    'staging',
    { cosmos: { maxThroughput: 1500 } },
    'exchange-api:cosmos.maxThroughput: autoscale needs a multiple of 1000',
  ],
  [
    'zones without enough instances kept ready',
    'production',
    { functions: { alwaysReady: { http: 2, callbacks: 1, deliveries: 2 } } },
    'exchange-api:functions.alwaysReady: zone redundancy needs at least 2 always-ready instances in each group',
  ],
  [
    'a pooler in the Burstable tier',
    'dev',
    { database: { pooler: true } },
    'exchange-api:database.pooler: the Burstable tier has no PgBouncer',
  ],
  [
    'a standby in the Burstable tier',
    'dev',
    { database: { highAvailability: 'SameZone' } },
    'exchange-api:database.highAvailability: the Burstable tier has no standby',
  ],
  [
    'a size of another tier',
    'dev',
    { database: { sku: 'Standard_D2ds_v5' } },
    'exchange-api:database.sku: Burstable takes sizes that start with Standard_B',
  ],
  [
    'managed rules in Front Door Standard',
    'staging',
    { edge: { kind: 'standard' } },
    'exchange-api:edge.managedRules: managed rule sets exist only in edge premium, edge is standard',
  ],
  [
    'a gateway that nothing can reach',
    'dev',
    { gateway: { publicAccess: false, tier: 'StandardV2' } },
    'exchange-api:gateway.publicAccess: nothing could reach the gateway: only edge premium has a private link to it, edge is none',
  ],
  [
    'an external cache without a size',
    'dev',
    { cache: { kind: 'external' } },
    'exchange-api:cache.sku: is missing: the external cache needs a size',
  ],
  [
    'a range that is too small',
    'staging',
    { network: { addressSpace: '10.20.0.0/24' } },
    'exchange-api:network.addressSpace: must be a private range of /22 or larger that starts on its own boundary',
  ],
  [
    'a rollback to what runs',
    'dev',
    { release: { digest: `sha256:${'a'.repeat(64)}`, previous: `sha256:${'a'.repeat(64)}` } },
    'exchange-api:release.previous: is the digest that runs: there would be nothing to return to',
  ],
  [
    'a locked audit trail in dev',
    'dev',
    { audit: { lock: true } },
    'exchange-api:audit.lock: a locked policy could not be torn down for 1 days: not in dev',
  ],
  [
    'no SLA in production',
    'production',
    { gateway: { tier: 'Developer', units: 1 } },
    'exchange-api:gateway.tier: Developer has no SLA: not in production',
  ],
];

for (const [what, stack, changes, error] of planted) {
  test(`planted: ${what}`, () => {
    assert.deepEqual(mistakesOf(changed(stack, changes)), [error]);
  });
}

test('mistakes of every kind are told together, in the order of the settings', () => {
  const raw = changed('dev', {
    locaton: 'x',
    nameSuffix: '!',
    functions: { memoryMB: 1 },
    messaging: { tier: 'Basic' },
    edge: undefined,
  });
  assert.deepEqual(
    mistakesOf(raw).map((line) => line.split(': ')[0]),
    [
      'exchange-api:locaton',
      'exchange-api:nameSuffix',
      'exchange-api:functions.memoryMB',
      'exchange-api:edge',
      'exchange-api:messaging.tier',
    ],
  );
});

test("other projects' and providers' keys are left alone", () => {
  assert.deepEqual(mistakesOf({ ...rawConfig('dev'), 'azure-native:location': 'x', 'other:key': 'y' }), []);
});
