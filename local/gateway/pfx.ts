import { createRequire } from 'node:module';
import type forge from 'node-forge';

type Forge = typeof forge;

/** What a PFX file (PKCS#12) holds, in DER; the key as PKCS#8. */
interface Pfx {
  certificates: Buffer[];
  privateKey: Buffer | undefined;
}

/** Opens a PFX file. Throws Error for a wrong password or a file that is none. */
export function readPfx(bytes: Buffer, password: string): Pfx {
  // Most gateways have no certificates: they need not wait for the library to load.
  const { asn1, pkcs12, pki, util } = createRequire(import.meta.url)('node-forge') as Forge;
  const der = (value: forge.asn1.Asn1) => Buffer.from(asn1.toDer(value).getBytes(), 'latin1');
  const file = pkcs12.pkcs12FromAsn1(asn1.fromDer(util.createBuffer(bytes.toString('latin1'))), password);
  const bags = file.safeContents.flatMap(({ safeBags }) => safeBags);
  const certificates = bags.flatMap(({ type, cert, asn1: other }) => {
    if (type !== pki.oids['certBag']) return [];
    return [der(cert ? pki.certificateToAsn1(cert) : other)];
  });
  const bag = bags.find(({ type }) => type === pki.oids['pkcs8ShroudedKeyBag'] || type === pki.oids['keyBag']);
  // The library knows RSA keys; any other it leaves as PKCS#8.
  const key = bag?.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag?.asn1;
  return { certificates, privateKey: key && der(key) };
}
