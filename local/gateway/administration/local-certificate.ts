import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as Forge from 'node-forge';
import { z } from 'zod';
import { LoadError } from '../errors.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
const CERTIFICATE_DAYS = 90;
/** What is left of a certificate when it is made anew. */
const RENEWED_BEFORE_DAYS = 30;

const addresses = ['127.0.0.1', '::1'];
const pair = z.strictObject({ certificate: z.string(), key: z.string() });
const schema = z.strictObject({ authority: pair, server: pair });

type Pair = z.infer<typeof pair>;
type Kept = z.infer<typeof schema>;

/** A certificate for localhost and 127.0.0.1, and the authority that vouches for it. PEM all of it. */
export interface LocalCertificate {
  /** What clients are told to trust, such as by `NODE_EXTRA_CA_CERTS`. */
  authorityFile: string;
  certificate: string;
  key: string;
  /** Milliseconds since 1970. */
  renewAt: number;
}

export const authorityFileOf = (folder: string): string => resolve(folder, 'ca.pem');

/**
 * The certificate kept in a folder; what is missing or about to expire is made. The authority stays the same over
 * renewals of the certificate, so whoever trusts it goes on. Throws LoadError for a file that cannot be read.
 */
export async function localCertificate(folder: string, now: number): Promise<LocalCertificate> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'certificate.json');
  const authorityFile = authorityFileOf(folder);
  const before = readKept(file);
  const kept = await renewed(before, now);
  if (kept !== before) writeWhole(file, JSON.stringify(kept), 0o600);
  const { authority, server } = kept;
  if (!existsSync(authorityFile) || readFileSync(authorityFile, 'utf8') !== authority.certificate)
    writeWhole(authorityFile, authority.certificate, 0o644);
  return { authorityFile, certificate: server.certificate, key: server.key, renewAt: renewalOf(server) };
}

function readKept(file: string): Kept | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const kept = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const { certificate, key } of [kept.authority, kept.server])
      if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
        throw new Error('a certificate has another key');
    return kept;
  } catch (error) {
    throw new LoadError(
      `the kept certificate cannot be read: ${(error as Error).message}; delete it to have a new one`,
      {
        file,
        line: 1,
        column: 1,
      },
    );
  }
}

async function renewed(kept: Kept | undefined, now: number): Promise<Kept> {
  // A certificate must not outlive its authority.
  const keepsAuthority = kept && renewalOf(kept.authority) > now + CERTIFICATE_DAYS * DAY_MS;
  if (keepsAuthority && renewalOf(kept.server) > now) return kept;
  const authority = keepsAuthority ? kept.authority : await makeAuthority(now);
  return { authority, server: await makeServer(authority, now) };
}

function renewalOf({ certificate }: Pair): number {
  return new X509Certificate(certificate).validToDate.getTime() - RENEWED_BEFORE_DAYS * DAY_MS;
}

async function makeAuthority(now: number): Promise<Pair> {
  const { default: forge } = await import('node-forge');
  const keys = newKeys();
  const certificate = unsigned(forge, keys.publicKey, now, AUTHORITY_DAYS);
  const name = [{ name: 'commonName', value: `Local gateway ${randomBytes(4).toString('hex')}` }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate).replaceAll('\r', ''), key: keys.privateKey };
}

async function makeServer(authority: Pair, now: number): Promise<Pair> {
  const { default: forge } = await import('node-forge');
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const keys = newKeys();
  const certificate = unsigned(forge, keys.publicKey, now, CERTIFICATE_DAYS);
  certificate.setSubject([{ name: 'commonName', value: 'localhost' }]);
  certificate.setIssuer(issuer.subject.attributes);
  // Strict verifiers, such as Python's, want both key identifiers.
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
    {
      name: 'subjectAltName',
      altNames: [{ type: 2, value: 'localhost' }, ...addresses.map((ip) => ({ type: 7, ip }))],
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate).replaceAll('\r', ''), key: keys.privateKey };
}

function unsigned(forge: typeof Forge, publicKey: string, now: number, days: number): Forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  // Clocks of containers may lag behind.
  certificate.validity.notBefore = new Date(now - 60 * 60 * 1000);
  certificate.validity.notAfter = new Date(now + days * DAY_MS);
  return certificate;
}

function newKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function writeWhole(file: string, text: string, mode: number): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode });
  chmodSync(fresh, mode);
  renameSync(fresh, file);
}
