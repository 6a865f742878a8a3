import assert from 'node:assert/strict';
import test from 'node:test';
import { type Resource, stackViolations, violations } from '../testing/guardrail-violations.ts';

function azure(type: string, props: Record<string, unknown>, name = 'it'): Resource {
  return { type: `azure-native:${type}`, name, props };
}

const account = {
  allowBlobPublicAccess: false,
  allowSharedKeyAccess: false,
  minimumTlsVersion: 'TLS1_2',
  enableHttpsTrafficOnly: true,
};

const planted: [what: string, resource: Resource, violation: string][] = [
  [
    'public blobs',
    azure('storage:StorageAccount', { ...account, allowBlobPublicAccess: true }),
    'no-public-blobs: allowBlobPublicAccess is true, must be false',
  ],
  [
    'public blobs by default',
    azure('storage:StorageAccount', { ...account, allowBlobPublicAccess: undefined }),
    'no-public-blobs: allowBlobPublicAccess is undefined, must be false',
  ],
  [
    'a public container',
    azure('storage:BlobContainer', { publicAccess: 'Blob' }),
    'no-public-blobs: publicAccess is "Blob", must be "None"',
  ],
  [
    'an old TLS',
    azure('storage:StorageAccount', { ...account, minimumTlsVersion: 'TLS1_0' }),
    'tls-1-2: minimumTlsVersion is "TLS1_0", must be "TLS1_2" or "TLS1_3"',
  ],
  [
    'account keys',
    azure('storage:StorageAccount', { ...account, allowSharedKeyAccess: true }),
    'no-local-auth: allowSharedKeyAccess is true, must be false',
  ],
  [
    'keys of Service Bus',
    azure('servicebus:Namespace', { minimumTlsVersion: '1.2' }),
    'no-local-auth: disableLocalAuth is undefined, must be true',
  ],
  [
    'keys of Cosmos DB',
    azure('cosmosdb:DatabaseAccount', { minimalTlsVersion: 'Tls12', disableLocalAuth: false }),
    'no-local-auth: disableLocalAuth is false, must be true',
  ],
  [
    'passwords of PostgreSQL',
    azure('dbforpostgresql:Server', { authConfig: { passwordAuth: 'Enabled' } }),
    'no-local-auth: authConfig.passwordAuth is "Enabled", must be "Disabled"',
  ],
  [
    'access policies of a vault',
    azure('keyvault:Vault', { properties: {} }),
    'no-local-auth: properties.enableRbacAuthorization is undefined, must be true',
  ],
  [
    'publishing by password',
    azure('web:WebAppScmAllowed', { allow: true }),
    'no-local-auth: allow is true, must be false',
  ],
  [
    'a key in an app setting',
    app('GATEWAY_KEY', 'hunter2'),
    'no-plain-secret: GATEWAY_KEY is named like a secret, but is no reference to the vault',
  ],
  [
    'a password in a URL',
    app('DATABASE_URL', 'postgresql://app:hunter2@db/exchange'),
    'no-plain-secret: DATABASE_URL looks like a password in a URL: put it into the vault and refer to it',
  ],
  [
    'a connection string',
    app('ServiceBus', 'Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=abcdefghijklmnopqrstuvwx'),
    'no-plain-secret: ServiceBus looks like an account key: put it into the vault and refer to it',
  ],
  [
    'a webhook secret as a named value',
    azure('apimanagement:NamedValue', { namedValueId: 'hook', value: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
    'no-plain-secret: hook looks like a webhook secret: put it into the vault and refer to it',
  ],
  [
    'a private key anywhere',
    azure('resources:Deployment', { properties: { template: { key: '-----BEGIN RSA PRIVATE KEY-----' } } }),
    'no-plain-secret: properties.template.key looks like a private key',
  ],
];

function app(name: string, value: string): Resource {
  return azure('web:WebApp', {
    httpsOnly: true,
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', appSettings: [{ name, value }] },
  });
}

for (const [what, resource, violation] of planted) {
  test(`refused: ${what}`, () => {
    assert.deepEqual(violations(resource), [violation]);
  });
}

test('a reference to the vault is no plain secret', () => {
  assert.deepEqual(
    violations(app('GATEWAY_KEY', '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/k)')),
    [],
  );
});

const tags = { application: 'a', owner: 'b', costCenter: 'c' };

function group(environment: string): Resource {
  return azure('resources:ResourceGroup', { location: 'swedencentral', tags: { ...tags, environment } }, 'group');
}

function server(environment: string, change: Record<string, unknown> = {}, protect = true): Resource[] {
  const props = {
    location: 'swedencentral',
    sku: { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' },
    tags: { ...tags, environment },
    ...change,
  };
  return [
    group(environment),
    { ...azure('dbforpostgresql:Server', props, 'server'), protect },
    { ...azure('monitor:DiagnosticSetting', {}, 'logs'), watches: ['server'] },
  ];
}

test('a stack that keeps every guardrail passes', async () => {
  assert.deepEqual(await stackViolations(server('production')), []);
});

test('what holds data must be protected, but not in dev', async () => {
  assert.deepEqual(await stackViolations(server('production', {}, false)), [
    'protect-stateful: server holds data and is not protected',
  ]);
  assert.deepEqual(await stackViolations(server('dev', {}, false)), []);
});

test('a stack that does not say what it is, is held to the strictest', async () => {
  const found = await stackViolations(server('playground', { sku: { tier: 'Burstable' } }, false));
  assert.deepEqual(found, [
    'protect-stateful: server holds data and is not protected',
    'allowed-tiers: server is Burstable; production may have GeneralPurpose, MemoryOptimized',
  ]);
});

test('a service without a diagnostic setting is refused', async () => {
  const [group, database] = server('staging');
  assert.deepEqual(await stackViolations([group!, database!]), ['diagnostics-on: server has no diagnostic setting']);
});

test('missing tags are named', async () => {
  assert.deepEqual(await stackViolations(server('staging', { tags: { application: 'a', environment: 'staging' } })), [
    'tags: server has no owner, costCenter',
  ]);
});

test('a region outside the allowed ones is refused', async () => {
  assert.deepEqual(await stackViolations(server('staging', { location: 'eastus' })), [
    'allowed-locations: server lies in eastus, which staging may not',
  ]);
});
