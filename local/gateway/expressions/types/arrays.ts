import { ExpressionError } from '../../errors.ts';
import { arrayWith, elementTypeOf, NetList } from '../collections.ts';
import { defaultValue } from '../conversions.ts';
import { types } from '../net-type.ts';
import { Integer } from '../numbers.ts';
import { compareValues } from '../ordering.ts';
import { isInstance } from '../runtime-type.ts';
import { binarySearch, checkPart, equalTo, findIndex, findLastIndex, sortBy, type Test } from '../search-items.ts';
import { outOfRange } from '../text-parts.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { iterate, listOf } from '../values.ts';
import { comparison } from './linq/order.ts';

type Func = (...values: unknown[]) => unknown;
type Compare = (left: unknown, right: unknown) => number;
type AnyArray = unknown[] | Uint8Array;

function checked(list: ArrayLike<unknown>, index: number): number {
  if (index >= 0 && index < list.length) return index;
  throw new ExpressionError('IndexOutOfRangeException', 'Index was outside the bounds of the array.');
}

const element = (items: AnyArray, index: number): unknown => {
  const found = items[checked(items, index)];
  return items instanceof Uint8Array ? new Integer('byte', BigInt(found as number)) : found;
};

function put(items: AnyArray, index: number, value: unknown): void {
  items[checked(items, index)] = items instanceof Uint8Array ? Number((value as Integer).value) : value;
}

/** An array may be seen as one of a base type, and takes what it holds itself alone. */
function putAs(items: AnyArray, by: TypeArguments, index: number, value: unknown): void {
  if (value !== null && Array.isArray(items)) {
    const own = elementTypeOf(items);
    if (own !== by.of('T') && own !== types.object && !isInstance(value, own, by.registry))
      throw new ExpressionError(
        'ArrayTypeMismatchException',
        'Attempted to access an element as a type incompatible with the array.',
      );
  }
  put(items, index, value);
}

/** What arrays of every type have. */
export const arrayInstanceType = typeTable('class Array<T> : Array, IList<T>, IReadOnlyList<T>', {
  'this[int index]: T': element,
  'typed set_Item(int index, T value): void': putAs,
});

/** Copies elements. Throws ArgumentException where there are too few. */
export function copy(source: ArrayLike<unknown>, from: number, target: AnyArray, to: number, count: number): void {
  if (count < 0 || from < 0 || to < 0) throw outOfRange('length');
  if (from + count > source.length || to + count > target.length)
    throw new ExpressionError(
      'ArgumentException',
      "Source array was not long enough. Check srcIndex and length, and the array's lower bounds.",
    );
  const moved = Array.from({ length: count }, (_, i) => source[from + i]);
  moved.forEach((item, i) => {
    target[to + i] = item instanceof Integer && target instanceof Uint8Array ? Number(item.value) : item;
  });
}

/** Sorts a part of an array as the comparison says, and what stands beside it alike. */
function sortPart(items: AnyArray, compare: Compare, from = 0, count = items.length - from, beside?: AnyArray): void {
  checkPart(items, from, count);
  const all = listOf(items);
  const others = beside && listOf(beside);
  const rows = all.slice(from, from + count).map((item, i) => ({ item, other: others?.[from + i] }));
  sortBy(rows, (left, right) => compare(left.item, right.item));
  for (const [i, { item, other }] of rows.entries()) {
    put(items, from + i, item);
    if (beside) put(beside, from + i, other);
  }
}

function copyOf(items: AnyArray, from: number, to: number): AnyArray {
  return items instanceof Uint8Array ? items.slice(from, to) : arrayWith(items.slice(from, to), elementTypeOf(items));
}

function reverse(items: AnyArray, from = 0, count = items.length - from): void {
  checkPart(items, from, count);
  copyOf(items, from, from + count)
    .reverse()
    .forEach((item, i) => (items[from + i] = item as never));
}

const found = (by: TypeArguments, items: AnyArray, at: number) =>
  at === -1 ? defaultValue(by.of('T'), by.registry) : element(items, at);
const onlyDimension = (dimension: number): void => {
  if (dimension !== 0)
    throw new ExpressionError('IndexOutOfRangeException', 'Array does not have that many dimensions.');
};

export const arrayType = typeTable('class System.Array : IEnumerable', {
  'Length: int': (items: AnyArray) => items.length,
  'LongLength: long': (items: AnyArray) => items.length,
  'Rank: int': () => 1,
  'IsReadOnly: bool': () => false,
  'IsFixedSize: bool': () => true,
  'GetLength(int dimension): int': (items: AnyArray, dimension: number) => {
    onlyDimension(dimension);
    return items.length;
  },
  'GetLowerBound(int dimension): int': (_items: AnyArray, dimension: number) => {
    onlyDimension(dimension);
    return 0;
  },
  'GetUpperBound(int dimension): int': (items: AnyArray, dimension: number) => {
    onlyDimension(dimension);
    return items.length - 1;
  },
  'GetValue(int index): object': element,
  'typed SetValue(object value, int index): void': (
    items: AnyArray,
    by: TypeArguments,
    value: unknown,
    index: number,
  ) => {
    const own = items instanceof Uint8Array ? types.byte : elementTypeOf(items);
    if (value !== null && !isInstance(value, own, by.registry))
      throw new ExpressionError('InvalidCastException', 'Object cannot be stored in an array of this type.');
    put(items, index, value);
  },
  'CopyTo(Array target, int index): void': (items: AnyArray, target: AnyArray, index: number) =>
    copy(items, 0, target, index, items.length),
  'Clone(): object': (items: AnyArray) => copyOf(items, 0, items.length),
  'static IndexOf<T>(T[] items, T value, int startIndex?, int count?): int': (
    items: AnyArray,
    value: unknown,
    from?: number,
    count?: number,
  ) => findIndex(listOf(items), equalTo(value), from, count),
  'static LastIndexOf<T>(T[] items, T value, int startIndex?, int count?): int': (
    items: AnyArray,
    value: unknown,
    from?: number,
    count?: number,
  ) => findLastIndex(listOf(items), equalTo(value), from, count),
  'static Copy(Array source, int from, Array target, int to, int count): void': copy,
  'static Copy(Array source, Array target, int count): void': (source: AnyArray, target: AnyArray, count: number) =>
    copy(source, 0, target, 0, count),
  'static Reverse(Array items): void': (items: AnyArray) => reverse(items),
  'static Reverse(Array items, int index, int length): void': reverse,
  'static Sort<T>(T[] items): void': (items: AnyArray) => sortPart(items, compareValues),
  'static Sort<T>(T[] items, Comparison<T> compare): void': (items: AnyArray, compare: Func) =>
    sortPart(items, (a, b) => compare(a, b) as number),
  'static Sort<T>(T[] items, IComparer<T> comparer): void': (items: AnyArray, comparer: unknown) =>
    sortPart(items, comparison(comparer)),
  'static Sort<T>(T[] items, int index, int length, IComparer<T> comparer?): void': (
    items: AnyArray,
    from: number,
    count: number,
    comparer?: unknown,
  ) => sortPart(items, comparison(comparer), from, count),
  'static Sort<K, V>(K[] keys, V[] items, IComparer<K> comparer?): void': (
    keys: AnyArray,
    items: AnyArray,
    comparer?: unknown,
  ) => sortPart(keys, comparison(comparer), 0, keys.length, items),
  'static BinarySearch<T>(T[] items, T value, IComparer<T> comparer?): int': (
    items: AnyArray,
    value: unknown,
    comparer?: unknown,
  ) => binarySearch(listOf(items), value, comparison(comparer)),
  'static BinarySearch<T>(T[] items, int index, int length, T value, IComparer<T> comparer?): int': (
    items: AnyArray,
    from: number,
    count: number,
    value: unknown,
    comparer?: unknown,
  ) => binarySearch(listOf(items), value, comparison(comparer), from, count),
  'static Exists<T>(T[] items, Predicate<T> match): bool': (items: AnyArray, match: Test) =>
    findIndex(listOf(items), match) !== -1,
  'typed static Find<T>(T[] items, Predicate<T> match): T': (by: TypeArguments, items: AnyArray, match: Test) =>
    found(by, items, findIndex(listOf(items), match)),
  'typed static FindLast<T>(T[] items, Predicate<T> match): T': (by: TypeArguments, items: AnyArray, match: Test) =>
    found(by, items, findLastIndex(listOf(items), match)),
  'static FindIndex<T>(T[] items, Predicate<T> match): int': (items: AnyArray, match: Test) =>
    findIndex(listOf(items), match),
  'static FindIndex<T>(T[] items, int startIndex, Predicate<T> match): int': (
    items: AnyArray,
    from: number,
    match: Test,
  ) => findIndex(listOf(items), match, from),
  'static FindLastIndex<T>(T[] items, Predicate<T> match): int': (items: AnyArray, match: Test) =>
    findLastIndex(listOf(items), match),
  'typed static FindAll<T>(T[] items, Predicate<T> match): T[]': (by: TypeArguments, items: AnyArray, match: Test) =>
    arrayWith(
      listOf(items).filter((item) => match(item) === true),
      by.of('T'),
    ),
  'static ForEach<T>(T[] items, Action<T> action): void': (items: AnyArray, action: Func) => {
    for (const item of iterate(items)) action(item);
  },
  'static TrueForAll<T>(T[] items, Predicate<T> match): bool': (items: AnyArray, match: Test) =>
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
  'typed static AsReadOnly<T>(T[] items): IReadOnlyList<T>': (by: TypeArguments, items: AnyArray) =>
    new NetList([...iterate(items)], by.of('T')),
  'typed static Empty<T>(): T[]': (by: TypeArguments) =>
    by.of('T') === types.byte ? new Uint8Array() : arrayWith([], by.of('T')),
  'typed static Clear(Array items, int index, int length): void': (
    by: TypeArguments,
    items: AnyArray,
    from: number,
    count: number,
  ) => {
    if (from < 0 || count < 0 || from + count > items.length) checked(items, -1);
    if (items instanceof Uint8Array) items.fill(0, from, from + count);
    else items.fill(defaultValue(elementTypeOf(items), by.registry), from, from + count);
  },
});
