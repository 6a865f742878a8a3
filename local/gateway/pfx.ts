import { createRequire } from 'node:module';
import type forge from 'node-forge';

type Forge = typeof forge;

/** What a PFX file (PKCS#12) holds, in DER; the key as PKCS#8. */
interface Pfx {
  certificates: Buffer[];
  privateKey: Buffer | undefined;
}

/** A file says how many rounds its keys take, and all wait for them: some two seconds here. */
const MOST_ROUNDS = 1_000_000;
const tooManyRounds = (): Error => new Error(`its keys take more than ${MOST_ROUNDS} rounds`);

type Derive = (...given: unknown[]) => unknown;

let library: Forge | undefined;
let roundsLeft = MOST_ROUNDS;

/** The library, which stops where the keys of one file take too many rounds. */
function forgeWithLimits(): Forge {
  if (library) return library;
  // Most gateways have no certificates: they need not wait for the library to load.
  library = createRequire(import.meta.url)('node-forge') as Forge;
  const limit = (owner: Record<string, Derive>, name: string, at: number) => {
    const derive = owner[name] as Derive;
    owner[name] = (...given) => {
      roundsLeft -= Number(given[at]);
      if (!(roundsLeft >= 0)) throw tooManyRounds();
      return derive(...given);
    };
  };
  const { pbe, pkcs5, pkcs12 } = library as unknown as Record<string, Record<string, Derive>>;
  limit(pbe as Record<string, Derive>, 'generatePkcs12Key', 3);
  limit(pkcs12 as Record<string, Derive>, 'generateKey', 3);
  limit(pkcs5 as Record<string, Derive>, 'pbkdf2', 2);
  return library;
}

/** Throws Error for an encrypted key (PKCS#8 in DER) whose password takes too many rounds, or that is none. */
export function checkRounds(encryptedKey: Buffer): void {
  const { asn1, util } = forgeWithLimits();
  const [algorithm] = asn1.fromDer(util.createBuffer(encryptedKey.toString('latin1'))).value as forge.asn1.Asn1[];
  const most = (node: forge.asn1.Asn1 | undefined): number => {
    if (Array.isArray(node?.value)) return Math.max(0, ...node.value.map(most));
    return node?.type === asn1.Type.INTEGER ? Number(`0x${util.bytesToHex(node.value) || '0'}`) : 0;
  };
  if (most(algorithm) > MOST_ROUNDS) throw tooManyRounds();
}

/** Opens a PFX file. Throws Error for a wrong password or a file that is none. */
export function readPfx(bytes: Buffer, password: string): Pfx {
  const { asn1, pkcs12, pki, util } = forgeWithLimits();
  roundsLeft = MOST_ROUNDS;
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
