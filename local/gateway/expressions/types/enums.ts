import { CultureInfo, cultureOf } from '../culture.ts';
import { dateStyles } from '../date-fields.ts';
import { compareBy, ignoresCase, upper } from '../compare-text.ts';
import { hashCode } from '../hash-code.ts';
import { compareValues } from '../ordering.ts';
import { argumentNull } from '../text-parts.ts';
import { equals } from '../values.ts';
import { regexOptions } from '../regex/regex-node.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { unicodeCategories } from '../regex/unicode-category.ts';
import { enumType } from './enum-base.ts';
import { tokenTypeNames } from '../json/json-type.ts';

/** Ways to format and to compare. */
export const cultureTypes = [
  [typeTable('interface System.IFormatProvider', {})],
  [
    typeTable('class System.Globalization.CultureInfo : IFormatProvider', {
      'static InvariantCulture: CultureInfo': () => new CultureInfo(),
      'static CurrentCulture: CultureInfo': () => new CultureInfo(),
      'static CurrentUICulture: CultureInfo': () => new CultureInfo(),
      'new(string name): CultureInfo': cultureOf,
      'static GetCultureInfo(string name): CultureInfo': cultureOf,
      'static CreateSpecificCulture(string name): CultureInfo': (name: string | null) =>
        cultureOf(name === 'en' ? 'en-US' : name),
      'Name: string': ({ name }: CultureInfo) => name,
      'TwoLetterISOLanguageName: string': ({ name }: CultureInfo) => (name === '' ? 'iv' : 'en'),
      'ToString(): string': ({ name }: CultureInfo) => name,
    }),
    CultureInfo,
  ],
  [
    typeTable('class System.Globalization.NumberFormatInfo : IFormatProvider', {
      'static InvariantInfo: NumberFormatInfo': () => new CultureInfo(),
    }),
  ],
  [
    typeTable('class System.Globalization.DateTimeFormatInfo : IFormatProvider', {
      'static InvariantInfo: DateTimeFormatInfo': () => new CultureInfo(),
    }),
  ],
] as const;

const numbered = (...names: string[]) => Object.fromEntries(names.map((name, i) => [name, i]));
const comparisons = numbered(
  'CurrentCulture',
  'CurrentCultureIgnoreCase',
  'InvariantCulture',
  'InvariantCultureIgnoreCase',
  'Ordinal',
  'OrdinalIgnoreCase',
);

/** How texts are compared, as an object. */
export class StringComparer {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export const comparerType = typeTable('class System.StringComparer : IComparer<string>, IEqualityComparer<string>', {
  ...Object.fromEntries(
    Object.keys(comparisons).map((name) => [`static ${name}: StringComparer`, () => new StringComparer(name)]),
  ),
  'Equals(string left, string right): bool': (how: StringComparer, left: string | null, right: string | null) =>
    compareBy(left, right, how) === 0,
  'Compare(string left, string right): int': (how: StringComparer, left: string | null, right: string | null) =>
    compareBy(left, right, how),
  'Equals(object x, object y): bool': (how: StringComparer, left: unknown, right: unknown) =>
    typeof left === 'string' && typeof right === 'string' ? compareBy(left, right, how) === 0 : equals(left, right),
  'Compare(object x, object y): int': (how: StringComparer, left: unknown, right: unknown) =>
    typeof left === 'string' && typeof right === 'string' ? compareBy(left, right, how) : compareValues(left, right),
  'GetHashCode(string obj): int': (how: StringComparer, text: string | null) => {
    if (text === null) throw argumentNull('obj');
    return hashCode(ignoresCase(how) ? upper(text) : text);
  },
});

export const enumTypes: readonly TypeTable[] = [
  enumType('System.StringComparison', comparisons),
  enumType('System.StringSplitOptions', { None: 0, RemoveEmptyEntries: 1 }),
  enumType('System.Text.RegularExpressions.RegexOptions', regexOptions),
  enumType('System.DateTimeKind', numbered('Unspecified', 'Utc', 'Local')),
  enumType('System.Globalization.DateTimeStyles', dateStyles),
  enumType('System.Globalization.NumberStyles', {
    None: 0,
    AllowLeadingWhite: 1,
    AllowTrailingWhite: 2,
    AllowLeadingSign: 4,
    Integer: 7,
    AllowTrailingSign: 8,
    AllowParentheses: 16,
    AllowDecimalPoint: 32,
    AllowThousands: 64,
    Number: 111,
    AllowExponent: 128,
    Float: 167,
    AllowCurrencySymbol: 256,
    Currency: 383,
    Any: 511,
    AllowHexSpecifier: 512,
    HexNumber: 515,
  }),
  enumType('System.DayOfWeek', numbered('Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday')),
  enumType('System.MidpointRounding', numbered('ToEven', 'AwayFromZero')),
  enumType('Newtonsoft.Json.Formatting', numbered('None', 'Indented')),
  enumType('System.Globalization.UnicodeCategory', numbered(...unicodeCategories)),
  enumType('System.Text.NormalizationForm', { FormC: 1, FormD: 2, FormKC: 5, FormKD: 6 }),
  enumType('System.Net.Sockets.AddressFamily', { Unspecified: 0, Unix: 1, InterNetwork: 2, InterNetworkV6: 23 }),
  enumType('System.Security.Cryptography.CipherMode', { CBC: 1, ECB: 2, OFB: 3, CFB: 4, CTS: 5 }),
  enumType('System.Security.Cryptography.PaddingMode', { None: 1, PKCS7: 2, Zeros: 3, ANSIX923: 4, ISO10126: 5 }),
  enumType('System.UriPartial', numbered('Scheme', 'Authority', 'Path', 'Query')),
  enumType('System.UriHostNameType', numbered('Unknown', 'Basic', 'Dns', 'IPv4', 'IPv6')),
  enumType('System.UriKind', numbered('RelativeOrAbsolute', 'Absolute', 'Relative')),
  enumType('System.Base64FormattingOptions', numbered('None', 'InsertLineBreaks')),
  enumType('Newtonsoft.Json.Linq.JTokenType', numbered(...tokenTypeNames)),
];
