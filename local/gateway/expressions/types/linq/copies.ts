import { arrayWith, NetDictionary, NetList, NetSet } from '../../collections.ts';
import { netType, types } from '../../net-type.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { iterate } from '../../values.ts';
import { keyBy, type Func, type Items } from './sequence.ts';

/** What copies a sequence. */
export const copies = {
  'typed static ToArray<T>(this IEnumerable<T> source): T[]': (by: TypeArguments, items: Items) => {
    const element = by.of('T');
    const all = [...iterate(items)];
    return element === types.byte
      ? Uint8Array.from(all, (item) => Number((item as { value: bigint }).value))
      : arrayWith(all, element);
  },
  'typed static ToList<T>(this IEnumerable<T> source): List<T>': (by: TypeArguments, items: Items) =>
    new NetList([...iterate(items)], by.of('T')),
  'typed static ToHashSet<T>(this IEnumerable<T> source, IEqualityComparer<T> comparer?): HashSet<T>': (
    by: TypeArguments,
    items: Items,
    comparer?: unknown,
  ) => new NetSet(iterate(items), by.of('T'), keyBy(comparer)),
  'typed static ToDictionary<T, K>(this IEnumerable<T> source, Func<T, K> key, IEqualityComparer<K> comparer?): Dictionary<K, T>':
    (by: TypeArguments, items: Items, key: Func, comparer?: unknown) => {
      const made = new NetDictionary(netType('Dictionary', [by.of('K'), by.of('T')]), keyBy(comparer));
      for (const item of iterate(items)) made.add(key(item), item);
      return made;
    },
  'typed static ToDictionary<T, K, V>(this IEnumerable<T> source, Func<T, K> key, Func<T, V> value, IEqualityComparer<K> comparer?): Dictionary<K, V>':
    (by: TypeArguments, items: Items, key: Func, value: Func, comparer?: unknown) => {
      const made = new NetDictionary(netType('Dictionary', [by.of('K'), by.of('V')]), keyBy(comparer));
      for (const item of iterate(items)) made.add(key(item), value(item));
      return made;
    },
};
