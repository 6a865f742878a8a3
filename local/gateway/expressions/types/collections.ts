import { ExpressionError } from '../../errors.ts';
import { castTo, isInstance } from '../conversions.ts';
import { areLess } from '../ordering.ts';
import { binaryOperators } from '../operators.ts';
import { isNumeric, Real, toDouble, toDecimal } from '../numbers.ts';
import { Decimal } from '../decimal.ts';
import { KeyValuePair } from '../time.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { typeTable } from '../type-table.ts';
import { areEqual, iterate, keyOf } from '../values.ts';
import { xmlSequenceMembers } from './xml.ts';

type Func = (...values: unknown[]) => unknown;
const empty = () => new ExpressionError('InvalidOperationException', 'Sequence contains no elements');
const noMatch = () => new ExpressionError('InvalidOperationException', 'Sequence contains no matching element');

function matching(items: unknown, predicate?: Func): readonly unknown[] {
  const all = iterate(items);
  return predicate ? all.filter((item, i) => predicate(item, i) === true) : all;
}

/** What `First()` falls back to: nothing, or the missing value of a number. */
function orDefault(value: unknown, all: readonly unknown[]): unknown {
  if (value !== undefined) return value;
  return all.length > 0 && all.every((item) => typeof item === 'number') ? 0 : null;
}

function distinctBy(items: readonly unknown[], key: (item: unknown) => unknown): unknown[] {
  const seen = new Set<unknown>();
  return items.filter((item) => {
    const id = keyOf(key(item));
    return !seen.has(id) && seen.add(id);
  });
}

function sorted(items: unknown, key: Func, descending: boolean): Ordered {
  return new Ordered(iterate(items), [{ key, descending }]);
}

/** What OrderBy gives: ThenBy adds to its keys. */
export class Ordered {
  readonly #items: readonly unknown[];
  readonly #keys: readonly { key: Func; descending: boolean }[];
  constructor(items: readonly unknown[], keys: readonly { key: Func; descending: boolean }[]) {
    this.#items = items;
    this.#keys = keys;
  }

  thenBy(key: Func, descending: boolean): Ordered {
    return new Ordered(this.#items, [...this.#keys, { key, descending }]);
  }

  toNetItems(): readonly unknown[] {
    return this.#items.toSorted((left, right) => {
      for (const { key, descending } of this.#keys) {
        const [a, b] = [key(left), key(right)];
        const order = areLess(a, b) ? -1 : areLess(b, a) ? 1 : 0;
        if (order !== 0) return descending ? -order : order;
      }
      return 0;
    });
  }
}

function sum(items: readonly unknown[]): unknown {
  return items.reduce((total: unknown, item) => binaryOperators['+']?.(total, item ?? 0, 'none'), 0);
}

function average(items: readonly unknown[]): unknown {
  if (items.length === 0) throw empty();
  const total = sum(items);
  if (total instanceof Decimal) return total.divide(toDecimal(items.length));
  return new Real((isNumeric(total) ? toDouble(total) : Number.NaN) / items.length);
}

function extreme(items: readonly unknown[], wantsLess: boolean): unknown {
  if (items.length === 0) throw empty();
  return items.reduce((best, item) => ((wantsLess ? areLess(item, best) : areLess(best, item)) ? item : best));
}

function groupBy(items: readonly unknown[], key: Func, value: Func): Grouping[] {
  const groups = new Map<unknown, Grouping>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(keyOf(name)) ?? new Grouping(name);
    groups.set(keyOf(name), group);
    group.items.push(value(item));
  }
  return [...groups.values()];
}

export class Grouping {
  readonly key: unknown;
  readonly items: unknown[] = [];
  constructor(key: unknown) {
    this.key = key;
  }

  toNetItems(): readonly unknown[] {
    return this.items;
  }
}

const self: Func = (item) => item;

function single(found: readonly unknown[]): unknown {
  if (found.length > 1)
    throw new ExpressionError('InvalidOperationException', 'Sequence contains more than one element');
  return found[0];
}

export const enumerableType = typeTable('IEnumerable', {
  ...xmlSequenceMembers,
  'Select(func selector): List': (items: unknown, selector: Func) => iterate(items).map((item, i) => selector(item, i)),
  'SelectMany(func selector): List': (items: unknown, selector: Func) =>
    iterate(items).flatMap((item) => iterate(selector(item))),
  'Where(func predicate): List': matching,
  'Any(func predicate?): bool': (items: unknown, predicate?: Func) => matching(items, predicate).length > 0,
  'All(func predicate): bool': (items: unknown, predicate: Func) =>
    iterate(items).every((item) => predicate(item) === true),
  'Count(func predicate?): int': (items: unknown, predicate?: Func) => matching(items, predicate).length,
  'First(func predicate?): object': (items: unknown, predicate?: Func) => {
    const found = matching(items, predicate);
    if (found.length === 0) throw predicate ? noMatch() : empty();
    return found[0];
  },
  'FirstOrDefault(func predicate?): T': (items: unknown, predicate?: Func) =>
    orDefault(matching(items, predicate)[0], iterate(items)),
  'Last(func predicate?): object': (items: unknown, predicate?: Func) => {
    const found = matching(items, predicate);
    if (found.length === 0) throw predicate ? noMatch() : empty();
    return found.at(-1);
  },
  'LastOrDefault(func predicate?): T': (items: unknown, predicate?: Func) =>
    orDefault(matching(items, predicate).at(-1), iterate(items)),
  'Single(func predicate?): T': (items: unknown, predicate?: Func) => {
    const found = matching(items, predicate);
    if (found.length === 0) throw predicate ? noMatch() : empty();
    return single(found);
  },
  'SingleOrDefault(func predicate?): T': (items: unknown, predicate?: Func) =>
    single(matching(items, predicate)) ?? null,
  'ElementAt(int index): T': (items: unknown, index: number) => {
    const all = iterate(items);
    if (index < 0 || index >= all.length)
      throw new ExpressionError('ArgumentOutOfRangeException', 'Index was out of range.');
    return all[index];
  },
  'ElementAtOrDefault(int index): T': (items: unknown, index: number) => iterate(items)[index] ?? null,
  'Contains(object value): bool': (items: unknown, value: unknown) =>
    iterate(items).some((item) => areEqual(item, value)),
  'Contains(string value, StringComparer comparer): bool': (
    items: unknown,
    value: string,
    comparer: { name: string },
  ) =>
    iterate(items).some((item) =>
      comparer.name.endsWith('IgnoreCase') ? String(item).toUpperCase() === value.toUpperCase() : item === value,
    ),
  'OrderBy(func key): IOrderedEnumerable': (items: unknown, key: Func) => sorted(items, key, false),
  'OrderByDescending(func key): IOrderedEnumerable': (items: unknown, key: Func) => sorted(items, key, true),
  'Reverse(): List': (items: unknown) => iterate(items).toReversed(),
  'Distinct(): List': (items: unknown) => distinctBy(iterate(items), self),
  'Take(int count): List': (items: unknown, count: number) => iterate(items).slice(0, Math.max(0, count)),
  'Skip(int count): List': (items: unknown, count: number) => iterate(items).slice(Math.max(0, count)),
  'TakeWhile(func predicate): List': (items: unknown, predicate: Func) => {
    const all = iterate(items);
    const end = all.findIndex((item) => predicate(item) !== true);
    return all.slice(0, end === -1 ? undefined : end);
  },
  'SkipWhile(func predicate): List': (items: unknown, predicate: Func) => {
    const all = iterate(items);
    const start = all.findIndex((item) => predicate(item) !== true);
    return start === -1 ? [] : all.slice(start);
  },
  'Concat(object other): List': (items: unknown, other: unknown) => [...iterate(items), ...iterate(other)],
  'Union(object other): List': (items: unknown, other: unknown) =>
    distinctBy([...iterate(items), ...iterate(other)], self),
  'Intersect(object other): List': (items: unknown, other: unknown) => {
    const keys = new Set(iterate(other).map(keyOf));
    return distinctBy(iterate(items), self).filter((item) => keys.has(keyOf(item)));
  },
  'Except(object other): List': (items: unknown, other: unknown) => {
    const keys = new Set(iterate(other).map(keyOf));
    return distinctBy(iterate(items), self).filter((item) => !keys.has(keyOf(item)));
  },
  'Zip(object other, func selector): List': (items: unknown, other: unknown, selector: Func) => {
    const second = iterate(other);
    return iterate(items)
      .slice(0, second.length)
      .map((item, i) => selector(item, second[i]));
  },
  'GroupBy(func key, func value?): List': (items: unknown, key: Func, value: Func = self) =>
    groupBy(iterate(items), key, value),
  'SequenceEqual(object other): bool': (items: unknown, other: unknown) => {
    const [a, b] = [iterate(items), iterate(other)];
    return a.length === b.length && a.every((item, i) => areEqual(item, b[i]));
  },
  'Sum(func selector?): T': (items: unknown, selector: Func = self) =>
    sum(iterate(items).map((item) => selector(item))),
  'Average(func selector?): T': (items: unknown, selector: Func = self) =>
    average(iterate(items).map((item) => selector(item))),
  'Min(func selector?): T': (items: unknown, selector: Func = self) =>
    extreme(
      iterate(items).map((item) => selector(item)),
      true,
    ),
  'Max(func selector?): T': (items: unknown, selector: Func = self) =>
    extreme(
      iterate(items).map((item) => selector(item)),
      false,
    ),
  'Aggregate(func step): T': (items: unknown, step: Func) => {
    const all = iterate(items);
    if (all.length === 0) throw empty();
    return all.slice(1).reduce((total, item) => step(total, item), all[0]);
  },
  'Aggregate(object seed, func step): T': (items: unknown, seed: unknown, step: Func) =>
    iterate(items).reduce((total, item) => step(total, item), seed),
  'Aggregate(object seed, func step, func result): T': (items: unknown, seed: unknown, step: Func, result: Func) =>
    result(iterate(items).reduce((total, item) => step(total, item), seed)),
  'ToArray(): List': (items: unknown) => [...iterate(items)],
  'ToList(): List': (items: unknown) => [...iterate(items)],
  'AsEnumerable(): List': (items: unknown) => [...iterate(items)],
  'ToHashSet(): HashSet': (items: unknown) => new Set(iterate(items).map(keyOf)),
  'ToDictionary(func key, func value?): Dictionary': (items: unknown, key: Func, value: Func = self) => {
    const made = new Map<unknown, unknown>();
    for (const item of iterate(items)) addNew(made, key(item), value(item));
    return made;
  },
  'DefaultIfEmpty(object value?): List': (items: unknown, value: unknown = null) =>
    iterate(items).length ? [...iterate(items)] : [value],
  'Append(object value): List': (items: unknown, value: unknown) => [...iterate(items), value],
  'Prepend(object value): List': (items: unknown, value: unknown) => [value, ...iterate(items)],
  'Cast<T>(): List': (items: unknown, type: string, types: TypeRegistry) =>
    iterate(items).map((item) => castTo(type, item, types)),
  'OfType<T>(): List': (items: unknown, type: string, types: TypeRegistry) =>
    iterate(items).filter((item) => isInstance(type, item, types)),
  'static Range(int start, int count): List': (start: number, count: number) =>
    Array.from({ length: count }, (_, i) => start + i),
  'static Repeat(object value, int count): List': (value: unknown, count: number) =>
    Array.from({ length: count }, () => value),
});

export const orderedType = typeTable(
  'IOrderedEnumerable',
  {
    'ThenBy(func key): IOrderedEnumerable': (items: Ordered, key: Func) => items.thenBy(key, false),
    'ThenByDescending(func key): IOrderedEnumerable': (items: Ordered, key: Func) => items.thenBy(key, true),
  },
  'IEnumerable',
);

export const groupingType = typeTable('IGrouping', { 'Key: object': (group: Grouping) => group.key }, 'IEnumerable');

function addNew(made: Map<unknown, unknown>, key: unknown, value: unknown): void {
  if (key === null) throw new ExpressionError('ArgumentNullException', 'Value cannot be null. Parameter name: key');
  if (made.has(keyOf(key)))
    throw new ExpressionError('ArgumentException', 'An item with the same key has already been added.');
  made.set(keyOf(key), value);
}

export const pairType = typeTable('KeyValuePair', {
  'Key: T': (pair: KeyValuePair) => pair.key,
  'Value: T': (pair: KeyValuePair) => pair.value,
  'new(object key, object value)': (key: unknown, value: unknown) => new KeyValuePair(key, value),
});

export { addNew };
