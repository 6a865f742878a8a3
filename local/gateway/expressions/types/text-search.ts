import type { Comparison } from '../compare-text.ts';
import { endsWith, indexOf, lastIndexOf, startsWith } from '../find-text.ts';
import { argumentNull, outOfRange } from '../text-parts.ts';
import { toText } from '../values.ts';

type How = Comparison | undefined;
type Text = string | null;
const ordinal = { name: 'Ordinal' };
const caseless = (ignoreCase: boolean): How => (ignoreCase ? { name: 'InvariantCultureIgnoreCase' } : undefined);

function notNull(value: Text): string {
  if (value === null || value === undefined) throw argumentNull('value');
  return value;
}

function find(text: string, sought: Text, from: number, count: number | undefined, how: How): number {
  const value = notNull(sought);
  if (from < 0 || from > text.length) throw outOfRange('startIndex');
  if (count !== undefined && (count < 0 || from + count > text.length)) throw outOfRange('count');
  const found = indexOf(text.slice(from, count === undefined ? undefined : from + count), value, how);
  return found === -1 ? -1 : from + found;
}

/** Seeks backwards from `from` on, in `count` units. */
function findLast(text: string, sought: Text, from: number, count: number | undefined, how: How): number {
  const value = notNull(sought);
  if (text === '' && (from === -1 || from === 0)) return value === '' ? 0 : -1;
  if (from < 0 || from > text.length) throw outOfRange('startIndex');
  const isAfter = from === text.length;
  const start = isAfter ? from - 1 : from;
  const room = count === undefined ? start + 1 : isAfter ? Math.max(count - 1, 0) : count;
  if (room < 0 || start - room + 1 < 0 || (count ?? 0) < 0) throw outOfRange('count');
  if (value === '') return start;
  const low = start - room + 1;
  const found = lastIndexOf(text.slice(low, start + 1), value, how);
  return found === -1 ? -1 : low + found;
}

function findChar(text: string, char: string, from: number, count?: number): number {
  return find(text, char, from, count, ordinal);
}

function findLastChar(text: string, char: string, from: number, count?: number): number {
  if (text === '') return -1;
  if (from < 0 || from >= text.length) throw outOfRange('startIndex');
  return findLast(text, char, from, count, ordinal);
}

function findAny(text: string, set: readonly unknown[] | null, from = 0, count = text.length - from): number {
  if (set === null) throw argumentNull('anyOf');
  if (from < 0 || from > text.length) throw outOfRange('startIndex');
  if (count < 0 || from + count > text.length) throw outOfRange('count');
  const sought = new Set(set.map(toText));
  for (let i = from; i < from + count; i++) if (sought.has(text[i] as string)) return i;
  return -1;
}

function findLastAny(text: string, set: readonly unknown[] | null, from = text.length - 1, count = from + 1): number {
  if (set === null) throw argumentNull('anyOf');
  if (text === '') return -1;
  if (from < 0 || from >= text.length) throw outOfRange('startIndex');
  if (count < 0 || from - count < -1) throw outOfRange('count');
  const sought = new Set(set.map(toText));
  for (let i = from; i > from - count; i--) if (sought.has(text[i] as string)) return i;
  return -1;
}

/** What a `string` has to find things in it. Without a comparison, texts are sought as the culture compares them. */
export const searchMembers = {
  'StartsWith(string value): bool': (text: string, value: Text) => startsWith(text, notNull(value), undefined),
  'StartsWith(string value, StringComparison comparisonType): bool': (text: string, value: Text, how: How) =>
    startsWith(text, notNull(value), how),
  'StartsWith(string value, bool ignoreCase, CultureInfo culture): bool': (
    text: string,
    value: Text,
    ignoreCase: boolean,
  ) => startsWith(text, notNull(value), caseless(ignoreCase)),
  'EndsWith(string value): bool': (text: string, value: Text) => endsWith(text, notNull(value), undefined),
  'EndsWith(string value, StringComparison comparisonType): bool': (text: string, value: Text, how: How) =>
    endsWith(text, notNull(value), how),
  'EndsWith(string value, bool ignoreCase, CultureInfo culture): bool': (
    text: string,
    value: Text,
    ignoreCase: boolean,
  ) => endsWith(text, notNull(value), caseless(ignoreCase)),
  'Contains(string value): bool': (text: string, value: Text) => text.includes(notNull(value)),
  'Contains(string value, StringComparison comparisonType): bool': (text: string, value: Text, how: How) =>
    indexOf(text, notNull(value), how) !== -1,
  'IndexOf(char value): int': (text: string, char: string) => text.indexOf(char),
  'IndexOf(char value, int startIndex): int': findChar,
  'IndexOf(char value, int startIndex, int count): int': findChar,
  'IndexOf(string value): int': (text: string, value: Text) => find(text, value, 0, undefined, undefined),
  'IndexOf(string value, StringComparison comparisonType): int': (text: string, value: Text, how: How) =>
    find(text, value, 0, undefined, how),
  'IndexOf(string value, int startIndex): int': (text: string, value: Text, from: number) =>
    find(text, value, from, undefined, undefined),
  'IndexOf(string value, int startIndex, StringComparison comparisonType): int': (
    text: string,
    value: Text,
    from: number,
    how: How,
  ) => find(text, value, from, undefined, how),
  'IndexOf(string value, int startIndex, int count): int': (text: string, value: Text, from: number, count: number) =>
    find(text, value, from, count, undefined),
  'IndexOf(string value, int startIndex, int count, StringComparison comparisonType): int': find,
  'LastIndexOf(char value): int': (text: string, char: string) => text.lastIndexOf(char),
  'LastIndexOf(char value, int startIndex): int': findLastChar,
  'LastIndexOf(char value, int startIndex, int count): int': findLastChar,
  'LastIndexOf(string value): int': (text: string, value: Text) =>
    findLast(text, value, text.length - 1, undefined, undefined),
  'LastIndexOf(string value, StringComparison comparisonType): int': (text: string, value: Text, how: How) =>
    findLast(text, value, text.length - 1, undefined, how),
  'LastIndexOf(string value, int startIndex): int': (text: string, value: Text, from: number) =>
    findLast(text, value, from, undefined, undefined),
  'LastIndexOf(string value, int startIndex, StringComparison comparisonType): int': (
    text: string,
    value: Text,
    from: number,
    how: How,
  ) => findLast(text, value, from, undefined, how),
  'LastIndexOf(string value, int startIndex, int count): int': (
    text: string,
    value: Text,
    from: number,
    count: number,
  ) => findLast(text, value, from, count, undefined),
  'LastIndexOf(string value, int startIndex, int count, StringComparison comparisonType): int': findLast,
  'IndexOfAny(char[] anyOf): int': findAny,
  'IndexOfAny(char[] anyOf, int startIndex): int': findAny,
  'IndexOfAny(char[] anyOf, int startIndex, int count): int': findAny,
  'LastIndexOfAny(char[] anyOf): int': findLastAny,
  'LastIndexOfAny(char[] anyOf, int startIndex): int': findLastAny,
  'LastIndexOfAny(char[] anyOf, int startIndex, int count): int': findLastAny,
};
