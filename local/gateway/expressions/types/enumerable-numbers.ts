import { ExpressionError } from '../../errors.ts';
import { arithmetic, type ArithmeticKind } from '../arithmetic.ts';
import { Generic } from '../collections.ts';
import { Decimal } from '../decimal.ts';
import { compareCulture, compareText } from '../compare-text.ts';
import { netType, type NetType } from '../net-type.ts';
import { castNumber, Real, toDouble, type Numeric } from '../numbers.ts';
import { compareValues } from '../ordering.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable, type TypeTable } from '../type-table.ts';
import { iterate } from '../values.ts';

type Func = (...values: unknown[]) => unknown;
const empty = () => new ExpressionError('InvalidOperationException', 'Sequence contains no elements');
const kinds = ['int', 'long', 'float', 'double', 'decimal'] as const;

function sum(items: unknown, kind: ArithmeticKind, selector?: Func): Numeric {
  // .NET adds floats as doubles and rounds once.
  const wide = kind === 'float' ? 'double' : kind;
  const add = arithmetic('+', wide, true);
  let total: unknown = castNumber(wide, 0);
  for (const item of iterate(items)) {
    const value = selector ? selector(item) : item;
    if (value !== null && value !== undefined) total = add(total, castNumber(wide, value as Numeric));
  }
  return castNumber(kind, total as Numeric);
}

function average(items: unknown, kind: ArithmeticKind, nullable: boolean, selector?: Func): Numeric | null {
  const values: Numeric[] = [];
  for (const item of iterate(items)) {
    const value = selector ? selector(item) : item;
    if (value !== null && value !== undefined) values.push(value as Numeric);
  }
  if (values.length === 0) {
    if (nullable) return null;
    throw empty();
  }
  if (kind === 'decimal') return (sum(values, 'decimal') as Decimal).divide(new Decimal(BigInt(values.length), 0));
  const wide = kind === 'int' ? 'long' : kind === 'float' ? 'double' : kind;
  const mean = toDouble(sum(values, wide)) / values.length;
  return new Real(mean, kind === 'float' ? 'float' : 'double');
}

function extreme(items: unknown, sign: 1 | -1, selector: Func | undefined, by: TypeArguments, name: string): unknown {
  let found: unknown;
  let any = false;
  for (const item of iterate(items)) {
    const value = selector ? selector(item) : item;
    if (value === null || value === undefined) continue;
    if (!any || compareValues(value, found) * sign < 0) found = value;
    any = true;
  }
  if (any) return found;
  const type = by.of(name);
  if (by.registry.isValueType(type) && type.name !== '?') throw empty();
  return null;
}

type Signatures = Record<string, (...args: never[]) => unknown>;

function numberMembers(): Signatures {
  const made: Signatures = {};
  for (const kind of kinds) {
    const mean = kind === 'float' || kind === 'decimal' ? kind : 'double';
    for (const mark of ['', '?']) {
      const nullable = mark === '?';
      made[`static Sum(this IEnumerable<${kind}${mark}> source): ${kind}${mark}`] = (items: unknown) => sum(items, kind);
      made[`static Sum<T>(this IEnumerable<T> source, Func<T, ${kind}${mark}> selector): ${kind}${mark}`] = (
        items: unknown,
        selector: Func,
      ) => sum(items, kind, selector);
      made[`static Average(this IEnumerable<${kind}${mark}> source): ${mean}${mark}`] = (items: unknown) =>
        average(items, kind, nullable);
      made[`static Average<T>(this IEnumerable<T> source, Func<T, ${kind}${mark}> selector): ${mean}${mark}`] = (
        items: unknown,
        selector: Func,
      ) => average(items, kind, nullable, selector);
    }
  }
  for (const [name, sign] of [
    ['Min', 1],
    ['Max', -1],
  ] as const) {
    made[`typed static ${name}<T>(this IEnumerable<T> source): T`] = (by: TypeArguments, items: unknown) =>
      extreme(items, sign, undefined, by, 'T');
    made[`typed static ${name}<T, R>(this IEnumerable<T> source, Func<T, R> selector): R`] = (
      by: TypeArguments,
      items: unknown,
      selector: Func,
    ) => extreme(items, sign, selector, by, 'R');
  }
  return made;
}

export const enumerableNumbersType: TypeTable = typeTable('static EnumerableNumbers', numberMembers());

interface Key {
  key: Func;
  descending: boolean;
  compare(left: unknown, right: unknown): number;
}

/** What OrderBy gives: ThenBy adds to its keys. It sorts when it is walked over. */
export class Ordered extends Generic {
  readonly #items: unknown;
  readonly #keys: readonly Key[];
  constructor(items: unknown, keys: readonly Key[], element: NetType) {
    super(netType('IOrderedEnumerable', [element]));
    this.#items = items;
    this.#keys = keys;
  }

  thenBy(key: Key): Ordered {
    return new Ordered(this.#items, [...this.#keys, key], this.type.args[0] as NetType);
  }

  *[Symbol.iterator](): Generator<unknown> {
    const rows = Array.from(iterate(this.#items), (item) => ({ item, keys: this.#keys.map(({ key }) => key(item)) }));
    rows.sort((left, right) => {
      for (const [i, { compare, descending }] of this.#keys.entries()) {
        const order = compare(left.keys[i], right.keys[i]);
        if (order !== 0) return descending ? -order : order;
      }
      return 0;
    });
    for (const { item } of rows) yield item;
  }
}

/** The order that a comparer that was given stands for. */
export function comparison(comparer: unknown): (left: unknown, right: unknown) => number {
  const name = (comparer as { name?: string } | null | undefined)?.name;
  if (!name) return compareValues;
  const ignoreCase = name.endsWith('IgnoreCase');
  const compare = name.startsWith('Ordinal') ? compareText : compareCulture;
  return (left, right) =>
    typeof left === 'string' && typeof right === 'string' ? compare(left, right, ignoreCase) : compareValues(left, right);
}

function orderMembers(): Signatures {
  const made: Signatures = {};
  for (const descending of [false, true]) {
    const suffix = descending ? 'Descending' : '';
    const keyOf = (key: Func, comparer: unknown): Key => ({ key, descending, compare: comparison(comparer) });
    made[
      `typed static OrderBy${suffix}<T, K>(this IEnumerable<T> source, Func<T, K> key, IComparer<K> comparer?): IOrderedEnumerable<T>`
    ] = (by: TypeArguments, items: unknown, key: Func, comparer?: unknown) =>
      new Ordered(items, [keyOf(key, comparer)], by.of('T'));
    made[
      `static ThenBy${suffix}<T, K>(this IOrderedEnumerable<T> source, Func<T, K> key, IComparer<K> comparer?): IOrderedEnumerable<T>`
    ] = (items: Ordered, key: Func, comparer?: unknown) => items.thenBy(keyOf(key, comparer));
  }
  return made;
}

export const enumerableOrderType: TypeTable = typeTable('static EnumerableOrder', orderMembers());
