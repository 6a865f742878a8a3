import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, SettingsError } from './settings.ts';

const complete = {
  DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/postgres',
  COSMOS_ENDPOINT: 'http://127.0.0.1:8081',
  COSMOS_KEY: 'a2V5',
  ServiceBus: 'Endpoint=sb://127.0.0.1;SharedAccessKeyName=x;SharedAccessKey=y',
  GATEWAY_KEY: 'secret',
  PROVIDERS: '{"simulator":{"scheme":"standard-webhooks","secrets":["whsec_c2VjcmV0"]}}',
};

function faultsOf(environment: Record<string, string | undefined>): string {
  try {
    readSettings(environment);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.message;
  }
  return '';
}

test('complete settings are read', () => {
  const settings = readSettings({ ...complete, PACKAGE_DIGEST: 'sha256:1' });
  assert.equal(settings.databaseUrl, complete.DATABASE_URL);
  assert.deepEqual(settings.cosmos, { endpoint: complete.COSMOS_ENDPOINT, key: 'a2V5' });
  assert.deepEqual(settings.serviceBus, { connectionString: complete.ServiceBus });
  assert.deepEqual(settings.providers.simulator?.secrets, ['whsec_c2VjcmV0']);
  assert.equal(settings.packageDigest, 'sha256:1');
});

test('an identity stands in for keys', () => {
  const settings = readSettings({
    ...complete,
    COSMOS_KEY: undefined,
    ServiceBus: undefined,
    ServiceBus__fullyQualifiedNamespace: 'x.servicebus.windows.net',
  });
  assert.deepEqual(settings.cosmos, { endpoint: complete.COSMOS_ENDPOINT });
  assert.deepEqual(settings.serviceBus, { fullyQualifiedNamespace: 'x.servicebus.windows.net' });
});

test('everything that is missing is named at once', () => {
  const message = faultsOf({});
  for (const name of ['DATABASE_URL', 'COSMOS_ENDPOINT', 'ServiceBus', 'GATEWAY_KEY', 'PROVIDERS']) {
    assert.ok(message.includes(name), name);
  }
});

test('what is wrong is said, without the secret values', () => {
  assert.match(
    faultsOf({ ...complete, DATABASE_URL: 'mysql://root:hunter2@x' }),
    /^(?!.*hunter2).*DATABASE_URL must be/,
  );
  assert.match(faultsOf({ ...complete, COSMOS_ENDPOINT: 'nowhere' }), /COSMOS_ENDPOINT must be a URL/);
  for (const PROVIDERS of ['{', '[]', 'null', '7']) {
    assert.match(faultsOf({ ...complete, PROVIDERS }), /PROVIDERS must be a JSON object/);
  }
  const message = faultsOf({ ...complete, PROVIDERS: '{"a":{"scheme":"rot13","secrets":[]},"b":null}' });
  for (const part of ['scheme of a', 'secrets of a', 'scheme of b', 'secrets of b']) assert.ok(message.includes(part));
});

test('a provider is found by its own name only', () => {
  const { providers } = readSettings(complete);
  for (const name of ['constructor', '__proto__', 'toString']) assert.equal(providers[name], undefined);
});
