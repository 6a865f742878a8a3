import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

const { pki, pkcs12, asn1, util } = forge;
const day = 86_400_000;

export interface TestCertificate {
  /** PEM. */
  certificate: string;
  key: string;
  /** A PFX file in base64. */
  pfx(password: string): string;
}

let made = 0;

/** A certificate for a name and for 127.0.0.1, signed by an issuer or by itself. */
export function makeCertificate(
  name: string,
  issuer?: TestCertificate,
  lifetime = { from: Date.now() - day, to: Date.now() + day },
): TestCertificate {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const built = pki.createCertificate();
  built.publicKey = pki.publicKeyFromPem(pair.publicKey);
  built.serialNumber = `0${(++made).toString(16)}`;
  built.validity.notBefore = new Date(lifetime.from);
  built.validity.notAfter = new Date(lifetime.to);
  const subject = [
    { name: 'countryName', value: 'US' },
    { name: 'organizationName', value: 'Test, Inc.' },
    { name: 'commonName', value: name },
  ];
  built.setSubject(subject);
  built.setIssuer(issuer ? pki.certificateFromPem(issuer.certificate).subject.attributes : subject);
  built.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ]);
  const privateKey = pki.privateKeyFromPem(pair.privateKey);
  built.sign(issuer ? pki.privateKeyFromPem(issuer.key) : privateKey, forge.md.sha256.create());
  const certificate = pki.certificateToPem(built);
  const chain = issuer ? [built, pki.certificateFromPem(issuer.certificate)] : [built];
  return {
    certificate,
    key: pair.privateKey,
    pfx: (password) => util.encode64(asn1.toDer(pkcs12.toPkcs12Asn1(privateKey, chain, password)).getBytes()),
  };
}
