import { ExpressionError } from '../../errors.ts';
import { Query } from '../query.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { castTo, isInstance } from '../conversions.ts';
import { areEqual, iterate, keyOf, walk } from '../values.ts';

type Func = (...values: unknown[]) => unknown;

function* where(items: unknown, predicate: Func) {
  let i = 0;
  for (const item of walk(items)) if (predicate(item, i++) === true) yield item;
}

function* select(items: unknown, selector: Func) {
  let i = 0;
  for (const item of walk(items)) yield selector(item, i++);
}

function* selectMany(items: unknown, selector: Func, result: Func | undefined) {
  let i = 0;
  for (const item of walk(items))
    for (const inner of walk(selector(item, i++))) yield result ? result(item, inner) : inner;
}

function* take(items: unknown, count: number) {
  let left = count;
  if (left <= 0) return;
  for (const item of walk(items)) {
    yield item;
    if (--left <= 0) return;
  }
}

function* skip(items: unknown, count: number) {
  let left = count;
  for (const item of walk(items)) if (left-- <= 0) yield item;
}

function* takeWhile(items: unknown, predicate: Func) {
  let i = 0;
  for (const item of walk(items)) {
    if (predicate(item, i++) !== true) return;
    yield item;
  }
}

function* skipWhile(items: unknown, predicate: Func) {
  let skipping = true;
  let i = 0;
  for (const item of walk(items)) {
    skipping &&= predicate(item, i++) === true;
    if (!skipping) yield item;
  }
}

function* concat(...sources: unknown[]) {
  for (const items of sources) yield* walk(items);
}

function* distinct(items: Iterable<unknown>, without: readonly unknown[] = []) {
  const seen = new Set(without.map(keyOf));
  for (const item of items) {
    const id = keyOf(item);
    if (seen.has(id)) continue;
    seen.add(id);
    yield item;
  }
}

function* intersect(items: unknown, other: unknown) {
  const left = new Set(iterate(other).map(keyOf));
  for (const item of walk(items)) if (left.delete(keyOf(item))) yield item;
}

function* zip(items: unknown, other: unknown, selector: Func) {
  const second = walk(other)[Symbol.iterator]();
  for (const item of walk(items)) {
    const next = second.next();
    if (next.done) return;
    yield selector(item, next.value);
  }
}

function* join(outer: unknown, inner: unknown, keys: readonly [Func, Func], result: Func, grouped: boolean) {
  const found = new Map<unknown, unknown[]>();
  for (const item of walk(inner)) {
    const key = keyOf(keys[1](item));
    const matches = found.get(key);
    if (matches) matches.push(item);
    else found.set(key, [item]);
  }
  for (const item of walk(outer)) {
    const matches = found.get(keyOf(keys[0](item))) ?? [];
    if (grouped) yield result(item, matches);
    else for (const match of matches) yield result(item, match);
  }
}

function* orElse(items: unknown, value: unknown) {
  let any = false;
  for (const item of walk(items)) {
    any = true;
    yield item;
  }
  if (!any) yield value;
}

function* range(start: number, count: number) {
  for (let i = 0; i < count; i++) yield start + i;
}

function counted(count: number, start: number): void {
  if (count < 0 || start + count - 1 > 2 ** 31 - 1)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Specified argument was out of the range of valid values.\r\nParameter name: count',
    );
}

/** The members of `Enumerable` that wait until their sequence is walked over. A missing one fails at once. */
const members: Readonly<Record<string, (...args: never[]) => Iterator<unknown>>> = {
  'Select(func selector)': select,
  'SelectMany(func selector, func result?)': selectMany,
  'Where(func predicate)': where,
  'Reverse()': (items: unknown) => iterate(items).toReversed().values(),
  'Distinct()': (items: unknown) => distinct(walk(items)),
  'Take(int count)': take,
  'Skip(int count)': skip,
  'TakeWhile(func predicate)': takeWhile,
  'SkipWhile(func predicate)': skipWhile,
  'Concat(object other)': concat,
  'Union(object other)': (items: unknown, other: unknown) => distinct(concat(items, other)),
  'Intersect(object other)': intersect,
  'Except(object other)': (items: unknown, other: unknown) => distinct(walk(items), iterate(other)),
  'Zip(object other, func selector)': zip,
  'Join(object inner, func outerKey, func innerKey, func result)': (
    outer: unknown,
    inner: unknown,
    outerKey: Func,
    innerKey: Func,
    result: Func,
  ) => join(outer, inner, [outerKey, innerKey], result, false),
  'GroupJoin(object inner, func outerKey, func innerKey, func result)': (
    outer: unknown,
    inner: unknown,
    outerKey: Func,
    innerKey: Func,
    result: Func,
  ) => join(outer, inner, [outerKey, innerKey], result, true),
  'DefaultIfEmpty(object value?)': (items: unknown, value: unknown = null) => orElse(items, value),
  'Append(object value)': (items: unknown, value: unknown) => concat(items, [value]),
  'Prepend(object value)': (items: unknown, value: unknown) => concat([value], items),
};

const deferred = Object.fromEntries(
  Object.entries(members).map(([signature, start]) => [
    `${signature}: IEnumerable`,
    (...given: unknown[]) => new Query(() => (start as (...args: unknown[]) => Iterator<unknown>)(...given)),
  ]),
);

export const sequenceMembers = {
  ...deferred,
  'AsEnumerable(): IEnumerable': (items: unknown) => items,
  'Cast<T>(): IEnumerable': (items: unknown, type: string, types: TypeRegistry) =>
    new Query(() => select(items, (item) => castTo(type, item, types, true))),
  'OfType<T>(): IEnumerable': (items: unknown, type: string, types: TypeRegistry) =>
    new Query(() => where(items, (item) => isInstance(type, item, types))),
  'static Range(int start, int count): IEnumerable': (start: number, count: number) => {
    counted(count, start);
    return new Query(() => range(start, count));
  },
  'static Repeat(object value, int count): IEnumerable': (value: unknown, count: number) => {
    counted(count, 0);
    return new Query(() => select(new Query(() => range(0, count)), () => value));
  },
  'static Empty<T>(): IEnumerable': () => new Query(() => [].values()),
};

/** The first element that a condition holds for. */
export function firstOf(items: unknown, predicate?: Func): { found: boolean; value: unknown } {
  for (const item of walk(items)) if (!predicate || predicate(item) === true) return { found: true, value: item };
  return { found: false, value: undefined };
}

export const contains = (items: unknown, value: unknown): boolean =>
  firstOf(items, (item) => areEqual(item, value)).found;
