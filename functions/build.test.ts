import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = `${root}dist/functions/index.cjs`;

function build(): string {
  execFileSync(process.execPath, ['functions/build.ts'], { cwd: root });
  return createHash('sha256').update(readFileSync(bundle)).digest('hex');
}

/** Loads the bundle in a process without any setting and gives what it asked Node for. */
function modulesLoaded(): string[] {
  const script = `
    const { Module } = require('node:module');
    const load = Module._load;
    const seen = new Set();
    Module._load = function (request) { seen.add(request.replace('node:', '')); return load.apply(this, arguments); };
    require(${JSON.stringify(bundle)});
    process.stdout.write(JSON.stringify([...seen]));`;
  const output = execFileSync(process.execPath, ['-e', script], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(output.slice(output.indexOf('['))) as string[];
}

const digest = build();

test('the same sources make the same bytes', () => {
  assert.equal(build(), digest);
});

test('loading the bundle needs no setting and wakes no SDK', () => {
  const loaded = modulesLoaded();
  assert.ok(loaded.includes('@azure/functions-core'), 'it registers its functions');
  // What pg, the Service Bus client, Cosmos and the identity library each need before anything else.
  for (const name of ['tls', 'dns', 'https', 'os', 'child_process']) assert.ok(!loaded.includes(name), name);
});

test('the bundle carries no languages of the validation library', () => {
  // `import { z }` would bring them all, 300 KB; `import * as z` brings what is used.
  assert.doesNotMatch(readFileSync(bundle, 'utf8'), /erwartet instanceof/);
});
