import { compareBy, compareCulture, compareText, type Comparison } from '../compare-text.ts';
import { composite } from '../composite-format.ts';
import { argumentNull, outOfRange, trim } from '../text-parts.ts';
import { iterate, toText } from '../values.ts';

type Text = string | null;
type How = Comparison | undefined;

function concat(...values: unknown[]): string {
  return values.map(toText).join('');
}

function concatAll(values: readonly unknown[] | null): string {
  if (values === null) throw argumentNull('args');
  return concat(...values);
}

function cultured(left: Text, right: Text, ignoreCase: boolean): number {
  return left === null || right === null ? compareBy(left, right, undefined) : compareCulture(left, right, ignoreCase);
}

/** The part of a text that is compared. */
function part(text: Text, from: number, length: number): Text {
  if (length < 0) throw outOfRange('length');
  if (text === null) return null;
  if (from < 0 || from > text.length) throw outOfRange('index');
  return text.slice(from, from + length);
}

/** `Compare` of parts of texts, by what tells how to compare the parts. */
const parts =
  <T>(compare: (left: Text, right: Text, how: T) => number) =>
  (left: Text, leftAt: number, right: Text, rightAt: number, length: number, how: T) =>
    compare(part(left, leftAt, length), part(right, rightAt, length), how);

const byOrdinal = (left: Text, right: Text) =>
  left === null || right === null ? compareBy(left, right, undefined) : compareText(left, right, false);

export const equalText = (left: Text, right: Text, how: How): boolean =>
  left === right || (left !== null && right !== null && compareBy(left, right, how ?? { name: 'Ordinal' }) === 0);

function joined(separator: Text, values: unknown, name: string): string {
  if (values === null) throw argumentNull(name);
  return Array.from(iterate(values), toText).join(separator ?? '');
}

const region = 'string strA, int indexA, string strB, int indexB, int length';

/** The static methods of `string`. */
export const textStatics = {
  'static Empty: string': () => '',
  'static IsNullOrEmpty(string value): bool': (value: Text) => value === null || value === '',
  'static IsNullOrWhiteSpace(string value): bool': (value: Text) =>
    value === null || trim(value, [], true, false) === '',
  'static Format(string format, object arg0): string': (format: Text, value: unknown) => composite(format, [value]),
  'static Format(string format, params object[] args): string': (format: Text, values: unknown[] | null) =>
    composite(format, values),
  'static Format(IFormatProvider provider, string format, object arg0): string': (
    provider: unknown,
    format: Text,
    value: unknown,
  ) => composite(format, [value], provider),
  'static Format(IFormatProvider provider, string format, params object[] args): string': (
    provider: unknown,
    format: Text,
    values: unknown[] | null,
  ) => composite(format, values, provider),
  'static Join(string separator, params string[] value): string': (separator: Text, values: unknown[] | null) =>
    joined(separator, values, 'value'),
  'static Join(string separator, params object[] values): string': (separator: Text, values: unknown[] | null) =>
    // .NET Framework gives nothing at all where the first value is null.
    values?.[0] === null ? '' : joined(separator, values, 'values'),
  'static Join<T>(string separator, IEnumerable<T> values): string': (separator: Text, values: unknown) =>
    joined(separator, values, 'values'),
  'static Join(string separator, string[] value, int startIndex, int count): string': (
    separator: Text,
    values: unknown[] | null,
    from: number,
    count: number,
  ) => {
    if (values === null) throw argumentNull('value');
    if (from < 0 || count < 0 || from + count > values.length) throw outOfRange('startIndex');
    return joined(separator, values.slice(from, from + count), 'value');
  },
  'static Concat(string str0, string str1): string': concat,
  'static Concat(string str0, string str1, string str2): string': concat,
  'static Concat(string str0, string str1, string str2, string str3): string': concat,
  'static Concat(params string[] values): string': concatAll,
  'static Concat(object arg0): string': concat,
  'static Concat(object arg0, object arg1): string': concat,
  'static Concat(object arg0, object arg1, object arg2): string': concat,
  'static Concat(params object[] args): string': concatAll,
  'static Concat<T>(IEnumerable<T> values): string': (values: unknown) => joined('', values, 'values'),
  'static Copy(string str): string': (text: Text) => {
    if (text === null) throw argumentNull('str');
    return text;
  },
  'static Intern(string str): string': (text: Text) => {
    if (text === null) throw argumentNull('str');
    return text;
  },
  'static Equals(string a, string b): bool': (left: Text, right: Text) => left === right,
  'static Equals(string a, string b, StringComparison comparisonType): bool': equalText,
  'static Compare(string strA, string strB): int': (left: Text, right: Text) => compareBy(left, right, undefined),
  'static Compare(string strA, string strB, bool ignoreCase): int': cultured,
  'static Compare(string strA, string strB, bool ignoreCase, CultureInfo culture): int': cultured,
  'static Compare(string strA, string strB, StringComparison comparisonType): int': compareBy,
  [`static Compare(${region}): int`]: parts(compareBy),
  [`static Compare(${region}, bool ignoreCase): int`]: parts(cultured),
  [`static Compare(${region}, StringComparison comparisonType): int`]: parts(compareBy),
  'static CompareOrdinal(string strA, string strB): int': byOrdinal,
  [`static CompareOrdinal(${region}): int`]: parts(byOrdinal),
};
