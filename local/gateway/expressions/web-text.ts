import { htmlEntities } from './html-entities.ts';

/** `UrlEncode` as both classes have it, but for the case of the digits. */
export function urlEncode(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) {
    const letter = String.fromCharCode(byte);
    if (letter === ' ') out += '+';
    else out += /[A-Za-z0-9\-_.!*()]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** `UrlDecode`. Bytes that are no UTF-8 become U+FFFD. */
export function urlDecode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

const marks: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '&': '&amp;' };

/** `HtmlEncode`: marks by name, letters of Latin 1 and pairs by number. */
export function htmlEncode(text: string): string {
  return text
    .replaceAll(/[\ud800-\udfff]/gu, '\ufffd')
    .replaceAll(/[<>"'&\u00a0-\u00ff]|[\u{10000}-\u{10ffff}]/gu, (char) => marks[char] ?? `&#${char.codePointAt(0)};`);
}

/** `HtmlDecode`. What is no entity stays as it is. */
export function htmlDecode(text: string): string {
  return text.replaceAll(/&([^;&]*);/g, (whole, name: string) => numbered(name) ?? htmlEntities.get(name) ?? whole);
}

function numbered(name: string): string | undefined {
  const hex = /^#[xX]([0-9a-fA-F]+)$/.exec(name)?.[1];
  const digits = /^#\s*\+?([0-9]+)\s*$/.exec(name)?.[1];
  const code = hex === undefined ? (digits === undefined ? Number.NaN : Number(digits)) : Number.parseInt(hex, 16);
  const isLetter = code < 0xd800 || (code > 0xdfff && code <= 0x10_ffff);
  return isLetter ? String.fromCodePoint(code) : undefined;
}

/** `JavaScriptStringEncode`. */
export function scriptEncode(text: string): string {
  const short: Readonly<Record<string, string>> = {
    '\r': '\\r',
    '\t': '\\t',
    '"': '\\"',
    '\\': '\\\\',
    '\n': '\\n',
    '\b': '\\b',
    '\f': '\\f',
  };
  // oxlint-disable-next-line no-control-regex -- control characters are just what is escaped
  return text.replaceAll(/[\0-\x1f"\\'<>&\u0085\u2028\u2029]/g, (char) => short[char] ?? unicode(char));
}

const unicode = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
