import assert from 'node:assert/strict';
import test from 'node:test';
import { rawConfig } from './testing/stack-config.ts';
import { runAsPulumiDoes } from './testing/stub-engine.ts';

test('a preview runs from the sources, with nothing built first', async () => {
  const run = await runAsPulumiDoes({ stack: 'dev', config: rawConfig('dev') });
  assert.equal(run.exitCode, 0, run.messages);
  assert.ok(run.registered.some(({ type }) => type === 'azure-native:apimanagement:ApiManagementService'));
  assert.equal(run.outputs['packageDigest'], 'none');
});

test('a wrong configuration is told in one message, without a stack trace', async () => {
  const run = await runAsPulumiDoes({
    stack: 'dev',
    config: { ...rawConfig('dev'), 'exchange-api:location': 'atlantis', 'exchange-api:edgee': 'x' },
  });
  assert.notEqual(run.exitCode, 0);
  assert.match(run.messages, /Pulumi\.dev\.yaml has 2 mistakes:/);
  assert.match(run.messages, /exchange-api:edgee: unknown setting; did you mean edge\?/);
  assert.doesNotMatch(run.messages, /\n\s+at /);
  assert.deepEqual(
    run.registered.filter(({ type }) => type.startsWith('azure-native:')),
    [],
  );
});

test('a node that runs no TypeScript previews as well: the types are taken out on the way', async () => {
  const nodeFlags = ['--no-experimental-strip-types'];
  const run = await runAsPulumiDoes({ stack: 'production', config: rawConfig('production'), nodeFlags });
  assert.equal(run.exitCode, 0, run.messages);
  assert.ok(run.registered.filter(({ protect }) => protect).length > 5);
});
