import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { writeArtefacts } from '../test-gateway.ts';
import { localCertificate } from './local-certificate.ts';
import { startAdministration } from './test-administration.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const today = Date.parse('2030-01-01T00:00:00Z');

/** The certificate that the port shows, and the status of the answer. */
function ask(port: string, ca: string): Promise<{ status: number | undefined; serialNumber: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, ca, path: '/keys', agent: false };
    request(options, (answer) => {
      const { serialNumber } = (answer.socket as TLSSocket).getPeerCertificate();
      answer.resume().on('end', () => resolve({ status: answer.statusCode, serialNumber }));
    })
      .on('error', reject)
      .end();
  });
}

test('gateway: https: a certificate for localhost is kept, and made anew a month before it ends; the authority stays', async (t) => {
  const folder = writeArtefacts(t, {});
  const first = await localCertificate(folder, today);
  const shown = new X509Certificate(first.certificate);
  const authority = new X509Certificate(readFileSync(first.authorityFile));
  assert.ok(shown.checkIssued(authority) && shown.verify(authority.publicKey) && authority.ca);
  assert.ok(shown.checkHost('localhost') && shown.checkIP('127.0.0.1') && shown.checkIP('::1'));
  assert.equal((await localCertificate(folder, today + 59 * DAY_MS)).certificate, first.certificate);
  const second = await localCertificate(folder, today + 60 * DAY_MS);
  assert.notEqual(second.certificate, first.certificate);
  assert.ok(new X509Certificate(second.certificate).verify(authority.publicKey));
  assert.equal(readFileSync(second.authorityFile, 'utf8').trim(), authority.toString().trim());
});

test('gateway: https: an authority that would end before its certificate is made anew, too', async (t) => {
  const folder = writeArtefacts(t, {});
  const before = readFileSync((await localCertificate(folder, today)).authorityFile, 'utf8');
  const { authorityFile, certificate } = await localCertificate(folder, today + 3600 * DAY_MS);
  const authority = new X509Certificate(readFileSync(authorityFile));
  assert.notEqual(authority.toString(), new X509Certificate(before).toString());
  assert.ok(new X509Certificate(certificate).verify(authority.publicKey));
});

test('gateway: https: private keys are for their owner, and a spoilt file is named', async (t) => {
  const folder = writeArtefacts(t, {});
  await localCertificate(folder, today);
  const file = join(folder, 'certificate.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
  await assert.rejects(localCertificate(folder, today), /certificate\.json:1:1: the kept certificate cannot be read/);
});

test('gateway: https: http and https share the port, and a running gateway renews its certificate', async (t) => {
  // The certificate is real, and so is the clock of whoever checks it.
  let now = Date.now() - 61 * DAY_MS;
  const { gateway, rest } = await startAdministration(t, { now: () => now });
  const { port } = new URL(gateway.management ?? '');
  const ca = readFileSync(gateway.authorityFile ?? '', 'utf8');
  const first = await ask(port, ca);
  assert.equal(first.status, 200);
  assert.equal((await rest('?api-version=2024-05-01')).status, 200);
  now += 61 * DAY_MS;
  const second = await ask(port, ca);
  assert.equal(second.status, 200);
  assert.notEqual(second.serialNumber, first.serialNumber);
  assert.deepEqual(await ask(port, ca), second);
});

test('gateway: https: rubbish in the place of a handshake, or of a request, ends that connection alone', async (t) => {
  const { gateway, rest } = await startAdministration(t);
  const { hostname, port } = new URL(gateway.management ?? '');
  for (const bytes of [[22, 3, 1, 0, 5, 1, 2, 3, 4, 5], [22], [0, 0, 0], [...Buffer.from('?!\r\n\r\n')]]) {
    await new Promise<void>((resolve, reject) => {
      const socket = net.connect(Number(port), hostname, () => socket.end(Buffer.from(bytes)));
      socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
      socket.resume().on('close', () => resolve());
    });
  }
  assert.equal((await rest('?api-version=2024-05-01')).status, 200);
});

test('gateway: https: a connection that says nothing does not keep the gateway from closing', async (t) => {
  const { gateway } = await startAdministration(t);
  const { hostname, port } = new URL(gateway.management ?? '');
  const socket = net.connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  await Promise.all([gateway.close(), closed]);
});
