import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The key that signs checkpoints of the audit trail, base64 of PKCS#8; made on the first start. Its public half lies
 * beside the checkpoints, as `public-key.pem`.
 */
export function checkpointKey(dir: string, checkpoints: string): string {
  const file = path.join(dir, 'checkpoint.key');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  mkdirSync(checkpoints, { recursive: true });
  writeFileSync(path.join(checkpoints, 'public-key.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
