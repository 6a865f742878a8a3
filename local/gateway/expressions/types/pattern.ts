import { ExpressionError } from '../../errors.ts';
import { arrayWith } from '../collections.ts';
import { enumValue } from '../enum-members.ts';
import { CaptureList, GroupList, MatchList, NetCapture, NetGroup, NetMatch } from '../regex/net-match.ts';
import { NetRegex } from '../regex/net-regex.ts';
import { types } from '../net-type.ts';
import { RegexReader } from '../regex/regex-reader.ts';
import { argumentNull } from '../text-parts.ts';
import { TimeSpan, type EnumValue } from '../time.ts';
import { typeTable } from '../type-table.ts';

type Evaluator = (match: NetMatch) => string | null;
type By = string | Evaluator;
const path = 'System.Text.RegularExpressions';

/** Expressions write patterns as constants, so few distinct ones are ever seen. */
const cache = new Map<string, NetRegex>();

function regex(pattern: string | null, options?: EnumValue, timeout?: TimeSpan): NetRegex {
  if (pattern === null) throw argumentNull('pattern');
  const limit = timeout === undefined || timeout.ticks === -10_000n ? undefined : timeout.milliseconds;
  if (limit !== undefined && (limit <= 0 || limit > 2_147_483_646))
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Specified argument was out of the range of valid values.\r\nParameter name: matchTimeout',
    );
  const key = `${options?.value ?? 0}/${limit ?? ''}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  if (cache.size > 1000) cache.clear();
  const made = new NetRegex(pattern, options?.value ?? 0, limit);
  cache.set(key, made);
  return made;
}

function input(text: string | null): string {
  if (text === null) throw argumentNull('input');
  return text;
}

function startAt(text: string | null, start: number): number {
  if (start >= 0 && start <= input(text).length) return start;
  throw new ExpressionError(
    'ArgumentOutOfRangeException',
    'Start index cannot be less than 0 or greater than input length.\r\nParameter name: startat',
  );
}

function counted(count: number): number {
  if (count >= -1) return count;
  throw new ExpressionError('ArgumentOutOfRangeException', 'Count cannot be less than -1.\r\nParameter name: count');
}

function part(one: NetRegex, text: string | null, begin: number, length: number): NetMatch {
  const whole = input(text).length;
  if (begin < 0 || begin > whole)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Start index cannot be less than 0 or greater than input length.\r\nParameter name: beginning',
    );
  if (length < 0 || length > whole - begin)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Length cannot be less than 0 or exceed input length.\r\nParameter name: length',
    );
  const end = begin + length;
  return one.match(text as string, one.backwards ? end : begin, begin, end);
}

function replaced(one: NetRegex, given: string | null, by: By | null, count = -1, from?: number): string {
  const text = input(given);
  if (by === null) throw argumentNull('replacement');
  counted(count);
  if (typeof by === 'function') return one.replace(text, (match) => by(match) ?? '', count, from);
  const replacement = one.replacement(by);
  return one.replace(text, (match) => replacement.expand(match), count, from);
}

function split(one: NetRegex, text: string | null, count = 0, from?: number): string[] {
  if (count < 0)
    throw new ExpressionError('ArgumentOutOfRangeException', 'Count cannot be less than -1.\r\nParameter name: count');
  return one.split(input(text), count, from);
}

const operations = {
  'IsMatch|string input|bool': (one: NetRegex, text: string | null) => one.match(input(text)).success,
  'Match|string input|Match': (one: NetRegex, text: string | null) => one.match(input(text)),
  'Matches|string input|MatchCollection': (one: NetRegex, text: string | null) =>
    new MatchList(one.matches(input(text))),
  'Replace|string input, string replacement|string': replaced,
  'Replace|string input, MatchEvaluator evaluator|string': replaced,
  'Split|string input|string[]': split,
};

/** Every operation also is a static method that takes the pattern second, with options and a time limit after all. */
const statics = Object.fromEntries(
  Object.entries(operations).flatMap(([key, run]) => {
    const [name, parameters = '', returns] = key.split('|');
    const [text, by] = parameters.split(', ');
    const list = [text, 'string pattern', ...(by === undefined ? [] : [by])].join(', ');
    const work = run as (one: NetRegex, text: string | null, by?: By) => unknown;
    const call =
      by === undefined
        ? (given: string | null, pattern: string | null, options?: EnumValue, timeout?: TimeSpan) =>
            work(regex(pattern, options, timeout), given)
        : (given: string | null, pattern: string | null, put: By, options?: EnumValue, timeout?: TimeSpan) =>
            work(regex(pattern, options, timeout), given, put);
    return ['', ', RegexOptions options', ', RegexOptions options, TimeSpan matchTimeout'].map((more) => [
      `static ${name}(${list}${more}): ${returns}`,
      call,
    ]);
  }),
);

const instance = Object.fromEntries(
  Object.entries(operations).map(([key, run]) => {
    const [name, parameters, returns] = key.split('|');
    return [`${name}(${parameters}): ${returns}`, run];
  }),
);

const special: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' };

function unescape(text: string | null): string {
  if (text === null) throw argumentNull('str');
  const reader = new RegexReader(text, 0);
  let out = '';
  while (!reader.done) {
    if (!reader.take('\\')) out += reader.next();
    else if (!reader.done) out += String.fromCharCode(reader.escapedUnit());
  }
  return out;
}

const regexType = typeTable(`class ${path}.Regex`, {
  'new(string pattern)': regex,
  'new(string pattern, RegexOptions options)': regex,
  'new(string pattern, RegexOptions options, TimeSpan matchTimeout)': regex,
  ...statics,
  ...instance,
  'IsMatch(string input, int startat): bool': (one: NetRegex, text: string | null, start: number) =>
    one.match(input(text), startAt(text, start)).success,
  'Match(string input, int startat): Match': (one: NetRegex, text: string | null, start: number) =>
    one.match(input(text), startAt(text, start)),
  'Match(string input, int beginning, int length): Match': part,
  'Matches(string input, int startat): MatchCollection': (one: NetRegex, text: string | null, start: number) =>
    new MatchList(one.matches(input(text), startAt(text, start))),
  ...Object.fromEntries(
    ['string replacement', 'MatchEvaluator evaluator'].flatMap((by) => [
      [`Replace(string input, ${by}, int count): string`, replaced],
      [
        `Replace(string input, ${by}, int count, int startat): string`,
        (one: NetRegex, text: string | null, put: By, count: number, start: number) =>
          replaced(one, text, put, count, startAt(text, start)),
      ],
    ]),
  ),
  'Split(string input, int count): string[]': split,
  'Split(string input, int count, int startat): string[]': (
    one: NetRegex,
    text: string | null,
    count: number,
    start: number,
  ) => split(one, text, count, startAt(text, start)),
  'GetGroupNames(): string[]': (one: NetRegex) => one.names,
  'GetGroupNumbers(): int[]': (one: NetRegex) => arrayWith([...one.parsed.numbers], types.int),
  'GroupNameFromNumber(int i): string': (one: NetRegex, number: number) =>
    one.names[one.parsed.numbers.indexOf(number)] ?? '',
  'GroupNumberFromName(string name): int': (one: NetRegex, name: string | null) => {
    if (name === null) throw argumentNull('name');
    return one.numberOf(name) ?? -1;
  },
  'Options: RegexOptions': ({ options }: NetRegex) => enumValue('RegexOptions', options),
  'RightToLeft: bool': (one: NetRegex) => one.backwards,
  'MatchTimeout: TimeSpan': ({ timeout }: NetRegex) => TimeSpan.fromMilliseconds(timeout ?? -1),
  'ToString(): string': (one: NetRegex) => one.source,
  'static Escape(string str): string': (text: string | null) => {
    if (text === null) throw argumentNull('str');
    return text.replaceAll(/[\\*+?|{[()^$.# \t\n\f\r]/g, (char) => special[char] ?? `\\${char}`);
  },
  'static Unescape(string str): string': unescape,
  'static InfiniteMatchTimeout: TimeSpan': () => TimeSpan.fromMilliseconds(-1),
});

const captureType = typeTable(`class ${path}.Capture`, {
  'Value: string': (capture: NetCapture) => capture.value,
  'Index: int': (capture: NetCapture) => capture.index,
  'Length: int': (capture: NetCapture) => capture.length,
  'ToString(): string': (capture: NetCapture) => capture.value,
});

const groupType = typeTable(`class ${path}.Group : Capture`, {
  'Success: bool': (group: NetGroup) => group.success,
  'Name: string': (group: NetGroup) => group.name,
  'Captures: CaptureCollection': (group: NetGroup) => group.captures,
});

const matchType = typeTable(`class ${path}.Match : Group`, {
  'static Empty: Match': () => NetMatch.none,
  'Groups: GroupCollection': (match: NetMatch) => new GroupList(match),
  'NextMatch(): Match': (match: NetMatch) => match.regex?.after(match) ?? match,
  'Result(string replacement): string': (match: NetMatch, replacement: string | null) => {
    if (replacement === null) throw argumentNull('replacement');
    if (!match.regex) throw new ExpressionError('NotSupportedException', 'Result cannot be called on a failed Match.');
    return match.regex.replacement(replacement).expand(match);
  },
});

const outside = (name: string) =>
  new ExpressionError(
    'ArgumentOutOfRangeException',
    `Specified argument was out of the range of valid values.\r\nParameter name: ${name}`,
  );

export const regexTypes = [
  [regexType, NetRegex],
  [captureType, NetCapture],
  [groupType, NetGroup],
  [matchType, NetMatch],
  [
    typeTable(`class ${path}.CaptureCollection : IEnumerable`, {
      'Count: int': (list: CaptureList) => list.items.length,
      'this[int i]: Capture': (list: CaptureList, index: number) => {
        const found = list.items[index];
        if (!found) throw outside('i');
        return found;
      },
    }),
    CaptureList,
  ],
  [
    typeTable(`class ${path}.GroupCollection : IEnumerable`, {
      'Count: int': (list: GroupList) => list.match.groups.length,
      'this[int groupnum]: Group': (list: GroupList, number: number) => list.match.group(number),
      'this[string groupname]: Group': (list: GroupList, name: string | null) => {
        if (name === null && list.match.success) throw argumentNull('groupname');
        return list.match.group(name);
      },
    }),
    GroupList,
  ],
  [
    typeTable(`class ${path}.MatchCollection : IEnumerable`, {
      'Count: int': (list: MatchList) => list.toNetItems().length,
      'this[int i]: Match': (list: MatchList, index: number) => {
        const found = index < 0 ? undefined : list.at(index);
        if (!found) throw outside('i');
        return found;
      },
    }),
    MatchList,
  ],
] as const;
