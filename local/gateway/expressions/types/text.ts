import { ExpressionError } from '../../errors.ts';
import { arrayWith } from '../collections.ts';
import { compareBy, compareCulture, compareText, ignoresCase, lower, upper, type Comparison } from '../compare-text.ts';
import { composite } from '../composite-format.ts';
import { types } from '../net-type.ts';
import { Char } from '../numbers.ts';
import type { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';
import { iterate, toText } from '../values.ts';
import { argumentNull, outOfRange, split, substring, trim } from '../text-parts.ts';

type How = Comparison | undefined;

function notNull(value: string | null, name: string): string {
  if (value === null || value === undefined) throw argumentNull(name);
  return value;
}

function startIndex(text: string, start: number): number {
  if (start < 0 || start > text.length) throw outOfRange('startIndex');
  return start;
}

/** Where a text stands in another. Ordinal, but that the invariant culture finds nothing at the very start. */
function find(text: string, sought: string, from: number, count: number | undefined, how: How): number {
  startIndex(text, from);
  if (count !== undefined && (count < 0 || from + count > text.length)) throw outOfRange('count');
  const end = count === undefined ? text.length : from + count;
  const whole = text.slice(0, end);
  const [a, b] = ignoresCase(how) ? [upper(whole), upper(sought)] : [whole, sought];
  return a.indexOf(b, from);
}

function findLast(text: string, sought: string, from: number, how: How): number {
  if (text === '') return sought === '' ? 0 : -1;
  if (from < -1 || from > text.length) throw outOfRange('startIndex');
  const whole = text.slice(0, from + 1);
  const [a, b] = ignoresCase(how) ? [upper(whole), upper(sought)] : [whole, sought];
  if (sought === '') return Math.min(from, text.length - 1);
  return a.lastIndexOf(b);
}

function findAny(text: string, chars: readonly unknown[], last: boolean, from = last ? text.length - 1 : 0): number {
  const sought = new Set(chars.map(toText));
  if (last) {
    for (let i = from; i >= 0; i--) if (sought.has(text[i] as string)) return i;
    return -1;
  }
  for (let i = startIndex(text, from); i < text.length; i++) if (sought.has(text[i] as string)) return i;
  return -1;
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

function replaced(text: string, from: string | null, to: string | null): string {
  if (notNull(from, 'oldValue') === '')
    throw new ExpressionError('ArgumentException', 'String cannot be of zero length.\r\nParameter name: oldValue');
  return text.replaceAll(from as string, () => to ?? '');
}

const starts = (text: string, value: string | null, how: How) => {
  const sought = notNull(value, 'value');
  return ignoresCase(how) ? upper(text).startsWith(upper(sought)) : text.startsWith(sought);
};
const ends = (text: string, value: string | null, how: How) => {
  const sought = notNull(value, 'value');
  return ignoresCase(how) ? upper(text).endsWith(upper(sought)) : text.endsWith(sought);
};
const equal = (left: string | null, right: string | null, how: How) =>
  left === right || (left !== null && right !== null && compareBy(left, right, how ?? { name: 'Ordinal' }) === 0);
const part = (text: string | null, from: number, length: number) => (text === null ? null : text.slice(from, from + length));

export const stringType = typeTable(
  'class System.string : IComparable, IConvertible, IEnumerable<char>',
  {
    'new(char value, int count)': (value: string, count: number) => {
      if (count < 0) throw outOfRange('count');
      return value.repeat(count);
    },
    'new(char[] value)': (value: unknown[] | null) => texts(value).join(''),
    'new(char[] value, int startIndex, int length)': (value: unknown[], from: number, length: number) =>
      texts(value.slice(from, from + length)).join(''),
    'Length: int': (text: string) => text.length,
    'this[int index]: char': (text: string, index: number) => {
      if (index < 0 || index >= text.length)
        throw new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');
      return text[index];
    },
    'static Empty: string': () => '',
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
    'StartsWith(string value): bool': (text: string, value: string) => starts(text, value, undefined),
    'StartsWith(string value, StringComparison comparisonType): bool': starts,
    'StartsWith(string value, bool ignoreCase, CultureInfo culture): bool': (
      text: string,
      value: string,
      ignoreCase: boolean,
    ) => starts(text, value, ignoreCase ? { name: 'IgnoreCase' } : undefined),
    'EndsWith(string value): bool': (text: string, value: string) => ends(text, value, undefined),
    'EndsWith(string value, StringComparison comparisonType): bool': ends,
    'EndsWith(string value, bool ignoreCase, CultureInfo culture): bool': (
      text: string,
      value: string,
      ignoreCase: boolean,
    ) => ends(text, value, ignoreCase ? { name: 'IgnoreCase' } : undefined),
    'Contains(string value): bool': (text: string, value: string) => text.includes(notNull(value, 'value')),
    'Contains(string value, StringComparison comparisonType): bool': (text: string, value: string, how: How) =>
      find(text, notNull(value, 'value'), 0, undefined, how) !== -1,
    'IndexOf(char value): int': (text: string, value: string) => text.indexOf(value),
    'IndexOf(char value, int startIndex): int': (text: string, value: string, from: number) =>
      text.indexOf(value, startIndex(text, from)),
    'IndexOf(char value, int startIndex, int count): int': (text: string, value: string, from: number, count: number) =>
      find(text, value, from, count, undefined),
    'IndexOf(string value): int': (text: string, value: string) =>
      find(text, notNull(value, 'value'), 0, undefined, undefined),
    'IndexOf(string value, StringComparison comparisonType): int': (text: string, value: string, how: How) =>
      find(text, notNull(value, 'value'), 0, undefined, how),
    'IndexOf(string value, int startIndex): int': (text: string, value: string, from: number) =>
      find(text, notNull(value, 'value'), from, undefined, undefined),
    'IndexOf(string value, int startIndex, int count): int': (
      text: string,
      value: string,
      from: number,
      count: number,
    ) => find(text, notNull(value, 'value'), from, count, undefined),
    'IndexOf(string value, int startIndex, StringComparison comparisonType): int': (
      text: string,
      value: string,
      from: number,
      how: How,
    ) => find(text, notNull(value, 'value'), from, undefined, how),
    'LastIndexOf(char value): int': (text: string, value: string) => text.lastIndexOf(value),
    'LastIndexOf(char value, int startIndex): int': (text: string, value: string, from: number) => {
      if (text === '') return -1;
      if (from < 0 || from >= text.length) throw outOfRange('startIndex');
      return text.lastIndexOf(value, from);
    },
    'LastIndexOf(string value): int': (text: string, value: string) =>
      findLast(text, notNull(value, 'value'), text.length - 1, undefined),
    'LastIndexOf(string value, int startIndex): int': (text: string, value: string, from: number) =>
      findLast(text, notNull(value, 'value'), from, undefined),
    'LastIndexOf(string value, StringComparison comparisonType): int': (text: string, value: string, how: How) =>
      findLast(text, notNull(value, 'value'), text.length - 1, how),
    'IndexOfAny(char[] anyOf): int': (text: string, set: unknown[]) => findAny(text, set, false),
    'IndexOfAny(char[] anyOf, int startIndex): int': (text: string, set: unknown[], from: number) =>
      findAny(text, set, false, from),
    'LastIndexOfAny(char[] anyOf): int': (text: string, set: unknown[]) => findAny(text, set, true),
    'Replace(string oldValue, string newValue): string': replaced,
    'Replace(char oldChar, char newChar): string': (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    'Remove(int startIndex): string': (text: string, start: number) => {
      if (start < 0 || start >= text.length) throw outOfRange('startIndex');
      return text.slice(0, start);
    },
    'Remove(int startIndex, int count): string': (text: string, start: number, count: number) => {
      if (start < 0) throw outOfRange('startIndex');
      if (count < 0 || start + count > text.length) throw outOfRange('count');
      return text.slice(0, start) + text.slice(start + count);
    },
    'Insert(int startIndex, string value): string': (text: string, start: number, value: string | null) =>
      text.slice(0, startIndex(text, start)) + notNull(value, 'value') + text.slice(start),
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
    'Equals(string value, StringComparison comparisonType): bool': equal,
    'CompareTo(string strB): int': (text: string, value: string | null) => compareBy(text, value, undefined),
    'CompareTo(object value): int': (text: string, value: unknown) => {
      if (value !== null && typeof value !== 'string')
        throw new ExpressionError('ArgumentException', 'Object must be of type String.');
      return compareBy(text, value, undefined);
    },
    'ToString(): string': (text: string) => text,
    'ToString(IFormatProvider provider): string': (text: string) => text,
    'Clone(): object': (text: string) => text,
    'Normalize(): string': (text: string) => text.normalize(),
    'IsNormalized(): bool': (text: string) => text === text.normalize(),
    'static IsNullOrEmpty(string value): bool': (value: string | null) => value === null || value === '',
    'static IsNullOrWhiteSpace(string value): bool': (value: string | null) =>
      value === null || trim(value, [], true, false) === '',
    'static Format(string format, params object[] args): string': composite,
    'static Format(IFormatProvider provider, string format, params object[] args): string': (
      _provider: unknown,
      format: string,
      values: unknown[],
    ) => composite(format, values),
    'static Join(string separator, params string[] value): string': (separator: string | null, values: unknown[]) => {
      if (values === null) throw argumentNull('value');
      return values.map(toText).join(separator ?? '');
    },
    'static Join(string separator, params object[] values): string': (separator: string | null, values: unknown[]) => {
      if (values === null) throw argumentNull('values');
      // .NET Framework gives nothing at all where the first value is null.
      return values[0] === null ? '' : values.map(toText).join(separator ?? '');
    },
    'static Join<T>(string separator, IEnumerable<T> values): string': (separator: string | null, values: unknown) => {
      if (values === null) throw argumentNull('values');
      return Array.from(iterate(values), toText).join(separator ?? '');
    },
    'static Join(string separator, string[] value, int startIndex, int count): string': (
      separator: string | null,
      values: unknown[],
      from: number,
      count: number,
    ) => {
      if (from < 0 || count < 0 || from + count > values.length) throw outOfRange('startIndex');
      return values
        .slice(from, from + count)
        .map(toText)
        .join(separator ?? '');
    },
    'static Concat(string str0, string str1): string': (...values: unknown[]) => values.map(toText).join(''),
    'static Concat(string str0, string str1, string str2): string': (...values: unknown[]) =>
      values.map(toText).join(''),
    'static Concat(params string[] values): string': (values: unknown[]) => values.map(toText).join(''),
    'static Concat(object arg0): string': toText,
    'static Concat(params object[] args): string': (values: unknown[]) => values.map(toText).join(''),
    'static Concat<T>(IEnumerable<T> values): string': (values: unknown) => Array.from(iterate(values), toText).join(''),
    'static Copy(string text): string': (text: string) => text,
    'static Intern(string text): string': (text: string) => text,
    'static Equals(string a, string b): bool': (left: string | null, right: string | null) => left === right,
    'static Equals(string a, string b, StringComparison comparisonType): bool': equal,
    'static Compare(string strA, string strB): int': (left: string | null, right: string | null) =>
      compareBy(left, right, undefined),
    'static Compare(string strA, string strB, bool ignoreCase): int': (
      left: string | null,
      right: string | null,
      ignoreCase: boolean,
    ) => (left === null || right === null ? compareBy(left, right, undefined) : compareCulture(left, right, ignoreCase)),
    'static Compare(string strA, string strB, StringComparison comparisonType): int': compareBy,
    'static Compare(string strA, int indexA, string strB, int indexB, int length): int': (
      left: string | null,
      leftAt: number,
      right: string | null,
      rightAt: number,
      length: number,
    ) => compareBy(part(left, leftAt, length), part(right, rightAt, length), undefined),
    'static CompareOrdinal(string strA, string strB): int': (left: string | null, right: string | null) =>
      left === null || right === null ? compareBy(left, right, undefined) : compareText(left, right, false),
  },
);
