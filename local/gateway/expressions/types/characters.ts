import { ExpressionError } from '../../errors.ts';
import { lower, upper } from '../compare-text.ts';
import { Char } from '../numbers.ts';
import { argumentNull, isBlank, outOfRange } from '../text-parts.ts';
import { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';
import { categoryOf, unicodeCategories } from '../regex/unicode-category.ts';
import { toText } from '../values.ts';

type Out = (value: unknown) => void;
const tests: Readonly<Record<string, { test(char: string): boolean }>> = {
  IsDigit: /\p{Nd}/u,
  IsNumber: /\p{N}/u,
  IsLetter: /\p{L}/u,
  IsLetterOrDigit: /[\p{L}\p{Nd}]/u,
  IsWhiteSpace: { test: isBlank },
  IsUpper: /\p{Lu}/u,
  IsLower: /\p{Ll}/u,
  IsPunctuation: /\p{P}/u,
  IsSymbol: /\p{S}/u,
  IsSeparator: /\p{Z}/u,
  IsControl: /\p{Cc}/u,
  IsSurrogate: /[\ud800-\udfff]/,
  IsHighSurrogate: /[\ud800-\udbff]/,
  IsLowSurrogate: /[\udc00-\udfff]/,
};

const testMembers = Object.fromEntries(
  Object.entries(tests).flatMap(([name, pattern]) => [
    [`static ${name}(char c): bool`, (char: string) => pattern.test(char)],
    [
      `static ${name}(string s, int index): bool`,
      (text: string | null, index: number) => pattern.test(unit(text, index)),
    ],
  ]),
);

/** The unit of a text at an index. */
function unit(text: string | null, index: number): string {
  if (text === null) throw argumentNull('s');
  const found = index < 0 ? undefined : text[index];
  if (found === undefined) throw outOfRange('index');
  return found;
}

const isPair = (text: string) => /^[\ud800-\udbff][\udc00-\udfff]/.test(text);

function codeOf(pair: string, at: string): number {
  if (!/[\ud800-\udfff]/.test(pair[0] as string) || isPair(pair)) return pair.codePointAt(0) as number;
  throw new ExpressionError('ArgumentException', `Found a surrogate char without its other half at index ${at}.`);
}

const romans = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 } as const;

/** What a digit, a fraction or another number of one letter is worth; -1 for none. */
function numericValue(char: string): number {
  if (/\p{Nd}/u.test(char)) {
    let zero = char.charCodeAt(0);
    while (zero > char.charCodeAt(0) - 9 && /\p{Nd}/u.test(String.fromCharCode(zero - 1))) zero--;
    return zero === 0x30 || char.charCodeAt(0) - zero <= 9 ? char.charCodeAt(0) - zero : -1;
  }
  if (!/\p{N}/u.test(char)) return -1;
  const plain = char.normalize('NFKC').replaceAll(/[().]/g, '');
  const [, above, below] = /^(\d+)(?:\u2044(\d+))?$/.exec(plain) ?? [];
  if (above !== undefined) return Number(above) / Number(below ?? 1);
  const letters = Array.from(plain.toUpperCase(), (letter) => romans[letter as keyof typeof romans]);
  if (letters.some((value) => value === undefined)) return -1;
  return letters.reduce<number>((sum, value, i) => sum + (value < (letters[i + 1] ?? 0) ? -value : value), 0);
}

const categoryValue = (char: string) => {
  const number = categoryOf(char.charCodeAt(0));
  return new EnumValue('UnicodeCategory', unicodeCategories[number] as string, number);
};

export const charType = typeTable('struct System.char : IComparable, IConvertible', {
  ...testMembers,
  'const MaxValue: char': () => '\uffff',
  'const MinValue: char': () => '\0',
  'static ToUpper(char c): char': upper,
  'static ToUpper(char c, CultureInfo culture): char': upper,
  'static ToLower(char c): char': lower,
  'static ToLower(char c, CultureInfo culture): char': lower,
  'static IsSurrogatePair(char highSurrogate, char lowSurrogate): bool': (high: string, low: string) =>
    isPair(high + low),
  'static IsSurrogatePair(string s, int index): bool': (text: string | null, index: number) =>
    isPair(unit(text, index) + (text?.[index + 1] ?? '')),
  'static GetUnicodeCategory(char c): UnicodeCategory': categoryValue,
  'static GetUnicodeCategory(string s, int index): UnicodeCategory': (text: string | null, index: number) =>
    categoryValue(unit(text, index)),
  'static ToUpperInvariant(char c): char': upper,
  'static ToLowerInvariant(char c): char': lower,
  'static ToString(char c): string': (char: string) => char,
  'static Parse(string s): char': (text: string | null) => {
    if (text === null) throw argumentNull('s');
    if (text.length !== 1) throw new ExpressionError('FormatException', 'String must be exactly one character long.');
    return text;
  },
  'static TryParse(string s, out char result): bool': (text: string | null, set: Out) => {
    set(text?.length === 1 ? text : '\0');
    return text?.length === 1;
  },
  'static GetNumericValue(char c): double': numericValue,
  'static GetNumericValue(string s, int index): double': (text: string | null, index: number) =>
    numericValue(unit(text, index)),
  'static ConvertFromUtf32(int utf32): string': (code: number) => {
    if (code >= 0 && code <= 0x10_ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code);
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff).\r\nParameter name: utf32',
    );
  },
  'static ConvertToUtf32(string s, int index): int': (text: string | null, index: number) =>
    codeOf(unit(text, index) + (text?.[index + 1] ?? ''), String(index)),
  'static ConvertToUtf32(char highSurrogate, char lowSurrogate): int': (high: string, low: string) => {
    if (isPair(high + low)) return codeOf(high + low, '0');
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.\r\nParameter name: highSurrogate',
    );
  },
  'CompareTo(char value): int': (char: Char, other: string) => char.code - other.charCodeAt(0),
  'CompareTo(object value): int': (char: Char, other: unknown) => {
    if (other instanceof Char) return char.code - other.code;
    if (other === null) return 1;
    throw new ExpressionError('ArgumentException', 'Object must be of type Char.');
  },
  'Equals(char obj): bool': (char: Char, other: string) => char.code === other.charCodeAt(0),
  'ToString(IFormatProvider provider?): string': toText,
});
