import { arrayWith, Grouping, Query, type KeyOf } from '../../collections.ts';
import { netType, type NetType } from '../../net-type.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { iterate } from '../../values.ts';
import { keyBy, later, type Func, type Items } from './sequence.ts';

function groupsOf(items: Items, key: Func, value: Func | undefined, types_: [NetType, NetType], by: KeyOf): Grouping[] {
  const made = new Map<unknown, Grouping>();
  for (const item of iterate(items)) {
    const found = key(item);
    const id = by(found);
    const group = made.get(id) ?? new Grouping(found, ...types_);
    made.set(id, group);
    group.items.push(value ? value(item) : item);
  }
  return [...made.values()];
}

function* join(
  outer: Items,
  inner: Items,
  outerKey: Func,
  innerKey: Func,
  result: Func,
  grouped: boolean,
  by: TypeArguments,
  keyOf: KeyOf,
) {
  const found = new Map<unknown, unknown[]>();
  for (const item of iterate(inner)) {
    const id = keyOf(innerKey(item));
    const known = found.get(id);
    if (known) known.push(item);
    else if (id !== null) found.set(id, [item]);
  }
  for (const item of iterate(outer)) {
    const matches = found.get(keyOf(outerKey(item))) ?? [];
    if (grouped) yield result(item, arrayWith([...matches], by.of('I')));
    else for (const match of matches) yield result(item, match);
  }
}

/** `ILookup`: groups by key, and none for a key that is not there. */
export class Lookup extends Query {
  readonly #groups: ReadonlyMap<unknown, Grouping>;
  readonly #keyOf: KeyOf;
  readonly lookupType: NetType;
  constructor(key: NetType, element: NetType, all: readonly Grouping[], by: KeyOf) {
    super(netType('IGrouping', [key, element]), () => all.values());
    this.#keyOf = by;
    this.#groups = new Map(all.map((group) => [by(group.key), group]));
    this.lookupType = netType('Lookup', [key, element]);
  }

  get count(): number {
    return this.#groups.size;
  }

  get(key: unknown): Grouping | undefined {
    return this.#groups.get(this.#keyOf(key));
  }
}

function lookup(by: TypeArguments, element: string, all: readonly Grouping[], comparer: unknown): Lookup {
  return new Lookup(by.of('K'), by.of(element), all, keyBy(comparer));
}

/** What brings together elements of one key. */
export const groups = {
  'typed static GroupBy<T, K>(this IEnumerable<T> source, Func<T, K> key, IEqualityComparer<K> comparer?): IEnumerable<IGrouping<K, T>>':
    (by: TypeArguments, items: Items, key: Func, comparer?: unknown) => {
      const pair: [NetType, NetType] = [by.of('K'), by.of('T')];
      return new Query(netType('IGrouping', pair), () =>
        groupsOf(items, key, undefined, pair, keyBy(comparer)).values(),
      );
    },
  'typed static GroupBy<T, K, E>(this IEnumerable<T> source, Func<T, K> key, Func<T, E> element, IEqualityComparer<K> comparer?): IEnumerable<IGrouping<K, E>>':
    (by: TypeArguments, items: Items, key: Func, element: Func, comparer?: unknown) => {
      const pair: [NetType, NetType] = [by.of('K'), by.of('E')];
      return new Query(netType('IGrouping', pair), () => groupsOf(items, key, element, pair, keyBy(comparer)).values());
    },
  'typed static GroupBy<T, K, R>(this IEnumerable<T> source, Func<T, K> key, Func<K, IEnumerable<T>, R> result, IEqualityComparer<K> comparer?): IEnumerable<R>':
    (by: TypeArguments, items: Items, key: Func, result: Func, comparer?: unknown) => {
      const pair: [NetType, NetType] = [by.of('K'), by.of('T')];
      return later(by, 'R', () =>
        groupsOf(items, key, undefined, pair, keyBy(comparer))
          .map((group) => result(group.key, group))
          .values(),
      );
    },
  'typed static GroupBy<T, K, E, R>(this IEnumerable<T> source, Func<T, K> key, Func<T, E> element, Func<K, IEnumerable<E>, R> result, IEqualityComparer<K> comparer?): IEnumerable<R>':
    (by: TypeArguments, items: Items, key: Func, element: Func, result: Func, comparer?: unknown) => {
      const pair: [NetType, NetType] = [by.of('K'), by.of('E')];
      return later(by, 'R', () =>
        groupsOf(items, key, element, pair, keyBy(comparer))
          .map((group) => result(group.key, group))
          .values(),
      );
    },
  'typed static Join<O, I, K, R>(this IEnumerable<O> source, IEnumerable<I> inner, Func<O, K> outerKey, Func<I, K> innerKey, Func<O, I, R> result, IEqualityComparer<K> comparer?): IEnumerable<R>':
    (by: TypeArguments, outer: Items, inner: Items, outerKey: Func, innerKey: Func, result: Func, comparer?: unknown) =>
      later(by, 'R', () => join(outer, inner, outerKey, innerKey, result, false, by, keyBy(comparer))),
  'typed static GroupJoin<O, I, K, R>(this IEnumerable<O> source, IEnumerable<I> inner, Func<O, K> outerKey, Func<I, K> innerKey, Func<O, IEnumerable<I>, R> result, IEqualityComparer<K> comparer?): IEnumerable<R>':
    (by: TypeArguments, outer: Items, inner: Items, outerKey: Func, innerKey: Func, result: Func, comparer?: unknown) =>
      later(by, 'R', () => join(outer, inner, outerKey, innerKey, result, true, by, keyBy(comparer))),
  'typed static ToLookup<T, K>(this IEnumerable<T> source, Func<T, K> key, IEqualityComparer<K> comparer?): ILookup<K, T>':
    (by: TypeArguments, items: Items, key: Func, comparer?: unknown) =>
      lookup(by, 'T', groupsOf(items, key, undefined, [by.of('K'), by.of('T')], keyBy(comparer)), comparer),
  'typed static ToLookup<T, K, E>(this IEnumerable<T> source, Func<T, K> key, Func<T, E> element, IEqualityComparer<K> comparer?): ILookup<K, E>':
    (by: TypeArguments, items: Items, key: Func, element: Func, comparer?: unknown) =>
      lookup(by, 'E', groupsOf(items, key, element, [by.of('K'), by.of('E')], keyBy(comparer)), comparer),
};
