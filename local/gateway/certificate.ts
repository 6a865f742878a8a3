import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { readPfx } from './pfx.ts';

/** What a machine gives of a certificate: PEM with the private key in it, or a PFX file in base64. */
export interface CertificateSource {
  pem?: string | undefined;
  data?: string | undefined;
  password?: string | undefined;
}

const longestChain = 10;
let publicAuthorities: readonly X509Certificate[] | undefined;

/** A certificate of the instance, with its private key where it came with one. */
export class Certificate {
  readonly x509: X509Certificate;
  readonly privateKey: KeyObject | undefined;
  /** The certificates of its issuers that came with it. */
  readonly #issuers: readonly X509Certificate[];
  /** Authorities that this machine trusts beside the public ones. */
  readonly #trusted: readonly X509Certificate[];

  /** Throws Error when there is no certificate among them. */
  constructor(
    certificates: readonly X509Certificate[],
    privateKey: KeyObject | undefined,
    trusted: readonly X509Certificate[] = [],
  ) {
    const own = (privateKey && certificates.find((one) => one.checkPrivateKey(privateKey))) ?? certificates[0];
    if (!own) throw new Error('there is no certificate in it');
    if (privateKey && !own.checkPrivateKey(privateKey))
      throw new Error('its private key belongs to another certificate');
    this.x509 = own;
    this.privateKey = privateKey;
    this.#issuers = certificates.filter((one) => one !== own);
    this.#trusted = trusted;
  }

  /** The SHA-1 of the certificate as .NET shows it. */
  get thumbprint(): string {
    return this.x509.fingerprint.replaceAll(':', '');
  }

  /** The certificate and its issuers, as TLS presents them. */
  get chain(): string {
    return [this.x509, ...this.#issuers].map(String).join('');
  }

  /** Whether it is valid at a time (milliseconds since 1970) and comes from an authority that is trusted here. */
  isTrusted(now: number): boolean {
    let at = this.x509;
    for (let steps = 0; steps < longestChain; steps++) {
      if (now < at.validFromDate.getTime() || now > at.validToDate.getTime()) return false;
      const authority = findIssuer(at, this.#trusted) ?? findIssuer(at, publicRoots());
      if (authority) return now <= authority.validToDate.getTime();
      const issuer = findIssuer(at, this.#issuers);
      if (!issuer || issuer === at) return false;
      at = issuer;
    }
    return false;
  }
}

function findIssuer(certificate: X509Certificate, among: readonly X509Certificate[]): X509Certificate | undefined {
  return among.find((one) => certificate.checkIssued(one) && certificate.verify(one.publicKey));
}

/** Read when first asked for: there are about 150 of them. */
function publicRoots(): readonly X509Certificate[] {
  publicAuthorities ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return publicAuthorities;
}

/** Reads a certificate. Throws Error with what is wrong. */
export function readCertificate(source: CertificateSource, trusted: readonly X509Certificate[] = []): Certificate {
  if (source.pem !== undefined) return fromPem(source.pem, source.password, trusted);
  return fromBytes(Buffer.from(source.data ?? '', 'base64'), source.password, trusted);
}

/** Reads the bytes of a PFX, PEM or DER file. Throws Error with what is wrong. */
export function fromBytes(
  bytes: Buffer,
  password: string | undefined,
  trusted: readonly X509Certificate[] = [],
): Certificate {
  if (bytes.subarray(0, 5).toString('latin1') === '-----') return fromPem(bytes.toString('latin1'), password, trusted);
  const plain = asDer(bytes);
  if (plain) return new Certificate([plain], undefined, trusted);
  const { certificates, privateKey } = readPfx(bytes, password ?? '');
  const key = privateKey && createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' });
  return new Certificate(
    certificates.map((one) => new X509Certificate(one)),
    key,
    trusted,
  );
}

function fromPem(text: string, password: string | undefined, trusted: readonly X509Certificate[]): Certificate {
  const certificates = certificatesOf(text);
  const key = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[^-]+-----END \1-----/.exec(text)?.[0];
  const privateKey = key === undefined ? undefined : createPrivateKey({ key, passphrase: password });
  return new Certificate(certificates, privateKey, trusted);
}

/** The certificates in a PEM text. Throws Error for one that cannot be read. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function asDer(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    // A PFX file begins like a certificate does: only reading it tells.
    return undefined;
  }
}
