import { ExpressionError } from '../../errors.ts';
import type { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';

export const uriType = typeTable('class System.Uri', {
  'new(string address): Uri': (address: string) => parseUri(address) ?? badUri(),
  'new(string address, UriKind kind): Uri': (address: string) => parseUri(address) ?? badUri(),
  'new(Uri base, string relative): Uri': (base: URL, relative: string) => new URL(relative, base),
  'static TryCreate(string address, UriKind kind, out value): bool': (
    address: string,
    _kind: EnumValue,
    set: (value: unknown) => void,
  ) => {
    const found = parseUri(address);
    set(found ?? null);
    return found !== undefined;
  },
  'static EscapeDataString(string text): string': (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  'static UnescapeDataString(string text): string': (text: string) =>
    text.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodePercent),
  'static EscapeUriString(string text): string': encodeURI,
  'static IsWellFormedUriString(string text, UriKind kind): bool': (text: string, kind: EnumValue) =>
    kind.name !== 'Absolute' || parseUri(text) !== undefined,
  'AbsoluteUri: string': (uri: URL) => uri.href,
  'AbsolutePath: string': (uri: URL) => uri.pathname,
  'LocalPath: string': (uri: URL) => decodeURIComponent(uri.pathname),
  'PathAndQuery: string': (uri: URL) => uri.pathname + uri.search,
  'Query: string': (uri: URL) => uri.search,
  'Fragment: string': (uri: URL) => uri.hash,
  'Host: string': (uri: URL) => uri.hostname,
  'Authority: string': (uri: URL) => uri.host,
  'Scheme: string': (uri: URL) => uri.protocol.replace(':', ''),
  'Port: int': (uri: URL) => (uri.port === '' ? (uri.protocol === 'https:' ? 443 : 80) : Number(uri.port)),
  'Segments: string[]': (uri: URL) => uri.pathname.match(/[^/]*\/|[^/]+$/g) ?? [],
  'ToString(): string': (uri: URL) => uri.href,
});

function parseUri(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}

function badUri(): never {
  throw new ExpressionError('UriFormatException', 'Invalid URI: The format of the URI could not be determined.');
}

function decodePercent(text: string): string {
  const decoded = Buffer.from(text.replaceAll('%', ''), 'hex').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

const formEncode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+').replaceAll("'", '%27');
const htmlEncode = (text: string) =>
  text.replaceAll(
    /[&<>"']/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] as string,
  );
const htmlDecode = (text: string) =>
  text.replaceAll(
    /&(?:amp|lt|gt|quot|#39);/g,
    (entity) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" })[entity] as string,
  );
const webMembers = {
  'static UrlEncode(string text): string': formEncode,
  'static UrlDecode(string text): string': (text: string) =>
    text.replaceAll('+', ' ').replaceAll(/(?:%[0-9a-f]{2})+/gi, decodePercent),
  'static HtmlEncode(string text): string': htmlEncode,
  'static HtmlDecode(string text): string': htmlDecode,
};
/** HttpUtility writes its escapes in lower case. */
const lowerEncode = (text: string) => formEncode(text).replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
export const webTypes = [
  typeTable('static System.Net.WebUtility', webMembers),
  typeTable('static System.Web.HttpUtility', { ...webMembers, 'static UrlEncode(string text): string': lowerEncode }),
];
