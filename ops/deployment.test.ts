import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { FailedError } from './command.ts';
import { readDeployment } from './deployment.ts';

test('a deployment is read from the outputs of its stack, and what is missing is named', (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deployment-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'outputs.json');
  const outputs = {
    gatewayUrl: 'https://gateway.example',
    gatewayServiceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/n',
    cosmosEndpoint: 'https://cosmos.example',
    packageDigest: 'none',
  };
  writeFileSync(file, JSON.stringify(outputs));
  assert.equal(readDeployment(file).gatewayUrl, outputs.gatewayUrl);
  writeFileSync(file, JSON.stringify({ gatewayUrl: 'https://gateway.example' }));
  assert.throws(() => readDeployment(file), new FailedError(`${file} has no output gatewayServiceId, cosmosEndpoint`));
  assert.throws(() => readDeployment(path.join(folder, 'none')), /cannot be read as the outputs of a stack/);
});
