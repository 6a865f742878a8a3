import { ExpressionError } from '../../../errors.ts';
import { defaultValue } from '../../conversions.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { equals, iterate, listOf } from '../../values.ts';
import { skip } from './filters.ts';
import { keyBy, type Func, type Items } from './sequence.ts';

const empty = () => new ExpressionError('InvalidOperationException', 'Sequence contains no elements');

const noMatch = () => new ExpressionError('InvalidOperationException', 'Sequence contains no matching element');

const manyFound = (predicate: unknown) =>
  new ExpressionError(
    'InvalidOperationException',
    predicate ? 'Sequence contains more than one matching element' : 'Sequence contains more than one element',
  );

function firstOf(items: Items, predicate?: Func): { found: boolean; value: unknown } {
  for (const item of iterate(items)) if (!predicate || predicate(item) === true) return { found: true, value: item };
  return { found: false, value: null };
}

function lastOf(items: Items, predicate?: Func): { found: boolean; value: unknown } {
  let last = { found: false, value: null as unknown };
  for (const item of iterate(items)) if (!predicate || predicate(item) === true) last = { found: true, value: item };
  return last;
}

function singleOf(items: Items, predicate?: Func): { found: boolean; value: unknown } {
  let only = { found: false, value: null as unknown };
  for (const item of iterate(items)) {
    if (predicate && predicate(item) !== true) continue;
    if (only.found) throw manyFound(predicate);
    only = { found: true, value: item };
  }
  return only;
}

function must({ found, value }: { found: boolean; value: unknown }, predicate: unknown): unknown {
  if (!found) throw predicate ? noMatch() : empty();
  return value;
}

function elementAt(items: Items, index: number): { found: boolean; value: unknown } {
  if (index < 0) return { found: false, value: null };
  const { done, value } = skip(items, index).next();
  return { found: done !== true, value };
}

function countOf(items: Items, predicate?: Func): number {
  let count = 0;
  for (const item of iterate(items)) if (!predicate || predicate(item) === true) count++;
  return count;
}

const orDefault = ({ found, value }: { found: boolean; value: unknown }, by: TypeArguments) =>
  found ? value : defaultValue(by.of('T'), by.registry);

/** What gives one value of a sequence. */
export const elements = {
  'static Any<T>(this IEnumerable<T> source): bool': (items: Items) => firstOf(items).found,
  'static Any<T>(this IEnumerable<T> source, Func<T, bool> predicate): bool': (items: Items, predicate: Func) =>
    firstOf(items, predicate).found,
  'static All<T>(this IEnumerable<T> source, Func<T, bool> predicate): bool': (items: Items, predicate: Func) =>
    !firstOf(items, (item) => predicate(item) !== true).found,
  'static Count<T>(this IEnumerable<T> source): int': (items: Items) => countOf(items),
  'static Count<T>(this IEnumerable<T> source, Func<T, bool> predicate): int': countOf,
  'static LongCount<T>(this IEnumerable<T> source): long': (items: Items) => countOf(items),
  'static First<T>(this IEnumerable<T> source): T': (items: Items) => must(firstOf(items), undefined),
  'static First<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (items: Items, predicate: Func) =>
    must(firstOf(items, predicate), predicate),
  'typed static FirstOrDefault<T>(this IEnumerable<T> source): T': (by: TypeArguments, items: Items) =>
    orDefault(firstOf(items), by),
  'typed static FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (
    by: TypeArguments,
    items: Items,
    predicate: Func,
  ) => orDefault(firstOf(items, predicate), by),
  'static Last<T>(this IEnumerable<T> source): T': (items: Items) => must(lastOf(items), undefined),
  'static Last<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (items: Items, predicate: Func) =>
    must(lastOf(items, predicate), predicate),
  'typed static LastOrDefault<T>(this IEnumerable<T> source): T': (by: TypeArguments, items: Items) =>
    orDefault(lastOf(items), by),
  'typed static LastOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (
    by: TypeArguments,
    items: Items,
    predicate: Func,
  ) => orDefault(lastOf(items, predicate), by),
  'static Single<T>(this IEnumerable<T> source): T': (items: Items) => must(singleOf(items), undefined),
  'static Single<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (items: Items, predicate: Func) =>
    must(singleOf(items, predicate), predicate),
  'typed static SingleOrDefault<T>(this IEnumerable<T> source): T': (by: TypeArguments, items: Items) =>
    orDefault(singleOf(items), by),
  'typed static SingleOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (
    by: TypeArguments,
    items: Items,
    predicate: Func,
  ) => orDefault(singleOf(items, predicate), by),
  'static ElementAt<T>(this IEnumerable<T> source, int index): T': (items: Items, index: number) => {
    const found = elementAt(items, index);
    if (!found.found)
      throw new ExpressionError('ArgumentOutOfRangeException', 'Index was out of range.\r\nParameter name: index');
    return found.value;
  },
  'typed static ElementAtOrDefault<T>(this IEnumerable<T> source, int index): T': (
    by: TypeArguments,
    items: Items,
    index: number,
  ) => orDefault(elementAt(items, index), by),
  'static Contains<T>(this IEnumerable<T> source, T value): bool': (items: Items, value: unknown) =>
    firstOf(items, (item) => equals(item, value)).found,
  'static Contains<T>(this IEnumerable<T> source, T value, IEqualityComparer<T> comparer): bool': (
    items: Items,
    value: unknown,
    comparer: unknown,
  ) => {
    const key = keyBy(comparer);
    return firstOf(items, (item) => key(item) === key(value)).found;
  },
  'static SequenceEqual<T>(this IEnumerable<T> source, IEnumerable<T> second, IEqualityComparer<T> comparer?): bool': (
    items: Items,
    other: Items,
    comparer?: unknown,
  ) => {
    const [a, b] = [listOf(items), listOf(other)];
    const key = comparer ? keyBy(comparer) : (item: unknown) => item;
    return a.length === b.length && a.every((item, i) => equals(key(item), key(b[i])));
  },
  'static Aggregate<T>(this IEnumerable<T> source, Func<T, T, T> step): T': (items: Items, step: Func) => {
    const [first, ...rest] = iterate(items);
    if (first === undefined) throw empty();
    return rest.reduce((total, item) => step(total, item), first);
  },
  'static Aggregate<T, A>(this IEnumerable<T> source, A seed, Func<A, T, A> step): A': (
    items: Items,
    seed: unknown,
    step: Func,
  ) => {
    let total = seed;
    for (const item of iterate(items)) total = step(total, item);
    return total;
  },
  'static Aggregate<T, A, R>(this IEnumerable<T> source, A seed, Func<A, T, A> step, Func<A, R> result): R': (
    items: Items,
    seed: unknown,
    step: Func,
    result: Func,
  ) => {
    let total = seed;
    for (const item of iterate(items)) total = step(total, item);
    return result(total);
  },
};
