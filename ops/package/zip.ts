import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/**
 * A zip whose bytes depend on nothing but names and contents: sorted, with one date, without extra fields.
 * Stored and not deflated, because zlib's output differs between processors, and a digest must not.
 */
export async function zip(files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const archive = new ZipFile();
  // Zip's dates are local: made of local parts, they come out the same in every time zone.
  const mtime = new Date(1980, 0, 1);
  for (const [name, content] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    archive.addBuffer(Buffer.from(content), name, { mtime, mode: 0o100644, compress: false, forceDosTimestamp: true });
  }
  archive.end();
  return buffer(archive.outputStream);
}
