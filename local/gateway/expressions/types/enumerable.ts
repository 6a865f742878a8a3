import { ExpressionError } from '../../errors.ts';
import { arrayWith, Grouping, keyOf, NetDictionary, NetList, NetSet, Query, type KeyOf } from '../collections.ts';
import { defaultValue, explicitChange } from '../conversions.ts';
import { netType, types, type NetType } from '../net-type.ts';
import { typeTable } from '../type-table.ts';
import { equals, iterate, listOf } from '../values.ts';
import { ignoringCase } from '../collections.ts';
import { isInstance } from '../runtime-type.ts';
import type { TypeArguments } from '../type-arguments.ts';

type Func = (...values: unknown[]) => unknown;
type Items = unknown;
const empty = () => new ExpressionError('InvalidOperationException', 'Sequence contains no elements');
const noMatch = () => new ExpressionError('InvalidOperationException', 'Sequence contains no matching element');
const manyFound = (predicate: unknown) =>
  new ExpressionError(
    'InvalidOperationException',
    predicate ? 'Sequence contains more than one matching element' : 'Sequence contains more than one element',
  );

/** A sequence that runs when it is walked over. */
function later(by: TypeArguments, name: string, run: () => Iterator<unknown>): Query {
  return new Query(by.of(name), run);
}

function notNull(value: unknown, name: string): void {
  if (value === null || value === undefined)
    throw new ExpressionError('ArgumentNullException', `Value cannot be null.\r\nParameter name: ${name}`);
}

/** How a comparer that was given tells values apart. */
export const keyBy = (comparer: unknown): KeyOf =>
  (comparer as { name?: string } | null | undefined)?.name?.endsWith('IgnoreCase') ? ignoringCase : keyOf;

function* where(items: Items, predicate: Func) {
  let i = 0;
  for (const item of iterate(items)) if (predicate(item, i++) === true) yield item;
}

function* select(items: Items, selector: Func) {
  let i = 0;
  for (const item of iterate(items)) yield selector(item, i++);
}

function* selectMany(items: Items, selector: Func, result?: Func) {
  let i = 0;
  for (const item of iterate(items))
    for (const inner of iterate(selector(item, i++))) yield result ? result(item, inner) : inner;
}

function* take(items: Items, count: number) {
  if (count <= 0) return;
  let left = count;
  for (const item of iterate(items)) {
    yield item;
    if (--left <= 0) return;
  }
}

function* skip(items: Items, count: number) {
  let left = count;
  for (const item of iterate(items)) if (left-- <= 0) yield item;
}

function* takeWhile(items: Items, predicate: Func) {
  let i = 0;
  for (const item of iterate(items)) {
    if (predicate(item, i++) !== true) return;
    yield item;
  }
}

function* skipWhile(items: Items, predicate: Func) {
  let skipping = true;
  let i = 0;
  for (const item of iterate(items)) {
    skipping &&= predicate(item, i++) === true;
    if (!skipping) yield item;
  }
}

function* concat(...sources: Items[]) {
  for (const items of sources) yield* iterate(items);
}

function* distinct(items: Iterable<unknown>, key: KeyOf, without: ReadonlySet<unknown> = new Set()) {
  const seen = new Set(without);
  for (const item of items) {
    const id = key(item);
    if (seen.has(id)) continue;
    seen.add(id);
    yield item;
  }
}

const keysOf = (items: Items, key: KeyOf) => new Set(Array.from(iterate(items), key));

function* intersect(items: Items, other: Items, key: KeyOf) {
  const left = keysOf(other, key);
  for (const item of iterate(items)) if (left.delete(key(item))) yield item;
}

function* zip(items: Items, other: Items, selector: Func) {
  const second = iterate(other)[Symbol.iterator]();
  for (const item of iterate(items)) {
    const next = second.next();
    if (next.done) return;
    yield selector(item, next.value);
  }
}

export function groups(items: Items, key: Func, value: Func | undefined, types_: [NetType, NetType], by: KeyOf): Grouping[] {
  const made = new Map<unknown, Grouping>();
  for (const item of iterate(items)) {
    const found = key(item);
    const id = by(found);
    const group = made.get(id) ?? new Grouping(found, ...types_);
    made.set(id, group);
    group.items.push(value ? value(item) : item);
  }
  return [...made.values()];
}

function* join(outer: Items, inner: Items, outerKey: Func, innerKey: Func, result: Func, grouped: boolean, by: TypeArguments) {
  const found = new Map<unknown, unknown[]>();
  for (const item of iterate(inner)) {
    const id = keyOf(innerKey(item));
    if (id !== null) found.set(id, [...(found.get(id) ?? []), item]);
  }
  for (const item of iterate(outer)) {
    const matches = found.get(keyOf(outerKey(item))) ?? [];
    if (grouped) yield result(item, arrayWith([...matches], by.of('I')));
    else for (const match of matches) yield result(item, match);
  }
}

function firstOf(items: Items, predicate?: Func): { found: boolean; value: unknown } {
  for (const item of iterate(items)) if (!predicate || predicate(item) === true) return { found: true, value: item };
  return { found: false, value: null };
}

function lastOf(items: Items, predicate?: Func): { found: boolean; value: unknown } {
  let last = { found: false, value: null as unknown };
  for (const item of iterate(items)) if (!predicate || predicate(item) === true) last = { found: true, value: item };
  return last;
}

function singleOf(items: Items, predicate?: Func): { found: boolean; value: unknown } {
  let only = { found: false, value: null as unknown };
  for (const item of iterate(items)) {
    if (predicate && predicate(item) !== true) continue;
    if (only.found) throw manyFound(predicate);
    only = { found: true, value: item };
  }
  return only;
}

function must({ found, value }: { found: boolean; value: unknown }, predicate: unknown): unknown {
  if (!found) throw predicate ? noMatch() : empty();
  return value;
}

function elementAt(items: Items, index: number): { found: boolean; value: unknown } {
  if (index < 0) return { found: false, value: null };
  return firstOf({ toNetItems: () => [...take(skip(items, index) as unknown as Items, 1)] });
}

function countOf(items: Items, predicate?: Func): number {
  let count = 0;
  for (const item of iterate(items)) if (!predicate || predicate(item) === true) count++;
  return count;
}

const orDefault = ({ found, value }: { found: boolean; value: unknown }, by: TypeArguments) =>
  found ? value : defaultValue(by.of('T'), by.registry);

export const enumerableType = typeTable('static System.Linq.Enumerable', {
    'typed static Where<T>(this IEnumerable<T> source, Func<T, bool> predicate): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => {
      notNull(predicate, 'predicate');
      return later(by, 'T', () => where(items, predicate));
    },
    'typed static Where<T>(this IEnumerable<T> source, Func<T, int, bool> predicate): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => later(by, 'T', () => where(items, predicate)),
    'typed static Select<T, R>(this IEnumerable<T> source, Func<T, R> selector): IEnumerable<R>': (
      by: TypeArguments,
      items: Items,
      selector: Func,
    ) => later(by, 'R', () => select(items, selector)),
    'typed static Select<T, R>(this IEnumerable<T> source, Func<T, int, R> selector): IEnumerable<R>': (
      by: TypeArguments,
      items: Items,
      selector: Func,
    ) => later(by, 'R', () => select(items, selector)),
    'typed static SelectMany<T, R>(this IEnumerable<T> source, Func<T, IEnumerable<R>> selector): IEnumerable<R>': (
      by: TypeArguments,
      items: Items,
      selector: Func,
    ) => later(by, 'R', () => selectMany(items, selector)),
    'typed static SelectMany<T, R>(this IEnumerable<T> source, Func<T, int, IEnumerable<R>> selector): IEnumerable<R>': (
      by: TypeArguments,
      items: Items,
      selector: Func,
    ) => later(by, 'R', () => selectMany(items, selector)),
    'typed static SelectMany<T, C, R>(this IEnumerable<T> source, Func<T, IEnumerable<C>> selector, Func<T, C, R> result): IEnumerable<R>': (
      by: TypeArguments,
      items: Items,
      selector: Func,
      result: Func,
    ) => later(by, 'R', () => selectMany(items, selector, result)),
    'static Any<T>(this IEnumerable<T> source): bool': (items: Items) => firstOf(items).found,
    'static Any<T>(this IEnumerable<T> source, Func<T, bool> predicate): bool': (items: Items, predicate: Func) =>
      firstOf(items, predicate).found,
    'static All<T>(this IEnumerable<T> source, Func<T, bool> predicate): bool': (items: Items, predicate: Func) =>
      !firstOf(items, (item) => predicate(item) !== true).found,
    'static Count<T>(this IEnumerable<T> source): int': (items: Items) => countOf(items),
    'static Count<T>(this IEnumerable<T> source, Func<T, bool> predicate): int': countOf,
    'static LongCount<T>(this IEnumerable<T> source): long': (items: Items) => countOf(items),
    'static First<T>(this IEnumerable<T> source): T': (items: Items) => must(firstOf(items), undefined),
    'static First<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (items: Items, predicate: Func) =>
      must(firstOf(items, predicate), predicate),
    'typed static FirstOrDefault<T>(this IEnumerable<T> source): T': (by: TypeArguments, items: Items) =>
      orDefault(firstOf(items), by),
    'typed static FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => orDefault(firstOf(items, predicate), by),
    'static Last<T>(this IEnumerable<T> source): T': (items: Items) => must(lastOf(items), undefined),
    'static Last<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (items: Items, predicate: Func) =>
      must(lastOf(items, predicate), predicate),
    'typed static LastOrDefault<T>(this IEnumerable<T> source): T': (by: TypeArguments, items: Items) =>
      orDefault(lastOf(items), by),
    'typed static LastOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => orDefault(lastOf(items, predicate), by),
    'static Single<T>(this IEnumerable<T> source): T': (items: Items) => must(singleOf(items), undefined),
    'static Single<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (items: Items, predicate: Func) =>
      must(singleOf(items, predicate), predicate),
    'typed static SingleOrDefault<T>(this IEnumerable<T> source): T': (by: TypeArguments, items: Items) =>
      orDefault(singleOf(items), by),
    'typed static SingleOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate): T': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => orDefault(singleOf(items, predicate), by),
    'static ElementAt<T>(this IEnumerable<T> source, int index): T': (items: Items, index: number) => {
      const found = elementAt(items, index);
      if (!found.found)
        throw new ExpressionError('ArgumentOutOfRangeException', 'Index was out of range.\r\nParameter name: index');
      return found.value;
    },
    'typed static ElementAtOrDefault<T>(this IEnumerable<T> source, int index): T': (
      by: TypeArguments,
      items: Items,
      index: number,
    ) => orDefault(elementAt(items, index), by),
    'static Contains<T>(this IEnumerable<T> source, T value): bool': (items: Items, value: unknown) =>
      firstOf(items, (item) => equals(item, value)).found,
    'static Contains<T>(this IEnumerable<T> source, T value, IEqualityComparer<T> comparer): bool': (
      items: Items,
      value: unknown,
      comparer: unknown,
    ) => {
      const key = keyBy(comparer);
      return firstOf(items, (item) => key(item) === key(value)).found;
    },
    'typed static Reverse<T>(this IEnumerable<T> source): IEnumerable<T>': (by: TypeArguments, items: Items) =>
      later(by, 'T', () => [...iterate(items)].reverse().values()),
    'typed static Distinct<T>(this IEnumerable<T> source): IEnumerable<T>': (by: TypeArguments, items: Items) =>
      later(by, 'T', () => distinct(iterate(items), keyOf)),
    'typed static Distinct<T>(this IEnumerable<T> source, IEqualityComparer<T> comparer): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      comparer: unknown,
    ) => later(by, 'T', () => distinct(iterate(items), keyBy(comparer))),
    'typed static Take<T>(this IEnumerable<T> source, int count): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      count: number,
    ) => later(by, 'T', () => take(items, count)),
    'typed static Skip<T>(this IEnumerable<T> source, int count): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      count: number,
    ) => later(by, 'T', () => skip(items, count)),
    'typed static TakeWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => later(by, 'T', () => takeWhile(items, predicate)),
    'typed static TakeWhile<T>(this IEnumerable<T> source, Func<T, int, bool> predicate): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => later(by, 'T', () => takeWhile(items, predicate)),
    'typed static SkipWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => later(by, 'T', () => skipWhile(items, predicate)),
    'typed static SkipWhile<T>(this IEnumerable<T> source, Func<T, int, bool> predicate): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      predicate: Func,
    ) => later(by, 'T', () => skipWhile(items, predicate)),
    'typed static Concat<T>(this IEnumerable<T> source, IEnumerable<T> second): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      other: Items,
    ) => {
      notNull(other, 'second');
      return later(by, 'T', () => concat(items, other));
    },
    'typed static Append<T>(this IEnumerable<T> source, T value): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      value: unknown,
    ) => later(by, 'T', () => concat(items, [value])),
    'typed static Prepend<T>(this IEnumerable<T> source, T value): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      value: unknown,
    ) => later(by, 'T', () => concat([value], items)),
    'typed static Union<T>(this IEnumerable<T> source, IEnumerable<T> second, IEqualityComparer<T> comparer?): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      other: Items,
      comparer?: unknown,
    ) => later(by, 'T', () => distinct(concat(items, other), keyBy(comparer))),
    'typed static Intersect<T>(this IEnumerable<T> source, IEnumerable<T> second, IEqualityComparer<T> comparer?): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      other: Items,
      comparer?: unknown,
    ) => later(by, 'T', () => intersect(items, other, keyBy(comparer))),
    'typed static Except<T>(this IEnumerable<T> source, IEnumerable<T> second, IEqualityComparer<T> comparer?): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      other: Items,
      comparer?: unknown,
    ) => {
      const key = keyBy(comparer);
      return later(by, 'T', () => distinct(iterate(items), key, keysOf(other, key)));
    },
    'typed static Zip<T, S, R>(this IEnumerable<T> source, IEnumerable<S> second, Func<T, S, R> selector): IEnumerable<R>': (
      by: TypeArguments,
      items: Items,
      other: Items,
      selector: Func,
    ) => later(by, 'R', () => zip(items, other, selector)),
    'static SequenceEqual<T>(this IEnumerable<T> source, IEnumerable<T> second): bool': (items: Items, other: Items) => {
      const [a, b] = [listOf(items), listOf(other)];
      return a.length === b.length && a.every((item, i) => equals(item, b[i]));
    },
    'typed static GroupBy<T, K>(this IEnumerable<T> source, Func<T, K> key, IEqualityComparer<K> comparer?): IEnumerable<IGrouping<K, T>>': (
      by: TypeArguments,
      items: Items,
      key: Func,
      comparer?: unknown,
    ) => {
      const pair: [NetType, NetType] = [by.of('K'), by.of('T')];
      return new Query(netType('IGrouping', pair), () => groups(items, key, undefined, pair, keyBy(comparer)).values());
    },
    'typed static GroupBy<T, K, E>(this IEnumerable<T> source, Func<T, K> key, Func<T, E> element): IEnumerable<IGrouping<K, E>>': (
      by: TypeArguments,
      items: Items,
      key: Func,
      element: Func,
    ) => {
      const pair: [NetType, NetType] = [by.of('K'), by.of('E')];
      return new Query(netType('IGrouping', pair), () => groups(items, key, element, pair, keyOf).values());
    },
    'typed static GroupBy<T, K, R>(this IEnumerable<T> source, Func<T, K> key, Func<K, IEnumerable<T>, R> result): IEnumerable<R>': (
      by: TypeArguments,
      items: Items,
      key: Func,
      result: Func,
    ) => {
      const pair: [NetType, NetType] = [by.of('K'), by.of('T')];
      return later(by, 'R', () =>
        groups(items, key, undefined, pair, keyOf)
          .map((group) => result(group.key, group))
          .values(),
      );
    },
    'typed static Join<O, I, K, R>(this IEnumerable<O> source, IEnumerable<I> inner, Func<O, K> outerKey, Func<I, K> innerKey, Func<O, I, R> result): IEnumerable<R>': (
      by: TypeArguments,
      outer: Items,
      inner: Items,
      outerKey: Func,
      innerKey: Func,
      result: Func,
    ) => later(by, 'R', () => join(outer, inner, outerKey, innerKey, result, false, by)),
    'typed static GroupJoin<O, I, K, R>(this IEnumerable<O> source, IEnumerable<I> inner, Func<O, K> outerKey, Func<I, K> innerKey, Func<O, IEnumerable<I>, R> result): IEnumerable<R>': (
      by: TypeArguments,
      outer: Items,
      inner: Items,
      outerKey: Func,
      innerKey: Func,
      result: Func,
    ) => later(by, 'R', () => join(outer, inner, outerKey, innerKey, result, true, by)),
    'static Aggregate<T>(this IEnumerable<T> source, Func<T, T, T> step): T': (items: Items, step: Func) => {
      const [first, ...rest] = iterate(items);
      if (first === undefined) throw empty();
      return rest.reduce((total, item) => step(total, item), first);
    },
    'static Aggregate<T, A>(this IEnumerable<T> source, A seed, Func<A, T, A> step): A': (
      items: Items,
      seed: unknown,
      step: Func,
    ) => {
      let total = seed;
      for (const item of iterate(items)) total = step(total, item);
      return total;
    },
    'static Aggregate<T, A, R>(this IEnumerable<T> source, A seed, Func<A, T, A> step, Func<A, R> result): R': (
      items: Items,
      seed: unknown,
      step: Func,
      result: Func,
    ) => {
      let total = seed;
      for (const item of iterate(items)) total = step(total, item);
      return result(total);
    },
    'typed static ToArray<T>(this IEnumerable<T> source): T[]': (by: TypeArguments, items: Items) => {
      const element = by.of('T');
      const all = [...iterate(items)];
      return element === types.byte
        ? Uint8Array.from(all, (item) => Number((item as { value: bigint }).value))
        : arrayWith(all, element);
    },
    'typed static ToList<T>(this IEnumerable<T> source): List<T>': (by: TypeArguments, items: Items) =>
 new NetList([...iterate(items)], by.of('T')),
    'static AsEnumerable<T>(this IEnumerable<T> source): IEnumerable<T>': (items: Items) => items,
    'typed static ToHashSet<T>(this IEnumerable<T> source, IEqualityComparer<T> comparer?): HashSet<T>': (
      by: TypeArguments,
      items: Items,
      comparer?: unknown,
    ) => new NetSet(iterate(items), by.of('T'), keyBy(comparer)),
    'typed static ToDictionary<T, K>(this IEnumerable<T> source, Func<T, K> key, IEqualityComparer<K> comparer?): Dictionary<K, T>': (
      by: TypeArguments,
      items: Items,
      key: Func,
      comparer?: unknown,
    ) => {
      const made = new NetDictionary(netType('Dictionary', [by.of('K'), by.of('T')]), keyBy(comparer));
      for (const item of iterate(items)) made.add(key(item), item);
      return made;
    },
    'typed static ToDictionary<T, K, V>(this IEnumerable<T> source, Func<T, K> key, Func<T, V> value, IEqualityComparer<K> comparer?): Dictionary<K, V>': (
      by: TypeArguments,
      items: Items,
      key: Func,
      value: Func,
      comparer?: unknown,
    ) => {
      const made = new NetDictionary(netType('Dictionary', [by.of('K'), by.of('V')]), keyBy(comparer));
      for (const item of iterate(items)) made.add(key(item), value(item));
      return made;
    },
    'typed static ToLookup<T, K>(this IEnumerable<T> source, Func<T, K> key): ILookup<K, T>': (
      by: TypeArguments,
      items: Items,
      key: Func,
    ) => lookup(by, 'T', groups(items, key, undefined, [by.of('K'), by.of('T')], keyOf)),
    'typed static ToLookup<T, K, E>(this IEnumerable<T> source, Func<T, K> key, Func<T, E> element): ILookup<K, E>': (
      by: TypeArguments,
      items: Items,
      key: Func,
      element: Func,
    ) => lookup(by, 'E', groups(items, key, element, [by.of('K'), by.of('E')], keyOf)),
    'typed static DefaultIfEmpty<T>(this IEnumerable<T> source): IEnumerable<T>': (by: TypeArguments, items: Items) =>
      later(by, 'T', () => orElse(items, defaultValue(by.of('T'), by.registry))),
    'typed static DefaultIfEmpty<T>(this IEnumerable<T> source, T value): IEnumerable<T>': (
      by: TypeArguments,
      items: Items,
      value: unknown,
    ) => later(by, 'T', () => orElse(items, value)),
    'typed static Cast<T>(this IEnumerable source): IEnumerable<T>': (by: TypeArguments, items: Items) => {
      const type = by.of('T');
      const change = explicitChange(types.object, type, by.registry);
      return later(by, 'T', () => select(items, (item) => (change ? change(item) : item)));
    },
    'typed static OfType<T>(this IEnumerable source): IEnumerable<T>': (by: TypeArguments, items: Items) => {
      const type = by.of('T');
      return later(by, 'T', () => where(items, (item) => isInstance(item, type, by.registry)));
    },
    'typed static Empty<T>(): IEnumerable<T>': (by: TypeArguments) => arrayWith([], by.of('T')),
    'static Range(int start, int count): IEnumerable<int>': (start: number, count: number) => {
      if (count < 0 || start + count - 1 > 2 ** 31 - 1)
        throw new ExpressionError('ArgumentOutOfRangeException', 'Specified argument was out of the range of valid values.\r\nParameter name: count');
      return new Query(types.int, () => range(start, count));
    },
    'typed static Repeat<T>(T value, int count): IEnumerable<T>': (by: TypeArguments, value: unknown, count: number) => {
      if (count < 0)
        throw new ExpressionError('ArgumentOutOfRangeException', 'Specified argument was out of the range of valid values.\r\nParameter name: count');
      return later(by, 'T', () => select(new Query(types.int, () => range(0, count)), () => value));
    },
  });

function* range(start: number, count: number) {
  for (let i = 0; i < count; i++) yield start + i;
}

function* orElse(items: Items, value: unknown) {
  let any = false;
  for (const item of iterate(items)) {
    any = true;
    yield item;
  }
  if (!any) yield value;
}

/** `ILookup`: groups by key, and none for a key that is not there. */
export class Lookup extends Query {
  readonly groups: readonly Grouping[];
  readonly lookupType: NetType;
  constructor(key: NetType, element: NetType, all: readonly Grouping[]) {
    super(netType('IGrouping', [key, element]), () => all.values());
    this.groups = all;
    this.lookupType = netType('Lookup', [key, element]);
  }
}

function lookup(by: TypeArguments, element: string, all: readonly Grouping[]): Lookup {
  return new Lookup(by.of('K'), by.of(element), all);
}

