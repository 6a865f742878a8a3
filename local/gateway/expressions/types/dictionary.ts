import { ExpressionError } from '../../errors.ts';
import { type NetDictionary, NetTuple, Query, type ReadOnlyDictionary } from '../collections.ts';
import { defaultValue } from '../conversions.ts';
import { netType, type NetType } from '../net-type.ts';
import { SortedDictionary } from '../sorted-dictionary.ts';
import { argumentNull } from '../text-parts.ts';
import type { KeyValuePair } from '../time.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { equals, iterate } from '../values.ts';
import { comparison } from './linq/order.ts';
import { dictionary } from './lists.ts';

type Out = (value: unknown) => void;

const missing = () => new ExpressionError('KeyNotFoundException', 'The given key was not present in the dictionary.');

const column = (map: ReadOnlyDictionary, which: 'key' | 'value') =>
  new Query(map.type.args[which === 'key' ? 0 : 1] as NetType, function* () {
    for (const pair of iterate(map)) yield (pair as KeyValuePair)[which];
  });

const members = {
  'Count: int': (map: ReadOnlyDictionary) => map.count,
  'this[K key]: V': (map: ReadOnlyDictionary, key: unknown) => {
    const found = map.get(key);
    if (!found) throw missing();
    return found[1];
  },
  'set_Item(K key, V value): void': (map: NetDictionary, key: unknown, value: unknown) => {
    map.get(key);
    map.set(key, value);
  },
  'ContainsKey(K key): bool': (map: ReadOnlyDictionary, key: unknown) => map.get(key) !== undefined,
  'Add(K key, V value): void': (map: NetDictionary, key: unknown, value: unknown) => map.add(key, value),
  'Remove(K key): bool': (map: NetDictionary, key: unknown) => map.delete(key),
  'Clear(): void': (map: NetDictionary) => map.clear(),
  'typed TryGetValue(K key, out V value): bool': (
    map: ReadOnlyDictionary,
    by: TypeArguments,
    key: unknown,
    set: Out,
  ) => {
    const found = map.get(key);
    set(found ? found[1] : defaultValue(by.of('V'), by.registry));
    return found !== undefined;
  },
};

const columns = {
  'Keys: ICollection<K>': (map: ReadOnlyDictionary) => column(map, 'key'),
  'Values: ICollection<V>': (map: ReadOnlyDictionary) => column(map, 'value'),
};

function header(kind: string, name: string, bases: string) {
  return `${kind} System.Collections.Generic.${name}<K, V> : ${bases}`;
}

const containsValue = (map: NetDictionary, value: unknown) =>
  Array.from(map.pairs()).some(([, item]) => equals(item, value));

const sorted = (by: TypeArguments, comparer: unknown) =>
  new SortedDictionary(netType('SortedDictionary', [by.of('K'), by.of('V')]), comparison(comparer));

function filled(by: TypeArguments, source: NetDictionary | null, comparer?: unknown): SortedDictionary {
  if (!source) throw argumentNull('dictionary');
  const made = sorted(by, comparer);
  for (const pair of iterate(source)) made.add((pair as KeyValuePair).key, (pair as KeyValuePair).value);
  return made;
}

export const dictionaryTypes = [
  [
    typeTable(header('class', 'Dictionary', 'IDictionary<K, V>, IReadOnlyDictionary<K, V>'), {
      ...members,
      ...columns,
      'ContainsValue(V value): bool': containsValue,
      'typed new()': (by: TypeArguments) => dictionary(by, undefined),
      'typed new(int capacity, IEqualityComparer<K> comparer?)': (
        by: TypeArguments,
        capacity: number,
        comparer?: unknown,
      ) => {
        if (capacity < 0)
          throw new ExpressionError(
            'ArgumentOutOfRangeException',
            'Specified argument was out of the range of valid values.\r\nParameter name: capacity',
          );
        return dictionary(by, comparer);
      },
      'typed new(IEqualityComparer<K> comparer)': (by: TypeArguments, comparer: unknown) => dictionary(by, comparer),
      'typed new(IDictionary<K, V> source, IEqualityComparer<K> comparer?)': (
        by: TypeArguments,
        source: NetDictionary | null,
        comparer?: unknown,
      ) => {
        if (!source) throw argumentNull('dictionary');
        const made = dictionary(by, comparer);
        for (const pair of iterate(source)) made.add((pair as KeyValuePair).key, (pair as KeyValuePair).value);
        return made;
      },
    }),
  ],
  [
    typeTable(header('class', 'SortedDictionary', 'IDictionary<K, V>, IReadOnlyDictionary<K, V>'), {
      ...members,
      ...columns,
      'ContainsValue(V value): bool': containsValue,
      'typed new()': (by: TypeArguments) => sorted(by, undefined),
      'typed new(IComparer<K> comparer)': (by: TypeArguments, comparer: unknown) => sorted(by, comparer),
      'typed new(IDictionary<K, V> dictionary)': filled,
      'typed new(IDictionary<K, V> dictionary, IComparer<K> comparer)': filled,
    }),
  ],
  [typeTable(header('interface', 'IDictionary', 'ICollection<KeyValuePair<K, V>>'), { ...members, ...columns })],
  [
    typeTable(header('interface', 'IReadOnlyDictionary', 'IReadOnlyCollection<KeyValuePair<K, V>>'), {
      'Count: int': members['Count: int'],
      'this[K key]: V': members['this[K key]: V'],
      'ContainsKey(K key): bool': members['ContainsKey(K key): bool'],
      'typed TryGetValue(K key, out V value): bool': members['typed TryGetValue(K key, out V value): bool'],
      'Keys: IEnumerable<K>': columns['Keys: ICollection<K>'],
      'Values: IEnumerable<V>': columns['Values: ICollection<V>'],
    }),
  ],
] as const;

const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

/** `Tuple` of one to seven items. */
export const tupleTypes = letters.map((_, i) => {
  const own = letters.slice(0, i + 1);
  const list = own.map((letter, at) => `${letter} item${at + 1}`).join(', ');
  const make = (by: TypeArguments, ...items: unknown[]) =>
    new NetTuple(
      items,
      netType(
        'Tuple',
        own.map((letter) => by.of(letter)),
      ),
    );
  return [
    typeTable(`class System.Tuple<${own.join(', ')}>`, {
      [`typed new(${list})`]: make,
      ...Object.fromEntries(
        own.map((letter, at) => [`Item${at + 1}: ${letter}`, (tuple: NetTuple) => tuple.items[at]]),
      ),
    }),
  ] as const;
});

export const tupleFactory = typeTable(
  'static System.Tuple',
  Object.fromEntries(
    letters.map((_, i) => {
      const own = letters.slice(0, i + 1).join(', ');
      const list = letters
        .slice(0, i + 1)
        .map((letter, at) => `${letter} item${at + 1}`)
        .join(', ');
      return [
        `typed static Create<${own}>(${list}): Tuple<${own}>`,
        (by: TypeArguments, ...items: unknown[]) =>
          new NetTuple(
            items,
            netType(
              'Tuple',
              letters.slice(0, i + 1).map((letter) => by.of(letter)),
            ),
          ),
      ];
    }),
  ),
);
