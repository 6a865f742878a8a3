import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fileOfDigest } from '../shared/contract/package-digest.ts';
import type { Config } from './config/schema.ts';

/** The package that the configuration names is not there, or is not what it says. */
export class PackageError extends Error {
  override name = 'PackageError';
}

/**
 * Refuses a deployment whose package is missing or has other bytes than its digest says.
 * @throws PackageError
 */
export async function checkPackage({ digest, directory }: Config['release']): Promise<void> {
  if (digest === undefined) return;
  const path = fileURLToPath(new URL(`${directory}/${fileOfDigest(digest)}`, import.meta.url));
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new PackageError(
      `exchange-api:release.digest: there is no ${path}; fetch it with: npm run package -- fetch ${digest}`,
      { cause },
    );
  });
  const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (actual !== digest)
    throw new PackageError(`exchange-api:release.digest: ${path} has other bytes: they hash to ${actual}`);
}
