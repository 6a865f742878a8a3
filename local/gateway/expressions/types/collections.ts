import { ExpressionError } from '../../errors.ts';
import { areLess } from '../ordering.ts';
import { binaryOperators } from '../operators.ts';
import { isNumeric, Real, toDouble, toDecimal } from '../numbers.ts';
import { Decimal } from '../decimal.ts';
import { KeyValuePair } from '../time.ts';
import { Query } from '../query.ts';
import { typeTable } from '../type-table.ts';
import { areEqual, iterate, keyOf } from '../values.ts';
import { contains, firstOf, sequenceMembers } from './sequences.ts';
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

function sorted(items: unknown, key: Func, descending: boolean): Ordered {
  return new Ordered(items, [{ key, descending }]);
}

/** What OrderBy gives: ThenBy adds to its keys. */
export class Ordered {
  readonly #items: unknown;
  readonly #keys: readonly { key: Func; descending: boolean }[];
  constructor(items: unknown, keys: readonly { key: Func; descending: boolean }[]) {
    this.#items = items;
    this.#keys = keys;
  }

  thenBy(key: Func, descending: boolean): Ordered {
    return new Ordered(this.#items, [...this.#keys, { key, descending }]);
  }

  toNetItems(): readonly unknown[] {
    const rows = iterate(this.#items).map((item) => ({ item, keys: this.#keys.map(({ key }) => key(item)) }));
    rows.sort((left, right) => {
      for (const [i, { descending }] of this.#keys.entries()) {
        const [a, b] = [left.keys[i], right.keys[i]];
        const order = areLess(a, b) ? -1 : areLess(b, a) ? 1 : 0;
        if (order !== 0) return descending ? -order : order;
      }
      return 0;
    });
    return rows.map(({ item }) => item);
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
  ...sequenceMembers,
  'Any(func predicate?): bool': (items: unknown, predicate?: Func) => firstOf(items, predicate).found,
  'All(func predicate): bool': (items: unknown, predicate: Func) =>
    !firstOf(items, (item) => predicate(item) !== true).found,
  'Count(func predicate?): int': (items: unknown, predicate?: Func) => matching(items, predicate).length,
  'First(func predicate?): object': (items: unknown, predicate?: Func) => {
    const { found, value } = firstOf(items, predicate);
    if (!found) throw predicate ? noMatch() : empty();
    return value;
  },
  'FirstOrDefault(func predicate?): T': (items: unknown, predicate?: Func) => {
    const { found, value } = firstOf(items, predicate);
    return found ? value : orDefault(undefined, iterate(items));
  },
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
  'Contains(object value): bool': contains,
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
  'GroupBy(func key, func value?): IEnumerable': (items: unknown, key: Func, value: Func = self) =>
    new Query(() => groupBy(iterate(items), key, value).values()),
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
  'ToHashSet(): HashSet': (items: unknown) => new Set(iterate(items).map(keyOf)),
  'ToDictionary(func key, func value?): Dictionary': (items: unknown, key: Func, value: Func = self) => {
    const made = new Map<unknown, unknown>();
    for (const item of iterate(items)) addNew(made, key(item), value(item));
    return made;
  },
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
