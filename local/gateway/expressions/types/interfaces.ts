import { changeable, elementAt, isReadOnly, replaceAt } from '../change-collection.ts';
import { Grouping, NetList, NetSet, ReadOnlyDictionary } from '../collections.ts';
import { defaultValue } from '../conversions.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { compareValues } from '../ordering.ts';
import { typeTable } from '../type-table.ts';
import type { KeyValuePair } from '../time.ts';
import { KeyValuePair as Pair } from '../time.ts';
import { equals, iterate, listOf } from '../values.ts';
import { copy } from './arrays.ts';
import { Lookup } from './linq/groups.ts';

const generic = 'System.Collections.Generic';

const addToSet = (set: NetSet, value: unknown) => set.add(value);

function countOf(items: unknown): number {
  if (items instanceof NetList) return items.items.length;
  if (items instanceof ReadOnlyDictionary) return items.count;
  if (items instanceof NetSet) return items.entries.size;
  return listOf(items).length;
}

/** The interfaces of collections, and what is seen through them alone. */
export const interfaceTypes = [
  [typeTable('interface System.Collections.IEnumerable', {})],
  [typeTable('interface System.IComparable', { 'CompareTo(object other): int': compareValues })],
  [typeTable('interface System.IComparable<T>', {})],
  [typeTable('interface System.IEquatable<T>', {})],
  [typeTable('interface System.IFormattable', {})],
  [typeTable('interface System.IConvertible', {})],
  [typeTable('interface System.IDisposable', { 'Dispose(): void': () => undefined })],
  [typeTable(`interface ${generic}.IEnumerable<T> : IEnumerable`, {})],
  [typeTable(`interface ${generic}.IComparer<T>`, {})],
  [typeTable(`interface ${generic}.IEqualityComparer<T>`, {})],
  [
    typeTable(`interface ${generic}.ICollection<T> : IEnumerable<T>`, {
      'Count: int': countOf,
      'Contains(T value): bool': (items: unknown, value: unknown) => listOf(items).some((item) => equals(item, value)),
      'Add(T value): void': (items: unknown, value: unknown) => changeable(items).add(value),
      'Remove(T value): bool': (items: unknown, value: unknown) => changeable(items).remove(value),
      'Clear(): void': (items: unknown) => changeable(items).clear(),
      'IsReadOnly: bool': isReadOnly,
      'CopyTo(T[] array, int arrayIndex): void': (items: unknown, target: unknown[] | Uint8Array, index: number) => {
        const all = listOf(items);
        copy(all, 0, target, index, all.length);
      },
    }),
  ],
  [typeTable(`interface ${generic}.ISet<T> : ICollection<T>`, { 'Add(T item): bool': addToSet })],
  [typeTable(`interface ${generic}.IReadOnlyCollection<T> : IEnumerable<T>`, { 'Count: int': countOf })],
  [
    typeTable(`interface ${generic}.IReadOnlyList<T> : IReadOnlyCollection<T>`, {
      'this[int index]: T': elementAt,
    }),
  ],
  [
    typeTable(`interface ${generic}.IList<T> : ICollection<T>`, {
      'this[int index]: T': elementAt,
      'IndexOf(T value): int': (items: unknown, value: unknown) =>
        listOf(items).findIndex((item) => equals(item, value)),
      'set_Item(int index, T value): void': replaceAt,
      'Insert(int index, T value): void': (items: unknown, index: number, value: unknown) =>
        changeable(items).insert(index, value),
      'RemoveAt(int index): void': (items: unknown, index: number) => changeable(items).removeAt(index),
    }),
  ],
  [typeTable(`interface System.Linq.IOrderedEnumerable<T> : IEnumerable<T>`, {})],
  [
    typeTable('interface System.Linq.IGrouping<K, T> : IEnumerable<T>', { 'Key: K': (group: Grouping) => group.key }),
    Grouping,
  ],
  [
    typeTable('interface System.Linq.ILookup<K, T> : IEnumerable<IGrouping<K, T>>', {
      'Count: int': (lookup: Lookup) => lookup.count,
      'Contains(K key): bool': (lookup: Lookup, key: unknown) => lookup.get(key) !== undefined,
      'this[K key]: IEnumerable<T>': (lookup: Lookup, key: unknown) => lookup.get(key) ?? iterate(''),
    }),
    Lookup,
  ],
  [
    typeTable(`struct ${generic}.KeyValuePair<K, V>`, {
      'Key: K': (pair: KeyValuePair) => pair.key,
      'Value: V': (pair: KeyValuePair) => pair.value,
      'typed static default: KeyValuePair<K, V>': (by: TypeArguments) =>
        new Pair(defaultValue(by.of('K'), by.registry), defaultValue(by.of('V'), by.registry)),
      'new(K key, V value)': (key: unknown, value: unknown) => new Pair(key, value),
    }),
  ],
] as const;
