import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import type { CertificateCreateOrUpdateParameters } from '@azure/arm-apimanagement';
import { makeCertificate } from '../test-certificates.ts';
import { policies } from '../test-gateway.ts';
import { group, startAdministration } from './test-administration.ts';

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

const first = makeCertificate('first');
const second = makeCertificate('second');

test("gateway: administration: certificates come and go with Microsoft's client, and policies use them at once", async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'gateway-certificates-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const { gateway, client } = await startAdministration(t, { data });
  const put = (certificate: typeof first, password: string) =>
    client.certificate.createOrUpdate(...group, 'mine', { data: certificate.pfx(password), password });
  const made = await put(first, 'pw');
  assert.deepEqual([made.name, made.subject], ['mine', 'CN=first, O="Test, Inc.", C=US']);
  assert.equal(made.thumbprint, new X509Certificate(first.certificate).fingerprint.replaceAll(':', ''));
  assert.deepEqual(made.expirationDate, new X509Certificate(first.certificate).validToDate);
  assert.equal('data' in made || 'password' in made, false);

  const backend = { url: await showingBackend(t), protocol: 'http', tls: { validateCertificateChain: false } };
  await client.backend.createOrUpdate(...group, 'shows', backend);
  const value = policies({
    inbound: `<set-backend-service backend-id="shows" /><authentication-certificate certificate-id="mine" />
      <set-header name="x-thumbprint"><value>@(context.Deployment.Certificates["mine"].Thumbprint)</value></set-header>`,
  });
  await client.apiPolicy.createOrUpdate(...group, 'demo', 'policy', { value, format: 'rawxml' });
  const shown = async () => (await gateway.ask('/')).text();
  assert.equal(await shown(), `first ${made.thumbprint}`);
  const { thumbprint } = await put(second, '');
  assert.equal(await shown(), `second ${thumbprint}`);
  const kept = JSON.parse(readFileSync(join(data, 'changes.json'), 'utf8'));
  assert.deepEqual(Object.keys(kept.certificates.mine), ['data', 'password']);

  await assert.rejects(client.certificate.delete(...group, 'mine', '*'), refused(/there is no certificate/));
  const plain = { value: policies({}), format: 'rawxml' };
  await client.apiPolicy.createOrUpdate(...group, 'demo', 'policy', plain, { ifMatch: '*' });
  const names = [];
  const filter = "contains(subject, 'second')";
  for await (const { name } of client.certificate.listByService(...group, { filter })) names.push(name);
  assert.deepEqual(names, ['mine']);
  assert.equal((await client.certificate.refreshSecret(...group, 'mine')).thumbprint, thumbprint);
  await client.certificate.delete(...group, 'mine', '*');
  await assert.rejects(client.certificate.get(...group, 'mine'), { statusCode: 404 });
});

test("gateway: administration: a certificate that cannot be read does not come, and a backend's does not go", async (t) => {
  const { client } = await startAdministration(t);
  const put = (parameters: CertificateCreateOrUpdateParameters) =>
    client.certificate.createOrUpdate(...group, 'mine', parameters);
  await assert.rejects(put({ password: 'pw' }), refused(/data\\" is required/));
  await assert.rejects(put({ data: 'AAAA' }), refused(/the certificate .+ cannot be read/));
  await assert.rejects(put({ data: first.pfx('pw'), password: 'other' }), refused(/cannot be read/));
  await assert.rejects(put({ keyVault: { secretIdentifier: 'https://x' } }), refused(/no key vault here/));
  await put({ data: first.pfx('pw'), password: 'pw' });
  const credentials = { certificateIds: ['/certificates/mine'] };
  await client.backend.createOrUpdate(...group, 'shows', { url: 'https://127.0.0.1:1', protocol: 'http', credentials });
  await assert.rejects(client.certificate.delete(...group, 'mine', '*'), refused(/The backend .+ shows this/));
});

/** A 400 whose details say this. */
const refused = (why: RegExp) => (error: unknown) => {
  const { statusCode, response } = error as { statusCode: number; response?: { bodyAsText: string } };
  assert.equal(statusCode, 400);
  assert.match(response?.bodyAsText ?? '', why);
  return true;
};

/** A backend over TLS that tells whose certificate it saw, and the thumbprint it was told. */
async function showingBackend(t: TestContext): Promise<string> {
  const own = makeCertificate('backend');
  const server = https.createServer(
    { key: own.key, cert: own.certificate, requestCert: true, rejectUnauthorized: false },
    (incoming, outgoing) => {
      const { subject } = (incoming.socket as TLSSocket).getPeerCertificate();
      outgoing.end([subject.CN, incoming.headers['x-thumbprint']].join(' '));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
