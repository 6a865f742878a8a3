import { ExpressionError } from '../errors.ts';
import { argumentNull } from './text-parts.ts';

/** A .NET `Encoding`. */
export interface Encoding {
  readonly webName: string;
  readonly codePage: number;
  /** What .NET calls it at length. */
  readonly title: string;
  /** The bytes of each unit where all have as many; undefined where it varies. */
  readonly width: number | undefined;
  readonly preamble: readonly number[];
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const found = Uint8Array.from(bytes);
  for (let i = 0; i + width <= found.length; i += width) found.subarray(i, i + width).reverse();
  return found;
}

/** UTF-16 with what is no pair made U+FFFD, as .NET writes it. */
const encodeUtf16 = (text: string) => new Uint8Array(Buffer.from(text.toWellFormed(), 'utf16le'));

function encodeUtf32(text: string): Uint8Array {
  const points = Array.from(text.toWellFormed(), (char) => char.codePointAt(0) as number);
  return new Uint8Array(Uint32Array.from(points).buffer);
}

function decodeUtf32(bytes: Uint8Array): string {
  const view = Buffer.from(bytes);
  let text = '';
  for (let i = 0; i < view.length; i += 4) {
    const code = i + 4 <= view.length ? view.readUInt32LE(i) : 0xfffd;
    text += String.fromCodePoint(code > 0x10_ffff || (code >= 0xd800 && code < 0xe000) ? 0xfffd : code);
  }
  return text;
}

/** An encoding of one byte a letter, whose letters these are in order. */
function single(webName: string, codePage: number, title: string, letters: string): Encoding {
  const codes = new Map(Array.from(letters, (letter, code) => [letter, code]));
  return {
    webName,
    codePage,
    title,
    width: 1,
    preamble: [],
    encode: (text) => Uint8Array.from({ length: text.length }, (_, i) => codes.get(text[i] as string) ?? 63),
    decode: (bytes) => Array.from(bytes, (byte) => letters[byte] ?? '?').join(''),
  };
}

const units = (count: number) => Array.from({ length: count }, (_, code) => String.fromCharCode(code)).join('');
const allBytes = Uint8Array.from({ length: 256 }, (_, code) => code);
const listed = (name: string, codePage: number, title: string) =>
  single(name, codePage, title, new TextDecoder(name).decode(allBytes));

export const encodings = {
  UTF8: {
    ...{ webName: 'utf-8', codePage: 65_001, title: 'Unicode (UTF-8)', width: undefined },
    preamble: [0xef, 0xbb, 0xbf],
    encode: (text) => new Uint8Array(Buffer.from(text, 'utf8')),
    decode: (bytes) => utf8.decode(bytes),
  },
  ASCII: single('us-ascii', 20_127, 'US-ASCII', units(128)),
  Unicode: {
    ...{ webName: 'utf-16', codePage: 1200, title: 'Unicode', width: 2, preamble: [0xff, 0xfe] },
    encode: encodeUtf16,
    decode: (bytes) => utf16.decode(bytes),
  },
  BigEndianUnicode: {
    ...{ webName: 'utf-16BE', codePage: 1201, title: 'Unicode (Big-Endian)', width: 2, preamble: [0xfe, 0xff] },
    encode: (text) => swapped(encodeUtf16(text), 2),
    decode: (bytes) => utf16.decode(swapped(bytes, 2)),
  },
  UTF32: {
    ...{ webName: 'utf-32', codePage: 12_000, title: 'Unicode (UTF-32)', width: 4 },
    preamble: [0xff, 0xfe, 0, 0],
    encode: encodeUtf32,
    decode: decodeUtf32,
  },
} satisfies Readonly<Record<string, Encoding>>;

const latin = single('iso-8859-1', 28_591, 'Western European (ISO)', units(256));
/** What `Encoding.Default` is on a Windows of Western Europe or the United States. */
export const windows: Encoding = listed('windows-1252', 1252, 'Western European (Windows)');
const others = [
  ...[1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => [`windows-${page}`, page] as const),
  ...[2, 3, 4, 5, 6, 7, 8, 13, 15].map((part) => [`iso-8859-${part}`, 28_590 + part] as const),
  ['koi8-r', 20_866],
  ['koi8-u', 21_866],
] as const;
const aliases: Readonly<Record<string, string>> = {
  ascii: 'us-ascii',
  unicode: 'utf-16',
  'utf-16le': 'utf-16',
  unicodefffe: 'utf-16be',
  latin1: 'iso-8859-1',
  'iso_8859-1': 'iso-8859-1',
  'utf-32le': 'utf-32',
  'unicode-1-1-utf-8': 'utf-8',
};

/** `Encoding.GetEncoding`, by name or number. Throws ArgumentException and NotSupportedException. */
export function encodingOf(name: string | number | null): Encoding {
  if (name === null) throw argumentNull('name');
  const key = typeof name === 'string' ? (aliases[name.toLowerCase()] ?? name.toLowerCase()) : name;
  if (key === 0) return windows;
  const known: readonly Encoding[] = [...Object.values(encodings), latin, windows];
  const found = known.find(({ webName, codePage }) => webName.toLowerCase() === key || codePage === key);
  if (found) return found;
  const other = others.find(([webName, page]) => webName === key || page === key);
  if (other) return listed(other[0], other[1], other[0]);
  if (typeof name === 'string')
    throw new ExpressionError(
      'ArgumentException',
      `'${name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.\r\nParameter name: name`,
    );
  if (name < 0 || name > 65_535)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Valid values are between 0 and 65535, inclusive.\r\nParameter name: codepage',
    );
  throw new ExpressionError('NotSupportedException', `No data is available for encoding ${name}.`);
}
