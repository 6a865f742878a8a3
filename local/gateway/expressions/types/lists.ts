import { ExpressionError } from '../../errors.ts';
import { numberKinds } from '../conversions.ts';
import { Integer, castNumber, type NumberKind } from '../numbers.ts';
import { areLess } from '../ordering.ts';
import { typeTable } from '../type-table.ts';
import { areEqual, iterate, keyOf } from '../values.ts';
import { cipherMembers } from './bytes.ts';
import { addNew } from './collections.ts';

type Func = (...values: unknown[]) => unknown;

function checked(list: ArrayLike<unknown>, index: number): number {
  if (index >= 0 && index < list.length) return index;
  throw new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');
}

/** Arrays and lists are one type here: C# would refuse `Count` of an array, which no correct expression uses. */
export const listType = typeTable(
  'List',
  {
    'Length: int': (list: unknown[]) => list.length,
    'Count: int': (list: unknown[]) => list.length,
    'this[int index]: object': (list: unknown[], index: number) => list[checked(list, index)] ?? null,
    'Add(object value): void': (list: unknown[], value: unknown) => void list.push(value),
    'AddRange(object values): void': (list: unknown[], values: unknown) => void list.push(...iterate(values)),
    'Insert(int index, object value): void': (list: unknown[], index: number, value: unknown) =>
      void list.splice(index, 0, value),
    'Remove(object value): bool': (list: unknown[], value: unknown) => {
      const at = list.findIndex((item) => areEqual(item, value));
      if (at !== -1) list.splice(at, 1);
      return at !== -1;
    },
    'RemoveAt(int index): void': (list: unknown[], index: number) => void list.splice(checked(list, index), 1),
    'RemoveAll(func predicate): int': (list: unknown[], predicate: Func) => {
      const kept = list.filter((item) => predicate(item) !== true);
      return list.splice(0, list.length, ...kept).length - kept.length;
    },
    'Clear(): void': (list: unknown[]) => void (list.length = 0),
    'IndexOf(object value): int': (list: unknown[], value: unknown) => list.findIndex((item) => areEqual(item, value)),
    'Exists(func predicate): bool': (list: unknown[], predicate: Func) => list.some((item) => predicate(item) === true),
    'Find(func predicate): object': (list: unknown[], predicate: Func) => list.find((item) => predicate(item) === true),
    'FindIndex(func predicate): int': (list: unknown[], predicate: Func) =>
      list.findIndex((item) => predicate(item) === true),
    'FindAll(func predicate): List': (list: unknown[], predicate: Func) =>
      list.filter((item) => predicate(item) === true),
    'ForEach(func action): void': (list: unknown[], action: Func) => {
      for (const item of list) action(item);
    },
    'Sort(): void': (list: unknown[]) => void list.sort((a, b) => (areLess(a, b) ? -1 : areLess(b, a) ? 1 : 0)),
    'Sort(func compare): void': (list: unknown[], compare: Func) => void list.sort((a, b) => Number(compare(a, b))),
    'GetLength(int dimension): int': (list: unknown[]) => list.length,
    'static IndexOf(object list, object value): int': (list: unknown, value: unknown) =>
      iterate(list).findIndex((item) => areEqual(item, value)),
    'static Copy(object source, int sourceIndex, object target, int targetIndex, int count): void': (
      source: unknown[],
      sourceIndex: number,
      target: unknown[],
      targetIndex: number,
      count: number,
    ) => {
      if (sourceIndex + count > source.length || targetIndex + count > target.length)
        throw new ExpressionError('ArgumentException', 'The target or source array was not long enough.');
      for (let i = 0; i < count; i++) target[targetIndex + i] = source[sourceIndex + i];
    },
    'static Reverse(object list): void': (list: unknown[]) => void list.reverse(),
    'static Exists(object list, func predicate): bool': (list: unknown, predicate: Func) =>
      iterate(list).some((item) => predicate(item) === true),
    'static Find(object list, func predicate): object': (list: unknown, predicate: Func) =>
      iterate(list).find((item) => predicate(item) === true),
    'new(object items?)': (items?: unknown) =>
      typeof items === 'number' || items === undefined || items === null ? [] : [...iterate(items)],
  },
  'IEnumerable',
);

export const setType = typeTable(
  'HashSet',
  {
    'Count: int': (set: Set<unknown>) => set.size,
    'Add(object value): bool': (set: Set<unknown>, value: unknown) =>
      !set.has(keyOf(value)) && Boolean(set.add(keyOf(value))),
    'Contains(object value): bool': (set: Set<unknown>, value: unknown) => set.has(keyOf(value)),
    'Remove(object value): bool': (set: Set<unknown>, value: unknown) => set.delete(keyOf(value)),
    'new(object items?)': (items?: unknown) =>
      new Set(items === undefined || items === null ? [] : iterate(items).map(keyOf)),
  },
  'IEnumerable',
);

export const dictionaryType = typeTable(
  'Dictionary',
  {
    'Count: int': (map: Map<unknown, unknown>) => map.size,
    'Keys: List': (map: Map<unknown, unknown>) => [...map.keys()],
    'Values: List': (map: Map<unknown, unknown>) => [...map.values()],
    'this[object key]: object': (map: Map<unknown, unknown>, key: unknown) => {
      if (!map.has(keyOf(key)))
        throw new ExpressionError('KeyNotFoundException', 'The given key was not present in the dictionary.');
      return map.get(keyOf(key));
    },
    'ContainsKey(object key): bool': (map: Map<unknown, unknown>, key: unknown) => map.has(keyOf(key)),
    'ContainsValue(object value): bool': (map: Map<unknown, unknown>, value: unknown) =>
      [...map.values()].some((item) => areEqual(item, value)),
    'Add(object key, object value): void': addNew,
    'Remove(object key): bool': (map: Map<unknown, unknown>, key: unknown) => map.delete(keyOf(key)),
    'Clear(): void': (map: Map<unknown, unknown>) => map.clear(),
    'TryGetValue(object key, out value): bool': (
      map: Map<unknown, unknown>,
      key: unknown,
      set: (value: unknown) => void,
    ) => {
      set(map.get(keyOf(key)) ?? null);
      return map.has(keyOf(key));
    },
    'GetValueOrDefault(object key, object fallback?): object': (
      map: Map<unknown, unknown>,
      key: unknown,
      fallback: unknown = null,
    ) => (map.has(keyOf(key)) ? map.get(keyOf(key)) : fallback),
    'new(object source?, StringComparer comparer?)': (source?: unknown) =>
      source instanceof Map ? new Map(source) : new Map<unknown, unknown>(),
  },
  'IEnumerable',
);

export const bytesType = typeTable(
  'byte[]',
  {
    ...cipherMembers,
    'Length: int': (bytes: Uint8Array) => bytes.length,
    'this[int index]: byte': (bytes: Uint8Array, index: number) =>
      new Integer('byte', BigInt(bytes[checked(bytes, index)] as number)),
  },
  'IEnumerable',
);

/** The zero of a type, for `default(T)` given as an argument's fallback. */
export function zeroOf(type: string | undefined): unknown {
  if (type === undefined) return null;
  if (numberKinds.has(type)) return castNumber(type as NumberKind, 0);
  return type === 'bool' ? false : null;
}
