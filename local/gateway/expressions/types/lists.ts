import { spend } from '../budget.ts';
import { ExpressionError } from '../../errors.ts';
import { arrayWith, NetDictionary, NetList } from '../collections.ts';
import { defaultValue } from '../conversions.ts';
import { netType, types, type NetType } from '../net-type.ts';
import type { Integer } from '../numbers.ts';
import { compareValues } from '../ordering.ts';
import { binarySearch, checkPart, equalTo, findIndex, findLastIndex, sortBy, type Test } from '../search-items.ts';
import { outOfRange } from '../text-parts.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { equals, iterate, listOf } from '../values.ts';
import { copy } from './arrays.ts';
import { comparison } from './linq/order.ts';
import { keyBy } from './linq/sequence.ts';

type Func = (...values: unknown[]) => unknown;
type AnyArray = unknown[] | Uint8Array;

function at(list: NetList, index: number): number {
  if (index >= 0 && index < list.items.length) return index;
  throw outOfRange();
}

function change(list: NetList, work: (items: unknown[]) => void): void {
  list.version++;
  work(list.items);
}

const notWithin = () =>
  new ExpressionError(
    'ArgumentOutOfRangeException',
    'Index must be within the bounds of the List.\r\nParameter name: index',
  );

const of = (list: NetList, items: unknown[]) => new NetList(items, list.type.args[0] as NetType);

const found = (list: NetList, by: TypeArguments, index: number) =>
  index === -1 ? defaultValue(by.of('T'), by.registry) : list.items[index];

/** Sorts a part of a list as the comparison says. */
function sortPart(list: NetList, compare: (left: unknown, right: unknown) => number, from: number, count: number) {
  checkPart(list.items, from, count);
  const sorted = sortBy(list.items.slice(from, from + count), compare);
  change(list, (items) => sorted.forEach((item, i) => (items[from + i] = item)));
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
    // A list that is added to itself doubles.
    spend(added.length);
    // One by one: the arguments of a call have room for some 100,000.
    change(list, (items) => added.forEach((item) => items.push(item)));
  },
  'Insert(int index, T value): void': (list: NetList, index: number, value: unknown) => {
    if (index < 0 || index > list.items.length) throw notWithin();
    change(list, (items) => items.splice(index, 0, value));
  },
  'InsertRange(int index, IEnumerable<T> values): void': (list: NetList, index: number, values: unknown) => {
    if (index < 0 || index > list.items.length) throw notWithin();
    const added = listOf(values);
    spend(added.length);
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
    checkPart(list.items, index, count);
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
  'IndexOf(T value, int index?, int count?): int': (list: NetList, value: unknown, from?: number, count?: number) =>
    findIndex(list.items, equalTo(value), from, count),
  'LastIndexOf(T value, int index?, int count?): int': (list: NetList, value: unknown, from?: number, count?: number) =>
    findLastIndex(list.items, equalTo(value), from, count),
  'Exists(Predicate<T> match): bool': (list: NetList, match: Func) => list.items.some((item) => match(item) === true),
  'TrueForAll(Predicate<T> match): bool': (list: NetList, match: Func) =>
    list.items.every((item) => match(item) === true),
  'typed Find(Predicate<T> match): T': (list: NetList, by: TypeArguments, match: Test) =>
    found(list, by, findIndex(list.items, match)),
  'typed FindLast(Predicate<T> match): T': (list: NetList, by: TypeArguments, match: Test) =>
    found(list, by, findLastIndex(list.items, match)),
  'FindIndex(Predicate<T> match): int': (list: NetList, match: Test) => findIndex(list.items, match),
  'FindIndex(int startIndex, Predicate<T> match): int': (list: NetList, from: number, match: Test) =>
    findIndex(list.items, match, from),
  'FindIndex(int startIndex, int count, Predicate<T> match): int': (
    list: NetList,
    from: number,
    count: number,
    match: Test,
  ) => findIndex(list.items, match, from, count),
  'FindLastIndex(Predicate<T> match): int': (list: NetList, match: Test) => findLastIndex(list.items, match),
  'FindLastIndex(int startIndex, Predicate<T> match): int': (list: NetList, from: number, match: Test) =>
    findLastIndex(list.items, match, from),
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
    checkPart(list.items, index, count);
    return of(list, list.items.slice(index, index + count));
  },
  'Reverse(): void': (list: NetList) => change(list, (items) => items.reverse()),
  'Reverse(int index, int count): void': (list: NetList, index: number, count: number) => {
    checkPart(list.items, index, count);
    const reversed = list.items.slice(index, index + count).reverse();
    change(list, (items) => reversed.forEach((item, i) => (items[index + i] = item)));
  },
  'Sort(): void': (list: NetList) => change(list, (items) => sortBy(items, compareValues)),
  'Sort(Comparison<T> compare): void': (list: NetList, compare: Func) =>
    change(list, (items) => sortBy(items, (a, b) => compare(a, b) as number)),
  'Sort(IComparer<T> comparer): void': (list: NetList, comparer: unknown) =>
    change(list, (items) => sortBy(items, comparison(comparer))),
  'Sort(int index, int count, IComparer<T> comparer): void': (
    list: NetList,
    index: number,
    count: number,
    comparer: unknown,
  ) => sortPart(list, comparison(comparer), index, count),
  'BinarySearch(T value, IComparer<T> comparer?): int': (list: NetList, value: unknown, comparer?: unknown) =>
    binarySearch(list.items, value, comparison(comparer)),
  'TrimExcess(): void': () => undefined,
  'CopyTo(T[] target): void': (list: NetList, target: AnyArray) => copy(list.items, 0, target, 0, list.items.length),
  'CopyTo(T[] target, int arrayIndex): void': (list: NetList, target: AnyArray, to: number) =>
    copy(list.items, 0, target, to, list.items.length),
  'CopyTo(int index, T[] target, int arrayIndex, int count): void': (
    list: NetList,
    from: number,
    target: AnyArray,
    to: number,
    count: number,
  ) => copy(list.items, from, target, to, count),
  'typed ToArray(): T[]': (list: NetList, by: TypeArguments) =>
    by.of('T') === types.byte
      ? Uint8Array.from(list.items, (item) => Number((item as Integer).value))
      : arrayWith([...list.items], by.of('T')),
  'AsReadOnly(): IReadOnlyList<T>': (list: NetList) => list,
});

export function dictionary(by: TypeArguments, comparer: unknown): NetDictionary {
  return new NetDictionary(netType('Dictionary', [by.of('K'), by.of('V')]), keyBy(comparer));
}
