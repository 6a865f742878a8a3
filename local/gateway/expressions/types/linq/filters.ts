import { spend } from '../../budget.ts';
import { ExpressionError } from '../../../errors.ts';
import { arrayWith, Query } from '../../collections.ts';
import { defaultValue, explicitChange } from '../../conversions.ts';
import { isInstance } from '../../runtime-type.ts';
import { types } from '../../net-type.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { iterate } from '../../values.ts';
import { later, notNull, type Func, type Items } from './sequence.ts';

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
    for (const inner of iterate(selector(item, i++))) {
      spend();
      yield result ? result(item, inner) : inner;
    }
}

function* take(items: Items, count: number) {
  if (count <= 0) return;
  let left = count;
  for (const item of iterate(items)) {
    yield item;
    if (--left <= 0) return;
  }
}

export function* skip(items: Items, count: number) {
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

function* range(start: number, count: number) {
  for (let i = 0; i < count; i++) {
    spend();
    yield start + i;
  }
}

function* orElse(items: Items, value: unknown) {
  let any = false;
  for (const item of iterate(items)) {
    any = true;
    yield item;
  }
  if (!any) yield value;
}

/** What gives a part of a sequence, or each of its elements changed. */
export const filters = {
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
  'typed static SelectMany<T, C, R>(this IEnumerable<T> source, Func<T, IEnumerable<C>> selector, Func<T, C, R> result): IEnumerable<R>':
    (by: TypeArguments, items: Items, selector: Func, result: Func) =>
      later(by, 'R', () => selectMany(items, selector, result)),
  'typed static Reverse<T>(this IEnumerable<T> source): IEnumerable<T>': (by: TypeArguments, items: Items) =>
    later(by, 'T', () => [...iterate(items)].reverse().values()),
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
  'static AsEnumerable<T>(this IEnumerable<T> source): IEnumerable<T>': (items: Items) => items,
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
      throw new ExpressionError(
        'ArgumentOutOfRangeException',
        'Specified argument was out of the range of valid values.\r\nParameter name: count',
      );
    return new Query(types.int, () => range(start, count));
  },
  'typed static Repeat<T>(T value, int count): IEnumerable<T>': (by: TypeArguments, value: unknown, count: number) => {
    if (count < 0)
      throw new ExpressionError(
        'ArgumentOutOfRangeException',
        'Specified argument was out of the range of valid values.\r\nParameter name: count',
      );
    return later(by, 'T', () => select(new Query(types.int, () => range(0, count)), () => value));
  },
};
