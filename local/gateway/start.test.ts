import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { operation, writeArtefacts } from './test-gateway.ts';

test('gateway: start: an option that cannot be used is one line and exit code 1', (t) => {
  const folder = writeArtefacts(t, {
    'apis/demo/apiInformation.json': { properties: { displayName: 'Demo', path: '' } },
    'apis/demo/operations/any/operationInformation.json': operation('GET', '/*'),
    file: '',
  });
  const file = join(folder, 'file');
  const run = (...options: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), '--apim', folder, '--port', '0', ...options], {
      encoding: 'utf8',
      timeout: 30_000,
    });
  for (const options of [
    ['--data', file],
    ['--data', join(file, 'deeper')],
    ['--port', ''],
    ['--port', '1e3'],
  ]) {
    const { status, stderr } = run(...options);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^gateway: .+\n$/, options.join(' '));
  }
});
