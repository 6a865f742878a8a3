/** A package's name everywhere: `sha256:` and the 64 hex digits of its bytes. */
export const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * The container that holds one package in the registry. Azure's container names have at most 63 characters, a digest
 * has 64: the first 32 name the container, all 64 are checked before a deployment.
 */
export function containerOfDigest(digest: string): string {
  return `sha256-${hexOf(digest).slice(0, 32)}`;
}

/** The file name of a package below `dist/packages`. */
export function fileOfDigest(digest: string): string {
  return `${hexOf(digest)}.zip`;
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}
