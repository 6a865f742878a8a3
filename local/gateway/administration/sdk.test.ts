import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startAdministration } from './test-administration.ts';

/** What a user writes against Azure, but for the endpoint. */
const script = `
import { ApiManagementClient } from '@azure/arm-apimanagement';
const credential = { getToken: async () => ({ token: process.env.TOKEN, expiresOnTimestamp: Date.now() + 3600000 }) };
const subscriptionId = '00000000-0000-0000-0000-000000000000';
const client = new ApiManagementClient(credential, subscriptionId, { endpoint: process.env.ENDPOINT });
const poller = await client.namedValue.beginUpdate('rg', 'service', 'route', '*', { value: 'functions' });
const { value } = await poller.pollUntilDone();
const names = [];
for await (const { name } of client.namedValue.listByService('rg', 'service', { top: 1 })) names.push(name);
const policy = await client.apiPolicy.get('rg', 'service', 'demo', 'policy', { format: 'rawxml' });
console.log(JSON.stringify({ value, names, policy: policy.value.slice(0, 10) }));
`;

const runScript = (env: Record<string, string>) =>
  promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] ?? '', TOKEN: 'operator', ...env },
  });

test("gateway: administration: a script with Microsoft's client works unchanged over https, on 127.0.0.1 and localhost", async (t) => {
  const { gateway } = await startAdministration(t);
  const { port } = new URL(gateway.management ?? '');
  for (const host of ['127.0.0.1', 'localhost']) {
    const { stdout } = await runScript({
      ENDPOINT: `https://${host}:${port}`,
      NODE_EXTRA_CA_CERTS: gateway.authorityFile ?? '',
    });
    assert.deepEqual(JSON.parse(stdout), { value: 'functions', names: ['hidden', 'route'], policy: '<policies>' });
  }
  assert.equal((await gateway.echo('/')).headers['x-route'], 'functions');
});

test('gateway: administration: whoever does not trust the authority is not served over https', async (t) => {
  const { gateway } = await startAdministration(t);
  await assert.rejects(
    runScript({ ENDPOINT: (gateway.management ?? '').replace('http:', 'https:') }),
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|unable to verify the first certificate/,
  );
});
