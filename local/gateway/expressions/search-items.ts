import { ExpressionError } from '../errors.ts';
import { toException } from './exceptions.ts';
import { outOfRange } from './text-parts.ts';
import { equals } from './values.ts';

type Items = ArrayLike<unknown>;
export type Test = (item: unknown) => unknown;

/** Throws what .NET does for a part that does not lie within the items. */
export function checkPart(items: Items, index: number, count: number): void {
  if (index < 0 || count < 0) throw outOfRange(index < 0 ? 'index' : 'count');
  if (index + count > items.length)
    throw new ExpressionError(
      'ArgumentException',
      'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
    );
}

/** Where the first of some items that passes stands, or -1. Throws ArgumentOutOfRangeException. */
export function findIndex(items: Items, test: Test, from = 0, count = items.length - from): number {
  if (from < 0 || from > items.length) throw outOfRange('startIndex');
  if (count < 0 || from + count > items.length) throw outOfRange('count');
  for (let i = from; i < from + count; i++) if (test(items[i]) === true) return i;
  return -1;
}

/** The same from `from` backwards. Throws ArgumentOutOfRangeException. */
export function findLastIndex(items: Items, test: Test, from = items.length - 1, count = from + 1): number {
  if (items.length === 0 && from === -1) return -1;
  if (from < 0 || from >= items.length) throw outOfRange('startIndex');
  if (count < 0 || from - count + 1 < 0) throw outOfRange('count');
  for (let i = from; i > from - count; i--) if (test(items[i]) === true) return i;
  return -1;
}

export const equalTo =
  (value: unknown): Test =>
  (item) =>
    equals(item, value);

/** Where a value stands among sorted items, or the complement of where it would. */
export function binarySearch(
  items: Items,
  value: unknown,
  compare: (left: unknown, right: unknown) => number,
  from = 0,
  count = items.length - from,
): number {
  checkPart(items, from, count);
  let [low, high] = [from, from + count - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compare(items[middle], value);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return ~low;
}

/** Sorts as a comparison says. What that throws comes as InvalidOperationException. */
export function sortBy<T>(items: T[], compare: (left: T, right: T) => number): T[] {
  return items.sort((left, right) => {
    try {
      return compare(left, right);
    } catch (error) {
      throw Object.assign(
        new ExpressionError('InvalidOperationException', 'Failed to compare two elements in the array.'),
        { cause: toException(error) },
      );
    }
  });
}
