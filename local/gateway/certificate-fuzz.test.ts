import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import forge from 'node-forge';
import { Certificate, readCertificate, type CertificateSource } from './certificate.ts';
import { certificateOf } from './configuration/resources.ts';
import { LoadError } from './errors.ts';
import { makeCertificate } from './test-certificates.ts';

const { asn1, util } = forge;
const made = makeCertificate('fuzzed');
const pfx = Buffer.from(made.pfx('pw'), 'base64');
const encrypted = (password: string) =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password },
  }).privateKey;
const pem = Buffer.from(made.certificate + encrypted('pw'), 'latin1');

/** Bytes with some of them changed, taken out, said again or cut off. */
function spoilt(bytes: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat(bytes.length - 1);
  const one = fc.oneof(
    fc.tuple(at, fc.nat(255)).map(([i, value]) => (given: Buffer) => {
      const copy = Buffer.from(given);
      copy[i % Math.max(1, copy.length)] = value;
      return copy;
    }),
    fc.tuple(at, fc.nat(40)).map(
      ([i, n]) =>
        (given: Buffer) =>
          Buffer.concat([given.subarray(0, i), given.subarray(i + n)]),
    ),
    fc.tuple(at, fc.uint8Array({ maxLength: 8 })).map(
      ([i, more]) =>
        (given: Buffer) =>
          Buffer.concat([given.subarray(0, i), more, given.subarray(i)]),
    ),
    at.map((i) => (given: Buffer) => given.subarray(0, i)),
  );
  return fc
    .array(one, { minLength: 1, maxLength: 4 })
    .map((changes) => changes.reduce((all, change) => change(all), bytes));
}

function readOrRefused(source: CertificateSource): void {
  try {
    const read = certificateOf('one', { ...source });
    // What is named without content is not here, which is no mistake.
    if ((source.pem ?? source.data) === '') assert.equal(read, undefined);
    else assert.ok(read instanceof Certificate && /^[0-9A-F]{40}$/.test(read.thumbprint));
  } catch (error) {
    assert.ok(error instanceof LoadError, String(error));
  }
}

test('gateway: fuzz: a PFX or PEM file is read or refused as such; it never crashes or hangs', () => {
  const password = fc.constantFrom('pw', '', undefined);
  const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 200) };
  const data = fc.oneof(spoilt(pfx), spoilt(pem), fc.uint8Array({ maxLength: 200 }).map(Buffer.from));
  fc.assert(
    fc.property(data, password, (bytes, given) => readOrRefused({ data: bytes.toString('base64'), password: given })),
    runs,
  );
  fc.assert(
    fc.property(spoilt(pem), password, (bytes, given) =>
      readOrRefused({ pem: bytes.toString('latin1'), password: given }),
    ),
    runs,
  );
});

/** DER with its one INTEGER of this value changed to a billion. */
function withBillion(der: Buffer, value: number): Buffer {
  const tree = asn1.fromDer(util.createBuffer(der.toString('latin1')));
  let changed = 0;
  const visit = (node: forge.asn1.Asn1): void => {
    if (Array.isArray(node.value)) node.value.forEach(visit);
    else if (node.type === asn1.Type.INTEGER && Number(`0x${util.bytesToHex(node.value)}`) === value) {
      node.value = util.hexToBytes('3b9aca00');
      changed++;
    }
  };
  visit(tree);
  assert.equal(changed, 1);
  return Buffer.from(asn1.toDer(tree).getBytes(), 'latin1');
}

test('gateway: certificates: a file whose password would take a billion rounds is refused before they begin', () => {
  const file = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(made.key),
    [forge.pki.certificateFromPem(made.certificate)],
    'pw',
    { useMac: false },
  );
  const whole = Buffer.from(asn1.toDer(file).getBytes(), 'latin1');
  assert.ok(readCertificate({ data: whole.toString('base64'), password: 'pw' }).privateKey);
  const slow = /keys take more than 1000000 rounds/;
  const withMac = forge.pkcs12.toPkcs12Asn1(null, [forge.pki.certificateFromPem(made.certificate)], 'pw', {
    count: 77,
  });
  const mac = (withMac.value as forge.asn1.Asn1[])[2]?.value as forge.asn1.Asn1[];
  mac[2] = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.INTEGER, false, util.hexToBytes('3b9aca00'));
  const der = Buffer.from(asn1.toDer(withMac).getBytes(), 'latin1');
  assert.throws(() => readCertificate({ data: der.toString('base64'), password: 'pw' }), slow);

  const key = Buffer.from(encrypted('pw').replaceAll(/-----[^-]+-----/g, ''), 'base64');
  const long = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${withBillion(key, 2048).toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  assert.throws(() => readCertificate({ pem: made.certificate + long, password: 'pw' }), slow);
});
