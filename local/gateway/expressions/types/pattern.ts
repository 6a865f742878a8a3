import { NetGroup, NetMatch, translate } from '../net-regex.ts';
import type { EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';
import { toText } from '../values.ts';

type Evaluator = string | ((match: NetMatch) => unknown);

/** A compiled .NET regular expression. */
export class NetRegex {
  readonly source: string;
  readonly compiled: RegExp;
  constructor(source: string, options?: EnumValue) {
    this.source = source;
    this.compiled = translate(source, options?.value ?? 0);
  }

  toNetString(): string {
    return this.source;
  }

  matches(text: string, limit = Number.POSITIVE_INFINITY): NetMatch[] {
    const found: NetMatch[] = [];
    for (const match of text.matchAll(this.compiled)) {
      if (found.length >= limit) break;
      found.push(new NetMatch(match, text, this.compiled));
    }
    return found;
  }

  match(text: string, from = 0): NetMatch {
    this.compiled.lastIndex = from;
    const found = this.compiled.exec(text);
    this.compiled.lastIndex = 0;
    return new NetMatch(found, text, this.compiled);
  }

  replace(text: string, by: Evaluator, limit = -1): string {
    let out = '';
    let from = 0;
    for (const match of this.matches(text, limit < 0 ? undefined : limit)) {
      out += text.slice(from, match.index) + (typeof by === 'string' ? match.expand(by) : toText(by(match)));
      from = match.index + match.value.length;
    }
    return out + text.slice(from);
  }

  split(text: string): string[] {
    const parts: string[] = [];
    let from = 0;
    for (const match of this.matches(text)) {
      parts.push(
        text.slice(from, match.index),
        ...match.groups
          .slice(1)
          .filter(({ success }) => success)
          .map(({ value }) => value),
      );
      from = match.index + match.value.length;
    }
    return [...parts, text.slice(from)];
  }
}

/** Expressions write patterns as constants, so few distinct ones are ever seen. */
const cache = new Map<string, NetRegex>();

function regex(pattern: string, options?: EnumValue): NetRegex {
  const key = `${options?.value ?? 0}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  if (cache.size > 1000) cache.clear();
  const made = new NetRegex(pattern, options);
  cache.set(key, made);
  return made;
}

export const regexType = typeTable('Regex', {
  'new(string pattern, RegexOptions options?)': (pattern: string, options?: EnumValue) => regex(pattern, options),
  'new(string pattern, RegexOptions options, TimeSpan timeout)': (pattern: string, options?: EnumValue) =>
    regex(pattern, options),
  'IsMatch(string text): bool': (one: NetRegex, text: string) => one.match(text).success,
  'Match(string text): Match': (one: NetRegex, text: string) => one.match(text),
  'Matches(string text): List': (one: NetRegex, text: string) => one.matches(text),
  'Replace(string text, string replacement, int count?): string': (
    one: NetRegex,
    text: string,
    by: string,
    count?: number,
  ) => one.replace(text, by, count),
  'Replace(string text, func evaluator): string': (one: NetRegex, text: string, by: (match: NetMatch) => unknown) =>
    one.replace(text, by),
  'Split(string text): List': (one: NetRegex, text: string) => one.split(text),
  'static IsMatch(string text, string pattern, RegexOptions options?): bool': (
    text: string,
    pattern: string,
    options?: EnumValue,
  ) => regex(pattern, options).match(text).success,
  'static IsMatch(string text, string pattern, RegexOptions options, TimeSpan timeout): bool': (
    text: string,
    pattern: string,
    options: EnumValue,
  ) => regex(pattern, options).match(text).success,
  'static Match(string text, string pattern, RegexOptions options?): Match': (
    text: string,
    pattern: string,
    options?: EnumValue,
  ) => regex(pattern, options).match(text),
  'static Matches(string text, string pattern, RegexOptions options?): List': (
    text: string,
    pattern: string,
    options?: EnumValue,
  ) => regex(pattern, options).matches(text),
  'static Replace(string text, string pattern, string replacement, RegexOptions options?): string': (
    text: string,
    pattern: string,
    by: string,
    options?: EnumValue,
  ) => regex(pattern, options).replace(text, by),
  'static Replace(string text, string pattern, func evaluator, RegexOptions options?): string': (
    text: string,
    pattern: string,
    by: (match: NetMatch) => unknown,
    options?: EnumValue,
  ) => regex(pattern, options).replace(text, by),
  'static Split(string text, string pattern, RegexOptions options?): List': (
    text: string,
    pattern: string,
    options?: EnumValue,
  ) => regex(pattern, options).split(text),
  'static Escape(string text): string': (text: string) =>
    text.replaceAll(
      /[\\*+?|{[()^$.#\s]/g,
      (char) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' })[char] ?? `\\${char}`,
    ),
});

export const matchType = typeTable(
  'Match',
  {
    'Groups: GroupCollection': (match: NetMatch) => match,
    'this[int index]: Group': (match: NetMatch, index: number) => match.groups[index] ?? NetGroup.missing,
    'this[string name]: Group': (match: NetMatch, name: string) => match.named(name),
    'NextMatch(): Match': (match: NetMatch) => match.next(),
    'Result(string replacement): string': (match: NetMatch, replacement: string) => match.expand(replacement),
  },
  'Group',
);

/** A match stands for its own groups. */
export const groupsType = typeTable(
  'GroupCollection',
  {
    'Count: int': (match: NetMatch) => match.groups.length,
    'this[int index]: Group': (match: NetMatch, index: number) => match.groups[index] ?? NetGroup.missing,
    'this[string name]: Group': (match: NetMatch, name: string) => match.named(name),
  },
  'IEnumerable',
);

export const groupType = typeTable('Group', {
  'Success: bool': (group: NetGroup) => group.success,
  'Value: string': (group: NetGroup) => group.value,
  'Index: int': (group: NetGroup) => group.index,
  'Length: int': (group: NetGroup) => group.value.length,
  'Name: string': (group: NetGroup) => group.name,
});
