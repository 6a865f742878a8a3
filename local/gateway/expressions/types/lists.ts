import { ExpressionError } from '../../errors.ts';
import { arrayWith, elementTypeOf, NetDictionary, NetList, NetSet, type KeyOf } from '../collections.ts';
import { netType, types, type NetType } from '../net-type.ts';
import { Integer } from '../numbers.ts';
import { compareValues } from '../ordering.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { equals, iterate, listOf } from '../values.ts';
import { keyBy } from './linq/sequence.ts';
import { comparison } from './linq/order.ts';

type Func = (...values: unknown[]) => unknown;

const outside = () => new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');
const outOfRange = (name = 'index'): ExpressionError =>
  new ExpressionError(
    'ArgumentOutOfRangeException',
    `Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: ${name}`,
  );

function checked(list: ArrayLike<unknown>, index: number): number {
  if (index >= 0 && index < list.length) return index;
  throw outside();
}

type AnyArray = unknown[] | Uint8Array;
const element = (items: AnyArray, index: number): unknown => {
  const found = items[checked(items, index)];
  return items instanceof Uint8Array ? new Integer('byte', BigInt(found as number)) : found;
};

function put(items: AnyArray, index: number, value: unknown): void {
  items[checked(items, index)] = items instanceof Uint8Array ? Number((value as Integer).value) : value;
}

const search = (items: AnyArray, predicate: (item: unknown) => boolean) => listOf(items).findIndex(predicate);

/** What arrays of every type have. */
export const arrayInstanceType = typeTable('class Array<T> : Array, IList<T>, IReadOnlyList<T>', {
  'this[int index]: T': element,
  'set_Item(int index, T value): void': put,
});

function copy(source: AnyArray, from: number, target: AnyArray, to: number, count: number): void {
  if (count < 0 || from < 0 || to < 0) throw outOfRange('length');
  if (from + count > source.length || to + count > target.length)
    throw new ExpressionError(
      'ArgumentException',
      "Source array was not long enough. Check srcIndex and length, and the array's lower bounds.",
    );
  const moved = Array.from({ length: count }, (_, i) => source[from + i]);
  moved.forEach((item, i) => (target[to + i] = item as never));
}

function sort(items: AnyArray, compare: (a: unknown, b: unknown) => number): void {
  if (items instanceof Uint8Array) items.sort();
  else items.sort(compare);
}

export const arrayType = typeTable('class System.Array : IEnumerable', {
  'Length: int': (items: AnyArray) => items.length,
  'LongLength: long': (items: AnyArray) => items.length,
  'Rank: int': () => 1,
  'GetLength(int dimension): int': (items: AnyArray) => items.length,
  'GetValue(int index): object': element,
  'CopyTo(Array target, int index): void': (items: AnyArray, target: AnyArray, index: number) =>
    copy(items, 0, target, index, items.length),
  'Clone(): object': (items: AnyArray) => copyOf(items, 0, items.length),
  'static IndexOf<T>(T[] items, T value): int': (items: AnyArray, value: unknown) =>
    search(items, (item) => equals(item, value)),
  'static LastIndexOf<T>(T[] items, T value): int': (items: AnyArray, value: unknown) =>
    listOf(items).findLastIndex((item) => equals(item, value)),
  'static Copy(Array source, int from, Array target, int to, int count): void': copy,
  'static Copy(Array source, Array target, int count): void': (source: AnyArray, target: AnyArray, count: number) =>
    copy(source, 0, target, 0, count),
  'static Reverse(Array items): void': (items: AnyArray) => void items.reverse(),
  'static Sort<T>(T[] items): void': (items: AnyArray) => sort(items, compareValues),
  'static Sort<T>(T[] items, Comparison<T> compare): void': (items: AnyArray, compare: Func) =>
    sort(items, (a, b) => compare(a, b) as number),
  'static Exists<T>(T[] items, Predicate<T> match): bool': (items: AnyArray, match: Func) =>
    search(items, (item) => match(item) === true) !== -1,
  'typed static Find<T>(T[] items, Predicate<T> match): T': (by: TypeArguments, items: AnyArray, match: Func) =>
    listOf(items).find((item) => match(item) === true) ?? zero(by, 'T'),
  'static FindIndex<T>(T[] items, Predicate<T> match): int': (items: AnyArray, match: Func) =>
    search(items, (item) => match(item) === true),
  'typed static FindAll<T>(T[] items, Predicate<T> match): T[]': (by: TypeArguments, items: AnyArray, match: Func) =>
    arrayWith(
      listOf(items).filter((item) => match(item) === true),
      by.of('T'),
    ),
  'static ForEach<T>(T[] items, Action<T> action): void': (items: AnyArray, action: Func) => {
    for (const item of iterate(items)) action(item);
  },
  'static TrueForAll<T>(T[] items, Predicate<T> match): bool': (items: AnyArray, match: Func) =>
    listOf(items).every((item) => match(item) === true),
  'typed static ConvertAll<T, R>(T[] items, Converter<T, R> convert): R[]': (
    by: TypeArguments,
    items: AnyArray,
    convert: Func,
  ) =>
    arrayWith(
      Array.from(iterate(items), (item) => convert(item)),
      by.of('R'),
    ),
  'typed static Empty<T>(): T[]': (by: TypeArguments) =>
    by.of('T') === types.byte ? new Uint8Array() : arrayWith([], by.of('T')),
  'static Clear(Array items, int index, int length): void': (items: AnyArray, index: number, length: number) => {
    if (items instanceof Uint8Array) items.fill(0, index, index + length);
    else items.fill(null, index, index + length);
  },
});

const zero = (by: TypeArguments, name: string) => (by.of(name) === types.int ? 0 : null);

function copyOf(items: AnyArray, from: number, to: number): AnyArray {
  return items instanceof Uint8Array ? items.slice(from, to) : arrayWith(items.slice(from, to), elementTypeOf(items));
}

function at(list: NetList, index: number): number {
  if (index >= 0 && index < list.items.length) return index;
  throw outOfRange();
}

function change(list: NetList, work: (items: unknown[]) => void): void {
  list.version++;
  work(list.items);
}

const of = (list: NetList, items: unknown[]) => new NetList(items, list.type.args[0] as NetType);

function part(list: NetList, index: number, count: number): void {
  if (index < 0 || count < 0) throw outOfRange(index < 0 ? 'index' : 'count');
  if (index + count > list.items.length)
    throw new ExpressionError(
      'ArgumentException',
      'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
    );
}

export const listType = typeTable('class System.Collections.Generic.List<T> : IList<T>, IReadOnlyList<T>', {
  'typed new()': (by: TypeArguments) => new NetList([], by.of('T')),
  'typed new(int capacity)': (by: TypeArguments, capacity: number) => {
    if (capacity < 0) throw outOfRange('capacity');
    return new NetList([], by.of('T'));
  },
  'typed new(IEnumerable<T> items)': (by: TypeArguments, items: unknown) => {
    if (items === null)
      throw new ExpressionError('ArgumentNullException', 'Value cannot be null.\r\nParameter name: collection');
    return new NetList([...iterate(items)], by.of('T'));
  },
  'Count: int': (list: NetList) => list.items.length,
  'Capacity: int': (list: NetList) => list.items.length,
  'set_Capacity(int value): void': (list: NetList, capacity: number) => {
    if (capacity < list.items.length) throw outOfRange('value');
  },
  'this[int index]: T': (list: NetList, index: number) => list.items[at(list, index)],
  'set_Item(int index, T value): void': (list: NetList, index: number, value: unknown) =>
    change(list, (items) => (items[at(list, index)] = value)),
  'Add(T value): void': (list: NetList, value: unknown) => change(list, (items) => items.push(value)),
  'AddRange(IEnumerable<T> values): void': (list: NetList, values: unknown) => {
    const added = listOf(values);
    // One by one: the arguments of a call have room for some 100,000.
    change(list, (items) => added.forEach((item) => items.push(item)));
  },
  'Insert(int index, T value): void': (list: NetList, index: number, value: unknown) => {
    if (index < 0 || index > list.items.length) throw outOfRange();
    change(list, (items) => items.splice(index, 0, value));
  },
  'InsertRange(int index, IEnumerable<T> values): void': (list: NetList, index: number, values: unknown) => {
    if (index < 0 || index > list.items.length) throw outOfRange();
    const added = listOf(values);
    change(list, (items) => (list.items = [...items.slice(0, index), ...added, ...items.slice(index)]));
  },
  'Remove(T value): bool': (list: NetList, value: unknown) => {
    const found = list.items.findIndex((item) => equals(item, value));
    if (found !== -1) change(list, (items) => items.splice(found, 1));
    return found !== -1;
  },
  'RemoveAt(int index): void': (list: NetList, index: number) =>
    change(list, (items) => items.splice(at(list, index), 1)),
  'RemoveRange(int index, int count): void': (list: NetList, index: number, count: number) => {
    part(list, index, count);
    change(list, (items) => items.splice(index, count));
  },
  'RemoveAll(Predicate<T> match): int': (list: NetList, match: Func) => {
    const kept = list.items.filter((item) => match(item) !== true);
    const removed = list.items.length - kept.length;
    change(list, () => (list.items = kept));
    return removed;
  },
  'Clear(): void': (list: NetList) => change(list, () => (list.items = [])),
  'Contains(T value): bool': (list: NetList, value: unknown) => list.items.some((item) => equals(item, value)),
  'IndexOf(T value): int': (list: NetList, value: unknown) => list.items.findIndex((item) => equals(item, value)),
  'LastIndexOf(T value): int': (list: NetList, value: unknown) =>
    list.items.findLastIndex((item) => equals(item, value)),
  'Exists(Predicate<T> match): bool': (list: NetList, match: Func) => list.items.some((item) => match(item) === true),
  'TrueForAll(Predicate<T> match): bool': (list: NetList, match: Func) =>
    list.items.every((item) => match(item) === true),
  'typed Find(Predicate<T> match): T': (list: NetList, by: TypeArguments, match: Func) =>
    list.items.find((item) => match(item) === true) ?? zero(by, 'T'),
  'typed FindLast(Predicate<T> match): T': (list: NetList, by: TypeArguments, match: Func) =>
    list.items.findLast((item) => match(item) === true) ?? zero(by, 'T'),
  'FindIndex(Predicate<T> match): int': (list: NetList, match: Func) =>
    list.items.findIndex((item) => match(item) === true),
  'FindLastIndex(Predicate<T> match): int': (list: NetList, match: Func) =>
    list.items.findLastIndex((item) => match(item) === true),
  'FindAll(Predicate<T> match): List<T>': (list: NetList, match: Func) =>
    of(
      list,
      list.items.filter((item) => match(item) === true),
    ),
  'ForEach(Action<T> action): void': (list: NetList, action: Func) => {
    for (const item of list) action(item);
  },
  'typed ConvertAll<R>(Converter<T, R> convert): List<R>': (list: NetList, by: TypeArguments, convert: Func) =>
    new NetList(
      list.items.map((item) => convert(item)),
      by.of('R'),
    ),
  'GetRange(int index, int count): List<T>': (list: NetList, index: number, count: number) => {
    part(list, index, count);
    return of(list, list.items.slice(index, index + count));
  },
  'Reverse(): void': (list: NetList) => change(list, (items) => items.reverse()),
  'Sort(): void': (list: NetList) => change(list, (items) => items.sort(compareValues)),
  'Sort(Comparison<T> compare): void': (list: NetList, compare: Func) =>
    change(list, (items) => items.sort((a, b) => compare(a, b) as number)),
  'Sort(IComparer<T> comparer): void': (list: NetList, comparer: unknown) =>
    change(list, (items) => items.sort(comparison(comparer))),
  'BinarySearch(T value): int': (list: NetList, value: unknown) => {
    let [low, high] = [0, list.items.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compareValues(list.items[middle], value);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return ~low;
  },
  'CopyTo(T[] target): void': (list: NetList, target: AnyArray) => copy(list.items, 0, target, 0, list.items.length),
  'typed ToArray(): T[]': (list: NetList, by: TypeArguments) =>
    by.of('T') === types.byte
      ? Uint8Array.from(list.items, (item) => Number((item as Integer).value))
      : arrayWith([...list.items], by.of('T')),
  'AsReadOnly(): IReadOnlyList<T>': (list: NetList) => list,
});

export const setType = typeTable('class System.Collections.Generic.HashSet<T> : ICollection<T>', {
  'typed new(IEqualityComparer<T> comparer?)': (by: TypeArguments, comparer?: unknown) =>
    new NetSet([], by.of('T'), keyBy(comparer)),
  'typed new(IEnumerable<T> items, IEqualityComparer<T> comparer?)': (
    by: TypeArguments,
    items: unknown,
    comparer?: unknown,
  ) => new NetSet(iterate(items), by.of('T'), keyBy(comparer)),
  'Count: int': (set: NetSet) => set.entries.size,
  'Add(T value): bool': (set: NetSet, value: unknown) => set.add(value),
  'Contains(T value): bool': (set: NetSet, value: unknown) => set.entries.has(set.keyOf(value)),
  'Remove(T value): bool': (set: NetSet, value: unknown) => set.entries.delete(set.keyOf(value)),
  'Clear(): void': (set: NetSet) => set.entries.clear(),
  'UnionWith(IEnumerable<T> items): void': (set: NetSet, items: unknown) => {
    for (const item of iterate(items)) set.add(item);
  },
  'ExceptWith(IEnumerable<T> items): void': (set: NetSet, items: unknown) => {
    for (const item of iterate(items)) set.entries.delete(set.keyOf(item));
  },
  'IntersectWith(IEnumerable<T> items): void': (set: NetSet, items: unknown) => {
    const kept = keys(items, set.keyOf);
    for (const key of set.entries.keys()) if (!kept.has(key)) set.entries.delete(key);
  },
  'IsSubsetOf(IEnumerable<T> items): bool': (set: NetSet, items: unknown) => {
    const all = keys(items, set.keyOf);
    return [...set.entries.keys()].every((key) => all.has(key));
  },
  'IsSupersetOf(IEnumerable<T> items): bool': (set: NetSet, items: unknown) =>
    [...keys(items, set.keyOf)].every((key) => set.entries.has(key)),
  'Overlaps(IEnumerable<T> items): bool': (set: NetSet, items: unknown) =>
    [...keys(items, set.keyOf)].some((key) => set.entries.has(key)),
  'SetEquals(IEnumerable<T> items): bool': (set: NetSet, items: unknown) => {
    const all = keys(items, set.keyOf);
    return all.size === set.entries.size && [...all].every((key) => set.entries.has(key));
  },
});

const keys = (items: unknown, keyOf: KeyOf) => new Set(Array.from(iterate(items), keyOf));

export function dictionary(by: TypeArguments, comparer: unknown): NetDictionary {
  return new NetDictionary(netType('Dictionary', [by.of('K'), by.of('V')]), keyBy(comparer));
}
