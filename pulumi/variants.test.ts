import assert from 'node:assert/strict';
import test from 'node:test';
import { schemaProblems } from './testing/azure-schema.ts';
import { captureApart } from './testing/capture-apart.ts';
import { rawConfig, type StackName } from './testing/stack-config.ts';

/** A committed configuration with other settings merged in. */
function changed(stack: StackName, changes: Record<string, object>): Record<string, string> {
  const raw = rawConfig(stack);
  for (const [name, change] of Object.entries(changes)) {
    const key = `exchange-api:${name}`;
    raw[key] = JSON.stringify({ ...(JSON.parse(raw[key] ?? '{}') as object), ...change });
  }
  return raw;
}

const referenced = { kind: 'referenced', url: 'https://legacy-kv.vault.azure.net/secrets/database-url' };

test('settings that no committed stack uses make resources that fit the schemas too', async () => {
  const raw = changed('dev', {
    gateway: {
      tier: 'Developer',
      hostname: { name: 'api.example.com', certificate: 'https://shared-kv.vault.azure.net/secrets/api-certificate' },
    },
    messaging: { tier: 'Premium', units: 1 },
    network: { level: 'virtual-network' },
    cache: { kind: 'external', sku: 'Balanced_B0' },
    edge: { kind: 'standard' },
    audit: { signing: true },
  });
  raw['exchange-api:database'] = JSON.stringify(referenced);
  const [{ resources } = assert.fail()] = await captureApart([{ stack: 'variant', config: raw }]);
  const known = /operator: "GreaterThan"/;
  const problems = resources.flatMap(({ type, name, inputs }) =>
    schemaProblems(type, inputs).map((problem) => `${name}: ${problem}`),
  );
  assert.deepEqual(
    problems.filter((problem) => !known.test(problem)),
    [],
  );

  const one = (name: string) => resources.find((resource) => resource.name === name)!;
  assert.equal(one('gateway-service').inputs['virtualNetworkType'], 'External');
  assert.deepEqual(one('gateway-cache').secrets, ['connectionString'], 'the one key of the stack is a secret');
  assert.equal(
    one('redis').inputs['publicNetworkAccess'],
    'Disabled',
    'Redis has no service endpoint, so it gets a private one',
  );
  assert.ok(one('endpoint-redis'));
  assert.equal(one('cosmos-account').inputs['publicNetworkAccess'], 'Enabled');
  assert.equal(one('cosmos-account').inputs['isVirtualNetworkFilterEnabled'], true);
  assert.deepEqual(
    resources.filter(({ type }) => type.includes('dbforpostgresql')),
    [],
  );
  const { appSettings } = one('app').inputs['siteConfig'] as { appSettings: { name: string; value: string }[] };
  const setting = (name: string) => appSettings.find((candidate) => candidate.name === name)?.value;
  assert.equal(setting('DATABASE_URL'), `@Microsoft.KeyVault(SecretUri=${referenced.url})`);
  assert.match(setting('CHECKPOINT_KEY') ?? '', /^@Microsoft\.KeyVault\(SecretUri=.*\/checkpoint-key\)$/);
});

test('a gateway closed to the internet is reached through the private link of Front Door', async () => {
  const [{ resources } = assert.fail()] = await captureApart([
    { stack: 'variant', config: changed('production', { gateway: { publicAccess: false } }) },
  ]);
  const origin = resources.find(({ name }) => name === 'edge-origin')!;
  const { privateLink, groupId } = origin.inputs['sharedPrivateLinkResource'] as {
    privateLink: { id: string };
    groupId: string;
  };
  assert.equal(groupId, 'Gateway');
  assert.match(privateLink.id, /\/gateway-service$/);
  assert.deepEqual(schemaProblems(origin.type, origin.inputs), []);
});
