import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig, readConfig } from './config.ts';
import { configOf, temporaryDirectory } from './started-server.ts';

const withProperties = (properties: object) => configOf({ orders: properties });

test('service-bus: config: properties of the emulator and their defaults', () => {
  const [plain, full] = parseConfig(
    configOf({
      plain: {},
      full: {
        DeadLetteringOnMessageExpiration: true,
        DefaultMessageTimeToLive: 'P1DT2H3M4.5S',
        DuplicateDetectionHistoryTimeWindow: 'PT20S',
        ForwardDeadLetteredMessagesTo: '',
        ForwardTo: '',
        LockDuration: 'PT45S',
        MaxDeliveryCount: 3,
        RequiresDuplicateDetection: true,
        RequiresSession: true,
      },
    }),
  );
  assert.deepEqual(plain, {
    name: 'plain',
    requiresSession: false,
    duplicateWindow: 0,
    lockDuration: 60_000,
    maxDeliveryCount: 10,
    timeToLive: Infinity,
    deadLetterOnExpiry: false,
  });
  assert.deepEqual(full, {
    name: 'full',
    requiresSession: true,
    duplicateWindow: 20_000,
    lockDuration: 45_000,
    maxDeliveryCount: 3,
    timeToLive: ((24 + 2) * 60 + 3) * 60_000 + 4500,
    deadLetterOnExpiry: true,
  });
});

test('service-bus: config: what is unknown or wrong is named', () => {
  for (const [config, mistake] of [
    [withProperties({ LockDuratoin: 'PT1M' }), /queue "orders": unknown property "LockDuratoin"/],
    [withProperties({ LockDuration: '1 minute' }), /LockDuration must be an ISO 8601 duration/],
    [withProperties({ LockDuration: 'PT6M' }), /LockDuration must be at most 5 minutes/],
    [withProperties({ MaxDeliveryCount: 0 }), /MaxDeliveryCount must be a whole number above zero/],
    [withProperties({ RequiresSession: 'yes' }), /RequiresSession must be true or false/],
    [withProperties({ ForwardTo: 'other' }), /ForwardTo is not supported/],
    [configOf({ orders: {}, Orders: {} }), /queue "Orders" is there twice/],
    [configOf({ '?': {} }), /queue name "\?" is not valid/],
    [{ UserConfig: { Namespaces: [{ Name: 'n', Queue: [] }] } }, /unknown property "Queue"/],
    [{ UserConfig: { Namespaces: [] } }, /must hold one namespace/],
    [{}, /UserConfig must be an object/],
    [{ UserConfig: { Namespaces: [{ Name: 'n', Topics: [{ Name: 't.1' }] }] } }, /topics are not supported .*t\.1/],
  ] as const)
    assert.throws(() => parseConfig(config), { name: 'ConfigError', message: mistake });
});

test('service-bus: config: a file that is missing or broken is named', async (t) => {
  const path = join(await temporaryDirectory(t), 'Config.json');
  await assert.rejects(readConfig(path), { name: 'ConfigError', message: /cannot read .*Config\.json/ });
  await writeFile(path, '{');
  await assert.rejects(readConfig(path), { name: 'ConfigError', message: /Config\.json is not JSON/ });
});
