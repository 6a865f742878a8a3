import { Generic } from '../../collections.ts';
import { compareCulture, compareText } from '../../compare-text.ts';
import { netType, type NetType } from '../../net-type.ts';
import { compareValues } from '../../ordering.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { iterate } from '../../values.ts';
import type { Func, Signatures } from './sequence.ts';

interface Key {
  key: Func;
  descending: boolean;
  compare(left: unknown, right: unknown): number;
}

/** What OrderBy gives: ThenBy adds to its keys. It sorts when it is walked over. */
class Ordered extends Generic {
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

  *[Symbol.iterator](): Generator {
    // .NET reads everything, then takes one key of every item after the other.
    const items = Array.from(iterate(this.#items));
    const columns = this.#keys.map(({ key }) => items.map((item) => key(item)));
    const rows = items.map((item, row) => ({ item, row }));
    rows.sort((left, right) => {
      for (const [i, { compare, descending }] of this.#keys.entries()) {
        const order = compare(columns[i]?.[left.row], columns[i]?.[right.row]);
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
    typeof left === 'string' && typeof right === 'string'
      ? compare(left, right, ignoreCase)
      : compareValues(left, right);
}

/** What sorts a sequence. */
export function orderMembers(): Signatures {
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
