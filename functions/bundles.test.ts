import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { bundles } from './bundles.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const files = await bundles();
for (const [name, content] of Object.entries(files)) writeFileSync(path.join(dir, name), content);

/** Runs a script beside the bundle, without any setting, and gives the JSON it prints last. */
function run(script: string): unknown {
  const env = { PATH: process.env.PATH };
  const output = execFileSync(process.execPath, ['-e', script], { cwd: dir, env, encoding: 'utf8', stdio: 'pipe' });
  return JSON.parse(output.trim().split('\n').at(-1)!);
}

test('the same sources make the same bytes', async () => {
  const again = await bundles();
  assert.deepEqual(Object.keys(again), Object.keys(files));
  for (const [name, content] of Object.entries(again)) assert.ok(Buffer.from(files[name]!).equals(content), name);
});

test('loading the triggers needs no setting and wakes no SDK', () => {
  const loaded = run(`require('./index.cjs');
    console.log(JSON.stringify(Object.keys(require.cache).map((file) => require('path').basename(file))))`);
  assert.deepEqual(loaded, ['index.cjs']);
});

test('what is loaded on first use works', () => {
  const names = run(`console.log(JSON.stringify([
    require('./azure-cosmos.cjs').CosmosClient.name,
    require('./azure-identity.cjs').DefaultAzureCredential.name,
    require('./azure-service-bus.cjs').ServiceBusClient.name,
    require('./pg.cjs').Pool.name]))`);
  assert.deepEqual(names, ['CosmosClient', 'DefaultAzureCredential', 'ServiceBusClient', 'BoundPool']);
});

test('the triggers carry no languages of the validation library', () => {
  // `import { z }` would bring them all, 300 KB; `import * as z` brings what is used.
  assert.doesNotMatch(Buffer.from(files['index.cjs']!).toString(), /erwartet instanceof/);
});

test('a cold start reads little: a package that is loaded on first use does not lie in the same file', () => {
  // The triggers need some 300 KB; every Azure SDK is more than twice that.
  assert.ok(files['index.cjs']!.length < 500_000, `${files['index.cjs']!.length} bytes: see "heavy" in bundles.ts`);
});
