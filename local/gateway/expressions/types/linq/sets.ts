import { spend } from '../../budget.ts';
import { keyOf, type KeyOf } from '../../collections.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { iterate } from '../../values.ts';
import { keyBy, later, notNull, type Func, type Items } from './sequence.ts';

function* concat(...sources: Items[]) {
  for (const part of sources)
    for (const item of iterate(part)) {
      // A sequence joined to itself again and again doubles each time.
      spend();
      yield item;
    }
}

function* distinct(items: Iterable<unknown>, key: KeyOf, without: ReadonlySet<unknown> = new Set()) {
  const seen = new Set(without);
  for (const item of items) {
    const id = key(item);
    if (seen.has(id)) continue;
    seen.add(id);
    yield item;
  }
}

const keysOf = (items: Items, key: KeyOf) => new Set(Array.from(iterate(items), key));

function* intersect(items: Items, other: Items, key: KeyOf) {
  const left = keysOf(other, key);
  for (const item of iterate(items)) if (left.delete(key(item))) yield item;
}

function* zip(items: Items, other: Items, selector: Func) {
  const second = iterate(other)[Symbol.iterator]();
  for (const item of iterate(items)) {
    const next = second.next();
    if (next.done) return;
    yield selector(item, next.value);
  }
}

/** What puts two sequences together. */
export const sets = {
  'typed static Distinct<T>(this IEnumerable<T> source): IEnumerable<T>': (by: TypeArguments, items: Items) =>
    later(by, 'T', () => distinct(iterate(items), keyOf)),
  'typed static Distinct<T>(this IEnumerable<T> source, IEqualityComparer<T> comparer): IEnumerable<T>': (
    by: TypeArguments,
    items: Items,
    comparer: unknown,
  ) => later(by, 'T', () => distinct(iterate(items), keyBy(comparer))),
  'typed static Concat<T>(this IEnumerable<T> source, IEnumerable<T> second): IEnumerable<T>': (
    by: TypeArguments,
    items: Items,
    other: Items,
  ) => {
    notNull(other, 'second');
    return later(by, 'T', () => concat(items, other));
  },
  'typed static Append<T>(this IEnumerable<T> source, T value): IEnumerable<T>': (
    by: TypeArguments,
    items: Items,
    value: unknown,
  ) => later(by, 'T', () => concat(items, [value])),
  'typed static Prepend<T>(this IEnumerable<T> source, T value): IEnumerable<T>': (
    by: TypeArguments,
    items: Items,
    value: unknown,
  ) => later(by, 'T', () => concat([value], items)),
  'typed static Union<T>(this IEnumerable<T> source, IEnumerable<T> second, IEqualityComparer<T> comparer?): IEnumerable<T>':
    (by: TypeArguments, items: Items, other: Items, comparer?: unknown) =>
      later(by, 'T', () => distinct(concat(items, other), keyBy(comparer))),
  'typed static Intersect<T>(this IEnumerable<T> source, IEnumerable<T> second, IEqualityComparer<T> comparer?): IEnumerable<T>':
    (by: TypeArguments, items: Items, other: Items, comparer?: unknown) =>
      later(by, 'T', () => intersect(items, other, keyBy(comparer))),
  'typed static Except<T>(this IEnumerable<T> source, IEnumerable<T> second, IEqualityComparer<T> comparer?): IEnumerable<T>':
    (by: TypeArguments, items: Items, other: Items, comparer?: unknown) => {
      const key = keyBy(comparer);
      return later(by, 'T', () => distinct(iterate(items), key, keysOf(other, key)));
    },
  'typed static Zip<T, S, R>(this IEnumerable<T> source, IEnumerable<S> second, Func<T, S, R> selector): IEnumerable<R>':
    (by: TypeArguments, items: Items, other: Items, selector: Func) =>
      later(by, 'R', () => zip(items, other, selector)),
};
