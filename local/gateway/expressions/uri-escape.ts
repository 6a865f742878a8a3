const unreserved = /[A-Za-z0-9\-._~]/;
const escapes = /(?:%[0-9a-fA-F]{2})+/g;

/** What a lead byte of UTF-8 says of how many bytes belong to its letter; 0 for none. */
const lengthOf = (byte: number) =>
  byte < 0x80 ? 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes the escaped letters for which `keep` does not hold; bytes that are no UTF-8 stay as they are. */
function unescaped(text: string, keep: (letter: string) => boolean): string {
  return text.replaceAll(escapes, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    let out = '';
    for (let i = 0; i < bytes.length;) {
      const letter = letterAt(bytes, i);
      const size = letter === undefined ? 1 : Buffer.byteLength(letter);
      out += letter === undefined || keep(letter) ? run.slice(i * 3, (i + size) * 3) : letter;
      i += size;
    }
    return out;
  });
}

function letterAt(bytes: Uint8Array, at: number): string | undefined {
  const length = lengthOf(bytes[at] as number);
  if (length === 0 || at + length > bytes.length) return undefined;
  try {
    return strict.decode(bytes.subarray(at, at + length));
  } catch {
    return undefined;
  }
}

const percent = (letter: string) =>
  Array.from(Buffer.from(letter), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** `Uri.EscapeDataString`. */
export const escapeData = (text: string): string => text.toWellFormed().replaceAll(/[^A-Za-z0-9\-._~]/gu, percent);

/** `Uri.EscapeUriString`, which leaves marks that mean something in an address. */
export const escapeUri = (text: string): string =>
  text.toWellFormed().replaceAll(/[^A-Za-z0-9\-._~;/?:@&=+$,#[\]!'()*]/gu, percent);

/** `Uri.UnescapeDataString`. */
export const unescapeData = (text: string): string => unescaped(text, () => false);

/** A part of an address as `AbsoluteUri` has it: escaped where it must be, and only there. */
export function canonical(part: string): string {
  return unescaped(part, (letter) => letter < '\u0080' && !unreserved.test(letter))
    .toWellFormed()
    .replaceAll(/%(?![0-9a-fA-F]{2})|[^A-Za-z0-9\-._~;/?:@&=+$,#[\]!'()*%]/gu, percent);
}

/** A part of an address as `ToString` shows it: unescaped where that changes nothing of its meaning. */
export function readable(part: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are just what is meant
  return unescaped(part, (letter) => /[\0-\x1f\x7f-\x9f;=?@#$%&+,/\\]/.test(letter));
}
