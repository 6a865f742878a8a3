import { ExpressionError } from '../../errors.ts';
import { arrayWith } from '../collections.ts';
import { compareBy, lower, upper } from '../compare-text.ts';
import { types } from '../net-type.ts';
import { Char } from '../numbers.ts';
import type { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';
import { toText } from '../values.ts';
import { argumentNull, outOfRange, replaceText, split, substring, trim } from '../text-parts.ts';
import { searchMembers } from './text-search.ts';
import { equalText, textStatics } from './text-statics.ts';

function notNull(value: string | null, name: string): string {
  if (value === null || value === undefined) throw argumentNull(name);
  return value;
}

const whole = Number.MAX_SAFE_INTEGER;
const texts = (separators: readonly unknown[] | null) => (separators ?? []).map(toText);

function pad(text: string, width: number, padding: string, left: boolean): string {
  if (width < 0) throw outOfRange('totalWidth');
  return left ? text.padStart(width, padding) : text.padEnd(width, padding);
}

function chars(text: string, from = 0, count = text.length - from): unknown[] {
  return arrayWith(
    Array.from({ length: count }, (_, i) => new Char(text.charCodeAt(from + i))),
    types.char,
  );
}

/** Puts a part of a text into an array of letters. */
export function copyTo(text: string, from: number, target: unknown[] | null, to: number, count: number): void {
  if (target === null) throw argumentNull('destination');
  if (count < 0) throw outOfRange('count');
  if (from < 0 || from + count > text.length) throw outOfRange('sourceIndex');
  if (to < 0 || to + count > target.length) throw outOfRange('destinationIndex');
  for (const [i, char] of chars(text, from, count).entries()) target[to + i] = char;
}

/** `FormC` is `NFC` elsewhere. */
const formName = ({ name }: EnumValue) => name.replace('Form', 'NF');

function replaced(text: string, from: string | null, to: string | null): string {
  if (notNull(from, 'oldValue') === '')
    throw new ExpressionError('ArgumentException', 'String cannot be of zero length.\r\nParameter name: oldValue');
  return replaceText(text, from as string, to ?? '');
}

export const stringType = typeTable('class System.string : IComparable, IConvertible, IEnumerable<char>', {
  'new(char value, int count)': (value: string, count: number) => {
    if (count < 0) throw outOfRange('count');
    return value.repeat(count);
  },
  'new(char[] value)': (value: unknown[] | null) => texts(value).join(''),
  'new(char[] value, int startIndex, int length)': (value: unknown[] | null, from: number, length: number) => {
    if (value === null) throw argumentNull('value');
    if (from < 0 || length < 0 || from + length > value.length) throw outOfRange('startIndex');
    return texts(value.slice(from, from + length)).join('');
  },
  'Length: int': (text: string) => text.length,
  'this[int index]: char': (text: string, index: number) => {
    if (index < 0 || index >= text.length)
      throw new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');
    return text[index];
  },
  'Substring(int startIndex): string': (text: string, start: number) => substring(text, start),
  'Substring(int startIndex, int length): string': substring,
  'ToUpper(CultureInfo culture?): string': (text: string) => upper(text),
  'ToLower(CultureInfo culture?): string': (text: string) => lower(text),
  'ToUpperInvariant(): string': (text: string) => upper(text),
  'ToLowerInvariant(): string': (text: string) => lower(text),
  'Trim(): string': (text: string) => trim(text, [], true, true),
  'Trim(params char[] trimChars): string': (text: string, set: string[] | null) => trim(text, set ?? [], true, true),
  'TrimStart(params char[] trimChars): string': (text: string, set: string[] | null) =>
    trim(text, set ?? [], true, false),
  'TrimEnd(params char[] trimChars): string': (text: string, set: string[] | null) =>
    trim(text, set ?? [], false, true),
  ...searchMembers,
  'Replace(string oldValue, string newValue): string': replaced,
  'Replace(char oldChar, char newChar): string': replaceText,
  'Remove(int startIndex): string': (text: string, start: number) => {
    if (start < 0 || start >= text.length) throw outOfRange('startIndex');
    return text.slice(0, start);
  },
  'Remove(int startIndex, int count): string': (text: string, start: number, count: number) => {
    if (start < 0) throw outOfRange('startIndex');
    if (count < 0 || start + count > text.length) throw outOfRange('count');
    return text.slice(0, start) + text.slice(start + count);
  },
  'Insert(int startIndex, string value): string': (text: string, start: number, value: string | null) => {
    const put = notNull(value, 'value');
    if (start < 0 || start > text.length) throw outOfRange('startIndex');
    return text.slice(0, start) + put + text.slice(start);
  },
  'PadLeft(int totalWidth): string': (text: string, width: number) => pad(text, width, ' ', true),
  'PadLeft(int totalWidth, char paddingChar): string': (text: string, width: number, padding: string) =>
    pad(text, width, padding, true),
  'PadRight(int totalWidth): string': (text: string, width: number) => pad(text, width, ' ', false),
  'PadRight(int totalWidth, char paddingChar): string': (text: string, width: number, padding: string) =>
    pad(text, width, padding, false),
  'Split(params char[] separator): string[]': (text: string, separators: string[] | null) =>
    split(text, separators ?? [], whole, undefined),
  'Split(char[] separator, int count): string[]': (text: string, separators: unknown[] | null, count: number) =>
    split(text, texts(separators), count, undefined),
  'Split(char[] separator, StringSplitOptions options): string[]': (
    text: string,
    separators: unknown[] | null,
    options: EnumValue,
  ) => split(text, texts(separators), whole, options),
  'Split(char[] separator, int count, StringSplitOptions options): string[]': (
    text: string,
    separators: unknown[] | null,
    count: number,
    options: EnumValue,
  ) => split(text, texts(separators), count, options),
  'Split(string[] separator, StringSplitOptions options): string[]': (
    text: string,
    separators: unknown[] | null,
    options: EnumValue,
  ) => split(text, texts(separators), whole, options),
  'Split(string[] separator, int count, StringSplitOptions options): string[]': (
    text: string,
    separators: unknown[] | null,
    count: number,
    options: EnumValue,
  ) => split(text, texts(separators), count, options),
  'ToCharArray(): char[]': (text: string) => chars(text),
  'ToCharArray(int startIndex, int length): char[]': (text: string, from: number, length: number) => {
    substring(text, from, length);
    return chars(text, from, length);
  },
  'Equals(string value): bool': (text: string, value: string | null) => text === value,
  'Equals(string value, StringComparison comparisonType): bool': equalText,
  'CompareTo(string strB): int': (text: string, value: string | null) => compareBy(text, value, undefined),
  'CompareTo(object value): int': (text: string, value: unknown) => {
    if (value !== null && typeof value !== 'string')
      throw new ExpressionError('ArgumentException', 'Object must be of type String.');
    return compareBy(text, value, undefined);
  },
  'ToString(): string': (text: string) => text,
  'ToString(IFormatProvider provider): string': (text: string) => text,
  'Clone(): object': (text: string) => text,
  'CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count): void': copyTo,
  'Normalize(): string': (text: string) => text.normalize(),
  'Normalize(NormalizationForm normalizationForm): string': (text: string, form: EnumValue) =>
    text.normalize(formName(form)),
  'IsNormalized(): bool': (text: string) => text === text.normalize(),
  'IsNormalized(NormalizationForm normalizationForm): bool': (text: string, form: EnumValue) =>
    text === text.normalize(formName(form)),
  ...textStatics,
});
