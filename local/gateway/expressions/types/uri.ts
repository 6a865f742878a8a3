import { isIP } from 'node:net';
import { ExpressionError } from '../../errors.ts';
import { hashCode } from '../hash-code.ts';
import { NetUri, type Kind } from '../net-uri.ts';
import { asciiHost } from '../parse-uri.ts';
import { argumentNull } from '../text-parts.ts';
import { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';
import { escapeData, escapeUri, unescapeData } from '../uri-escape.ts';

type Out = (value: unknown) => void;
const kindOf = ({ name }: EnumValue) => name as Kind;

function tried(make: () => NetUri, set: Out): boolean {
  try {
    set(make());
    return true;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    set(null);
    return false;
  }
}

function present<T>(value: T | null, name: string): T {
  if (value === null) throw argumentNull(name);
  return value;
}

function leftPart(uri: NetUri, { name }: EnumValue): string {
  const { scheme, hasAuthority, path, query } = uri.absolute;
  if (name === 'Scheme') return `${scheme}:${hasAuthority ? '//' : ''}`;
  if (name === 'Authority') return uri.absolute.isDrive ? '' : uri.root;
  return uri.head + path + (name === 'Query' ? query : '');
}

const hostTypes = ['Unknown', 'Basic', 'Dns', 'IPv4', 'IPv6'];
const hostType = (name: string) => new EnumValue('UriHostNameType', name, hostTypes.indexOf(name));

function checkHost(name: string | null): EnumValue {
  if (name === null || name === '') return hostType('Unknown');
  const version = isIP(name.replace(/^\[|\]$/g, ''));
  if (version > 0) return hostType(`IPv${version}`);
  return hostType(
    /^[a-z0-9_\u00a0-\uffef][\w\-\u00a0-\uffef]*(?:\.[\w\-\u00a0-\uffef]+)*\.?$/i.test(name) ? 'Dns' : 'Unknown',
  );
}

const schemes = {
  ...{ File: 'file', Ftp: 'ftp', Gopher: 'gopher', Http: 'http', Https: 'https', Mailto: 'mailto', News: 'news' },
  ...{ Nntp: 'nntp', NetTcp: 'net.tcp', NetPipe: 'net.pipe' },
};

export const uriType = typeTable('class System.Uri', {
  'new(string uriString)': (text: string | null) => new NetUri(text),
  'new(string uriString, UriKind uriKind)': (text: string | null, kind: EnumValue) => new NetUri(text, kindOf(kind)),
  'new(Uri baseUri, string relativeUri)': NetUri.from,
  'new(Uri baseUri, Uri relativeUri)': NetUri.from,
  'static TryCreate(string uriString, UriKind uriKind, out Uri result): bool': (
    text: string | null,
    kind: EnumValue,
    set: Out,
  ) => tried(() => new NetUri(text, kindOf(kind)), set),
  'static TryCreate(Uri baseUri, string relativeUri, out Uri result): bool': (
    base: NetUri | null,
    text: string | null,
    set: Out,
  ) => tried(() => NetUri.from(base, text), set),
  'static TryCreate(Uri baseUri, Uri relativeUri, out Uri result): bool': (
    base: NetUri | null,
    other: NetUri | null,
    set: Out,
  ) => tried(() => NetUri.from(base, other), set),
  'static EscapeDataString(string stringToEscape): string': (text: string | null) =>
    escapeData(present(text, 'stringToEscape')),
  'static EscapeUriString(string stringToEscape): string': (text: string | null) =>
    escapeUri(present(text, 'stringToEscape')),
  'static UnescapeDataString(string stringToUnescape): string': (text: string | null) =>
    unescapeData(present(text, 'stringToUnescape')),
  'static IsWellFormedUriString(string uriString, UriKind uriKind): bool': (text: string | null, kind: EnumValue) => {
    let made: NetUri | undefined;
    return tried(
      () => new NetUri(text, kindOf(kind)),
      (found) => (made = (found as NetUri | null) ?? undefined),
    )
      ? made?.isWellFormed
      : false;
  },
  'static CheckSchemeName(string schemeName): bool': (name: string | null) =>
    name !== null && /^[a-z][a-z0-9+.-]*$/i.test(name),
  'static CheckHostName(string name): UriHostNameType': checkHost,
  'static IsHexDigit(char character): bool': (char: string) => /^[0-9a-f]$/i.test(char),
  'static FromHex(char digit): int': (char: string) => {
    if (/^[0-9a-f]$/i.test(char)) return Number.parseInt(char, 16);
    throw new ExpressionError('ArgumentException', 'digit');
  },
  'static HexEscape(char character): string': (char: string) =>
    `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  ...Object.fromEntries(
    Object.entries(schemes).map(([name, scheme]) => [`static UriScheme${name}: string`, () => scheme]),
  ),
  'static SchemeDelimiter: string': () => '://',
  'OriginalString: string': ({ original }: NetUri) => original,
  'IsAbsoluteUri: bool': ({ parts }: NetUri) => parts !== undefined,
  'UserEscaped: bool': () => false,
  'AbsoluteUri: string': (uri: NetUri) => uri.absoluteUri,
  'AbsolutePath: string': (uri: NetUri) => uri.absolute.path,
  'LocalPath: string': (uri: NetUri) => uri.localPath,
  'PathAndQuery: string': (uri: NetUri) => uri.absolute.path + uri.absolute.query,
  'Query: string': (uri: NetUri) => uri.absolute.query,
  'Fragment: string': (uri: NetUri) => uri.absolute.fragment,
  'Host: string': (uri: NetUri) => uri.absolute.host,
  'DnsSafeHost: string': (uri: NetUri) => uri.absolute.host.replace(/^\[|\]$/g, ''),
  'IdnHost: string': (uri: NetUri) => asciiHost(uri.absolute.host.replace(/^\[|\]$/g, '')),
  'HostNameType: UriHostNameType': (uri: NetUri) => hostType(uri.absolute.hostType),
  'Authority: string': (uri: NetUri) => uri.absolute.authority,
  'Scheme: string': (uri: NetUri) => uri.absolute.scheme,
  'Port: int': (uri: NetUri) => uri.absolute.port,
  'IsDefaultPort: bool': (uri: NetUri) => uri.absolute.isDefaultPort,
  'UserInfo: string': (uri: NetUri) => uri.absolute.userInfo,
  'IsFile: bool': (uri: NetUri) => uri.absolute.scheme === 'file',
  'IsUnc: bool': (uri: NetUri) => uri.absolute.scheme === 'file' && uri.absolute.host !== '',
  'IsLoopback: bool': (uri: NetUri) => uri.isLoopback,
  'Segments: string[]': (uri: NetUri) => uri.segments,
  'GetLeftPart(UriPartial part): string': leftPart,
  'MakeRelativeUri(Uri uri): Uri': (uri: NetUri, other: NetUri | null) => uri.relativeTo(present(other, 'uri')),
  'IsBaseOf(Uri uri): bool': (uri: NetUri, other: NetUri | null) => uri.contains(present(other, 'uri')),
  'IsWellFormedOriginalString(): bool': (uri: NetUri) => uri.isWellFormed,
  'GetHashCode(): int': (uri: NetUri) => hashCode(uri.key),
  'ToString(): string': (uri: NetUri) => uri.toNetString(),
  'Equals(object comparand): bool': (uri: NetUri, other: unknown) => {
    if (other instanceof NetUri) return uri.key === other.key;
    return typeof other === 'string' &&
      tried(
        () => new NetUri(other, 'RelativeOrAbsolute'),
        () => undefined,
      )
      ? uri.key === new NetUri(other, 'RelativeOrAbsolute').key
      : false;
  },
});
