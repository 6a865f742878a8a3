import type { KeyObject } from 'node:crypto';
import { Jwt } from './jwt.ts';

/** A key that tokens may be encrypted for: a private key, or a symmetric one. */
export interface DecryptionKey {
  id: string | undefined;
  key: KeyObject;
}

/** Whether it has the five parts of an encrypted token. */
export function isEncrypted(token: string): boolean {
  return token.split('.', 6).length === 5;
}

/** Opens an encrypted token with the first key that fits; undefined when none does. */
export async function decryptToken(token: string, keys: readonly DecryptionKey[]): Promise<Jwt | undefined> {
  const { compactDecrypt, decodeProtectedHeader } = await import('jose');
  const kid = tryTo(() => decodeProtectedHeader(token).kid);
  for (const { id, key } of keys) {
    if (id !== undefined && kid !== undefined && id !== kid) continue;
    // A key of another kind, or one that another party's tokens are for, opens nothing: the next may.
    const opened = await compactDecrypt(token, key.type === 'secret' ? key.export() : key).catch(() => undefined);
    if (opened) return readPlaintext(Buffer.from(opened.plaintext).toString('utf8'));
  }
  return undefined;
}

/** What was encrypted is a signed token, or claims without a signature. */
function readPlaintext(text: string): Jwt | undefined {
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  return Jwt.parse(text) ?? Jwt.parse(`${unsigned}.${Buffer.from(text).toString('base64url')}.`) ?? undefined;
}

function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // A token whose head cannot be read cannot be opened either.
    return undefined;
  }
}
