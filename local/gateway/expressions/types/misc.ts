import { ExpressionError } from '../../errors.ts';
import { hashCode } from '../hash-code.ts';
import { EnumValue } from '../time.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { areEqual, exceptionType, toText } from '../values.ts';
import { tokenTypeNames } from './json.ts';

export const objectType = typeTable('object', {
  'ToString(): string': (value: unknown) => toText(value),
  'Equals(object other): bool': (value: unknown, other: unknown) => areEqual(value, other),
  'GetHashCode(): int': hashCode,
  'static Equals(object left, object right): bool': areEqual,
  'static ReferenceEquals(object left, object right): bool': (left: unknown, right: unknown) => left === right,
});

export const functionType = typeTable('Func', {
  'Invoke(params object values): object': (call: (...values: unknown[]) => unknown, values: unknown[]) =>
    call(...values),
});
export const actionType = typeTable('Action', {}, 'Func');
export const voidType = typeTable('void', {});

const exceptionNames = [
  ...['Exception', 'ArgumentException', 'ArgumentNullException', 'InvalidOperationException', 'FormatException'],
  ...['NullReferenceException', 'InvalidCastException', 'KeyNotFoundException', 'OverflowException', 'JsonException'],
  ...['JsonReaderException', 'NotSupportedException', 'DivideByZeroException', 'IndexOutOfRangeException'],
  ...['ArgumentOutOfRangeException', 'TimeoutException', 'XmlException'],
];

/** `ToString()` of an exception carries no stack here. */
export const exceptionTypes: readonly TypeTable[] = exceptionNames.map((name) =>
  typeTable(
    name,
    {
      [`new(string message?): ${name}`]: (message?: string) =>
        new ExpressionError(name, message ?? `Exception of type 'System.${name}' was thrown.`),
      'Message: string': (error: Error) => error.message,
      'StackTrace: string': () => null,
      'InnerException: Exception': () => null,
      'ToString(): string': (error: Error) => `${exceptionType(error)}: ${error.message}`,
    },
    name === 'Exception' ? undefined : 'Exception',
  ),
);

export const uriType = typeTable('Uri', {
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
  'Segments: List': (uri: URL) => uri.pathname.match(/[^/]*\/|[^/]+$/g) ?? [],
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
export const webTypes: readonly TypeTable[] = [
  typeTable('WebUtility', webMembers),
  typeTable('HttpUtility', { ...webMembers, 'static UrlEncode(string text): string': lowerEncode }),
];

export class CultureInfo {
  toNetString(): string {
    return '';
  }
}

export const cultureType = typeTable('CultureInfo', {
  'static InvariantCulture: CultureInfo': () => new CultureInfo(),
  'static CurrentCulture: CultureInfo': () => new CultureInfo(),
  'new(string name): CultureInfo': (name: string) => {
    if (name !== '' && name !== 'en-US')
      throw new ExpressionError('CultureNotFoundException', `Culture '${name}' is not supported.`);
    return new CultureInfo();
  },
});

function enumType(name: string, members: Readonly<Record<string, number>>): TypeTable {
  return typeTable(name, {
    ...Object.fromEntries(
      Object.entries(members).map(([member, value]) => {
        const one = new EnumValue(name, member, value);
        return [`static ${member}: ${name}`, () => one];
      }),
    ),
    'HasFlag(object flag): bool': (value: EnumValue, flag: EnumValue) => (value.value & flag.value) === flag.value,
  });
}

const numbered = (...names: string[]) => Object.fromEntries(names.map((name, i) => [name, i]));
const comparisons = numbered(
  'CurrentCulture',
  'CurrentCultureIgnoreCase',
  'InvariantCulture',
  'InvariantCultureIgnoreCase',
  'Ordinal',
  'OrdinalIgnoreCase',
);

export const enumTypes: readonly TypeTable[] = [
  enumType('StringComparison', comparisons),
  enumType('StringComparer', comparisons),
  enumType('StringSplitOptions', { None: 0, RemoveEmptyEntries: 1 }),
  enumType('RegexOptions', {
    None: 0,
    IgnoreCase: 1,
    Multiline: 2,
    ExplicitCapture: 4,
    Compiled: 8,
    Singleline: 16,
    IgnorePatternWhitespace: 32,
    ECMAScript: 256,
    CultureInvariant: 512,
  }),
  enumType('SaveOptions', { None: 0, DisableFormatting: 1, OmitDuplicateNamespaces: 2 }),
  enumType('LoadOptions', { None: 0, PreserveWhitespace: 1 }),
  enumType('DateTimeKind', numbered('Unspecified', 'Utc', 'Local')),
  enumType('DateTimeStyles', {
    None: 0,
    AllowWhiteSpaces: 7,
    AdjustToUniversal: 16,
    AssumeLocal: 32,
    AssumeUniversal: 64,
    RoundtripKind: 128,
  }),
  enumType('NumberStyles', {
    None: 0,
    Integer: 7,
    AllowDecimalPoint: 32,
    Number: 111,
    Float: 167,
    Any: 511,
    HexNumber: 515,
  }),
  enumType('DayOfWeek', numbered('Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday')),
  enumType('MidpointRounding', numbered('ToEven', 'AwayFromZero')),
  enumType('Formatting', numbered('None', 'Indented')),
  enumType('UriKind', numbered('RelativeOrAbsolute', 'Absolute', 'Relative')),
  enumType('Base64FormattingOptions', numbered('None', 'InsertLineBreaks')),
  enumType('JTokenType', numbered(...tokenTypeNames)),
];
