import type { KeyObject } from 'node:crypto';
import { Certificate, fromBytes } from './certificate.ts';
import { ExpressionError } from './errors.ts';
import { NetRsa } from './expressions/net-rsa.ts';
import { argumentNull } from './expressions/text-parts.ts';
import { DateTime } from './expressions/time.ts';
import { typeTable } from './expressions/type-table.ts';
import { netName } from './net-name.ts';

/** The name of a subject or issuer. */
class DistinguishedName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const nameType = typeTable('class System.Security.Cryptography.X509Certificates.X500DistinguishedName', {
  'Name: string': ({ name }: DistinguishedName) => name,
});

/** Throws CryptographicException where there is no certificate in it. */
function made(bytes: Uint8Array | null, password?: string | null): Certificate {
  try {
    return fromBytes(Buffer.from(bytes ?? []), password ?? undefined);
  } catch (error) {
    throw new ExpressionError('CryptographicException', (error as Error).message);
  }
}

const certificateType = typeTable('class System.Security.Cryptography.X509Certificates.X509Certificate2', {
  'new(byte[] rawData)': made,
  'new(byte[] rawData, string password)': made,
  'Thumbprint: string': ({ thumbprint }: Certificate) => thumbprint,
  'GetCertHashString(): string': ({ thumbprint }: Certificate) => thumbprint,
  'SerialNumber: string': ({ x509 }: Certificate) => x509.serialNumber,
  'GetSerialNumberString(): string': ({ x509 }: Certificate) => x509.serialNumber,
  'Subject: string': ({ x509 }: Certificate) => netName(x509.subject),
  'Issuer: string': ({ x509 }: Certificate) => netName(x509.issuer),
  'SubjectName: X500DistinguishedName': ({ x509 }: Certificate) => new DistinguishedName(netName(x509.subject)),
  'IssuerName: X500DistinguishedName': ({ x509 }: Certificate) => new DistinguishedName(netName(x509.issuer)),
  'NotBefore: DateTime': ({ x509 }: Certificate) => DateTime.fromMilliseconds(x509.validFromDate.getTime()),
  'NotAfter: DateTime': ({ x509 }: Certificate) => DateTime.fromMilliseconds(x509.validToDate.getTime()),
  'HasPrivateKey: bool': ({ privateKey }: Certificate) => privateKey !== undefined,
  'RawData: byte[]': ({ x509 }: Certificate) => new Uint8Array(x509.raw),
  'Verify(): bool': (certificate: Certificate) => certificate.isTrusted(Date.now()),
  'VerifyNoRevocation(): bool': (certificate: Certificate) => certificate.isTrusted(Date.now()),
});

const rsaOf = (key: KeyObject | undefined) => (key?.asymmetricKeyType === 'rsa' ? new NetRsa(key) : null);

function present(certificate: Certificate | null): Certificate {
  if (certificate === null) throw argumentNull('certificate');
  return certificate;
}

const rsaExtensions = typeTable('static System.Security.Cryptography.X509Certificates.RSACertificateExtensions', {
  'static GetRSAPrivateKey(this X509Certificate2 certificate): RSA': (certificate: Certificate | null) =>
    rsaOf(present(certificate).privateKey),
  'static GetRSAPublicKey(this X509Certificate2 certificate): RSA': (certificate: Certificate | null) =>
    rsaOf(present(certificate).x509.publicKey),
});

export const certificateTypes = [
  [certificateType, Certificate],
  [nameType, DistinguishedName],
  [rsaExtensions],
] as const;
