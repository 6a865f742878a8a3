import { ExpressionError } from '../../errors.ts';
import { composite } from '../composite-format.ts';
import type { Char } from '../numbers.ts';
import type { EnumValue } from '../time.ts';
import { Query } from '../query.ts';
import { typeTable } from '../type-table.ts';
import { compareText, ignoresCase, lower, upper } from '../compare-text.ts';
import { iterate, toText } from '../values.ts';

type Comparison = EnumValue | undefined;

function outOfRange(name: string): ExpressionError {
  return new ExpressionError('ArgumentOutOfRangeException', `Index was out of range. Parameter name: ${name}`);
}

function notNull(value: string | null, name: string): string {
  if (value === null || value === undefined)
    throw new ExpressionError('ArgumentNullException', `Value cannot be null. Parameter name: ${name}`);
  return value;
}

function substring(text: string, start: number, length = text.length - start): string {
  if (start < 0 || start > text.length) throw outOfRange('startIndex');
  if (length < 0 || start + length > text.length) throw outOfRange('length');
  return text.substr(start, length);
}

function find(text: string, sought: string, comparison: Comparison, last = false): number {
  const [a, b] = ignoresCase(comparison) ? [upper(text), upper(sought)] : [text, sought];
  return last ? a.lastIndexOf(b) : a.indexOf(b);
}

function split(text: string, separators: readonly string[], count: number, options: EnumValue | undefined): string[] {
  const dropEmpty = ((options?.value ?? 0) & 1) !== 0;
  const sought = separators.length === 0 ? [' ', '\t', '\n', '\r', '\f', '\v'] : separators.filter((one) => one !== '');
  const parts: string[] = [];
  let from = 0;
  let i = 0;
  while (i < text.length && parts.length < count - 1) {
    const hit = sought.find((separator) => text.startsWith(separator, i));
    if (hit === undefined) {
      i++;
      continue;
    }
    if (!dropEmpty || i > from) parts.push(text.slice(from, i));
    i += hit.length;
    from = i;
  }
  const rest = text.slice(from);
  if (count > 0 && (!dropEmpty || rest !== '')) parts.push(rest);
  return parts;
}

const charsOf = (values: readonly unknown[]) =>
  values.flatMap((value) => (typeof value === 'string' ? value : toText(value)));

function trim(text: string, chars: readonly string[], start: boolean, end: boolean): string {
  const isTrimmed = (char: string) => (chars.length === 0 ? /\s/.test(char) : chars.includes(char));
  let from = 0;
  let to = text.length;
  while (start && from < to && isTrimmed(text[from] as string)) from++;
  while (end && to > from && isTrimmed(text[to - 1] as string)) to--;
  return text.slice(from, to);
}

const trimSet = (values: readonly unknown[]) => values.flatMap((value) => iterate(value)).map(toText);

export const stringType = typeTable(
  'string',
  {
    'Length: int': (text: string) => text.length,
    'this[int index]: char': (text: string, index: number) => {
      if (index < 0 || index >= text.length)
        throw new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');
      return text[index];
    },
    'static Empty: string': () => '',
    'Substring(int startIndex, int length?): string': substring,
    'ToUpper(): string': (text: string) => upper(text),
    'ToLower(): string': (text: string) => lower(text),
    'ToUpperInvariant(): string': (text: string) => upper(text),
    'ToLowerInvariant(): string': (text: string) => lower(text),
    'Trim(params object chars): string': (text: string, chars: unknown[]) =>
      trim(text, trimSet(chars.map(asItems)), true, true),
    'TrimStart(params object chars): string': (text: string, chars: unknown[]) =>
      trim(text, trimSet(chars.map(asItems)), true, false),
    'TrimEnd(params object chars): string': (text: string, chars: unknown[]) =>
      trim(text, trimSet(chars.map(asItems)), false, true),
    'StartsWith(string value, StringComparison comparison?): bool': (text: string, value: string, how: Comparison) =>
      ignoresCase(how) ? upper(text).startsWith(upper(value)) : text.startsWith(notNull(value, 'value')),
    'EndsWith(string value, StringComparison comparison?): bool': (text: string, value: string, how: Comparison) =>
      ignoresCase(how) ? upper(text).endsWith(upper(value)) : text.endsWith(notNull(value, 'value')),
    'Contains(string value, StringComparison comparison?): bool': (text: string, value: string, how: Comparison) =>
      find(text, notNull(value, 'value'), how) !== -1,
    'Contains(char value): bool': (text: string, value: string) => text.includes(value),
    'IndexOf(string value, StringComparison comparison?): int': (text: string, value: string, how: Comparison) =>
      find(text, notNull(value, 'value'), how),
    'IndexOf(char value, int start?): int': (text: string, value: string, start = 0) => text.indexOf(value, start),
    'IndexOf(string value, int start, StringComparison comparison?): int': (
      text: string,
      value: string,
      start: number,
      how: Comparison,
    ) => {
      const at = find(substring(text, start), value, how);
      return at === -1 ? -1 : at + start;
    },
    'LastIndexOf(string value, StringComparison comparison?): int': (text: string, value: string, how: Comparison) =>
      find(text, notNull(value, 'value'), how, true),
    'LastIndexOf(char value): int': (text: string, value: string) => text.lastIndexOf(value),
    'IndexOfAny(object chars): int': (text: string, chars: unknown) => {
      const sought = iterate(chars).map(toText);
      return [...Array(text.length).keys()].find((i) => sought.includes(text[i] as string)) ?? -1;
    },
    'Replace(string oldValue, string newValue): string': (text: string, from: string, to: string | null) => {
      if (notNull(from, 'oldValue') === '')
        throw new ExpressionError('ArgumentException', 'String cannot be of zero length.');
      return text.replaceAll(from, () => to ?? '');
    },
    'Replace(char oldChar, char newChar): string': (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    'Remove(int startIndex, int count?): string': (text: string, start: number, count?: number) => {
      const removed = substring(text, start, count);
      return text.slice(0, start) + text.slice(start + removed.length);
    },
    'Insert(int startIndex, string value): string': (text: string, start: number, value: string) =>
      substring(text, 0, start) + value + text.slice(start),
    'PadLeft(int width, char padding?): string': (text: string, width: number, padding = ' ') =>
      text.padStart(width, padding),
    'PadRight(int width, char padding?): string': (text: string, width: number, padding = ' ') =>
      text.padEnd(width, padding),
    'Split(params char separators): List': (text: string, separators: string[]) =>
      split(text, charsOf(separators), Number.MAX_SAFE_INTEGER, undefined),
    'Split(List separators, StringSplitOptions options): List': (
      text: string,
      separators: unknown[] | null,
      options: EnumValue,
    ) => split(text, (separators ?? []).map(toText), Number.MAX_SAFE_INTEGER, options),
    'Split(List separators, int count, StringSplitOptions options?): List': (
      text: string,
      separators: unknown[] | null,
      count: number,
      options?: EnumValue,
    ) => split(text, (separators ?? []).map(toText), count, options),
    'Split(char separator, StringSplitOptions options): List': (text: string, separator: string, options: EnumValue) =>
      split(text, [separator], Number.MAX_SAFE_INTEGER, options),
    'Split(string separator, StringSplitOptions options?): List': (
      text: string,
      separator: string,
      options?: EnumValue,
    ) => split(text, [separator], Number.MAX_SAFE_INTEGER, options),
    'ToCharArray(): List': (text: string) => iterate(text),
    'Equals(string value, StringComparison comparison?): bool': (text: string, value: string | null, how: Comparison) =>
      value !== null && compareText(text, value, ignoresCase(how)) === 0,
    'CompareTo(string value): int': (text: string, value: string | null) =>
      value === null ? 1 : compareText(text, value, false),
    'ToString(): string': (text: string) => text,
    'static IsNullOrEmpty(string value): bool': (value: string | null) => value === null || value === '',
    'static IsNullOrWhiteSpace(string value): bool': (value: string | null) => value === null || value.trim() === '',
    'static Format(string format, params object values): string': composite,
    'static Join(string separator, params object values): string': (separator: string | null, values: unknown[]) => {
      const [only] = values;
      const items = values.length === 1 && typeof only !== 'string' ? iterate(only) : values;
      return items.map(toText).join(separator ?? '');
    },
    'static Concat(params object values): string': (values: unknown[]) => {
      const [only] = values;
      const items = values.length === 1 && (Array.isArray(only) || only instanceof Query) ? iterate(only) : values;
      return items.map(toText).join('');
    },
    'static Equals(string left, string right, StringComparison comparison?): bool': (
      left: string | null,
      right: string | null,
      how: Comparison,
    ) => left === right || (left !== null && right !== null && compareText(left, right, ignoresCase(how)) === 0),
    'static Compare(string left, string right, bool ignoreCase?): int': (
      left: string | null,
      right: string | null,
      ignoreCase = false,
    ) => compareText(left ?? '', right ?? '', ignoreCase),
    'static Compare(string left, string right, StringComparison comparison): int': (
      left: string | null,
      right: string | null,
      how: Comparison,
    ) => compareText(left ?? '', right ?? '', ignoresCase(how)),
    'static CompareOrdinal(string left, string right): int': (left: string, right: string) =>
      compareText(left, right, false),
    'new(char value, int count): string': (value: string, count: number) => value.repeat(count),
    'new(List chars): string': (chars: unknown[]) => chars.map(toText).join(''),
  },
  'IEnumerable',
);

/** `Trim('a', 'b')` and `Trim(new[] { 'a' })` both give characters. */
function asItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

export const charType = typeTable('char', {
  'static IsDigit(char value): bool': (char: string) => /\p{Nd}/u.test(char),
  'static IsNumber(char value): bool': (char: string) => /\p{N}/u.test(char),
  'static IsLetter(char value): bool': (char: string) => /\p{L}/u.test(char),
  'static IsLetterOrDigit(char value): bool': (char: string) => /[\p{L}\p{Nd}]/u.test(char),
  'static IsWhiteSpace(char value): bool': (char: string) => /\s/.test(char),
  'static IsUpper(char value): bool': (char: string) => /\p{Lu}/u.test(char),
  'static IsLower(char value): bool': (char: string) => /\p{Ll}/u.test(char),
  'static IsPunctuation(char value): bool': (char: string) => /\p{P}/u.test(char),
  'static ToUpper(char value): char': (char: string) => char.toUpperCase(),
  'static ToLower(char value): char': (char: string) => char.toLowerCase(),
  'static ToUpperInvariant(char value): char': (char: string) => char.toUpperCase(),
  'static ToLowerInvariant(char value): char': (char: string) => char.toLowerCase(),
  'CompareTo(char other): int': (char: Char, other: string) => char.code - other.charCodeAt(0),
});

/** A .NET `StringBuilder`. */
export class StringBuilder {
  text = '';
  toNetString(): string {
    return this.text;
  }
}

export const stringBuilderType = typeTable('StringBuilder', {
  'new(string text?)': (text?: string) => {
    const builder = new StringBuilder();
    builder.text = text ?? '';
    return builder;
  },
  'Length: int': (builder: StringBuilder) => builder.text.length,
  'Append(object value): StringBuilder': (builder: StringBuilder, value: unknown) => {
    builder.text += toText(value);
    return builder;
  },
  'AppendLine(string value?): StringBuilder': (builder: StringBuilder, value?: string) => {
    builder.text += `${value ?? ''}\r\n`;
    return builder;
  },
  'AppendFormat(string format, params object values): StringBuilder': (
    builder: StringBuilder,
    format: string,
    values: unknown[],
  ) => {
    builder.text += composite(format, values);
    return builder;
  },
  'Insert(int index, string value): StringBuilder': (builder: StringBuilder, index: number, value: string) => {
    builder.text = builder.text.slice(0, index) + value + builder.text.slice(index);
    return builder;
  },
  'Replace(string from, string to): StringBuilder': (builder: StringBuilder, from: string, to: string) => {
    builder.text = builder.text.replaceAll(from, () => to);
    return builder;
  },
  'Clear(): StringBuilder': (builder: StringBuilder) => {
    builder.text = '';
    return builder;
  },
});
