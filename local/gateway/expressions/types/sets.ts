import { NetSet, type KeyOf } from '../collections.ts';
import type { NetType } from '../net-type.ts';
import { checkPart } from '../search-items.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { iterate } from '../values.ts';
import { copy } from './arrays.ts';
import { keyBy } from './linq/sequence.ts';

type AnyArray = unknown[] | Uint8Array;

export const setType = typeTable('class System.Collections.Generic.HashSet<T> : ISet<T>, IReadOnlyCollection<T>', {
  'typed new(IEqualityComparer<T> comparer?)': (by: TypeArguments, comparer?: unknown) =>
    new NetSet([], by.of('T'), keyBy(comparer)),
  'typed new(IEnumerable<T> items, IEqualityComparer<T> comparer?)': (
    by: TypeArguments,
    items: unknown,
    comparer?: unknown,
  ) => new NetSet(iterate(items), by.of('T'), keyBy(comparer)),
  'Count: int': (set: NetSet) => set.entries.size,
  'Add(T value): bool': (set: NetSet, value: unknown) => set.add(value),
  'Contains(T value): bool': (set: NetSet, value: unknown) => set.entries.has(set.keyOf(value)),
  'Remove(T value): bool': (set: NetSet, value: unknown) => set.delete(value),
  'Clear(): void': (set: NetSet) => set.clear(),
  'UnionWith(IEnumerable<T> items): void': (set: NetSet, items: unknown) => {
    for (const item of iterate(items)) set.add(item);
  },
  'ExceptWith(IEnumerable<T> items): void': (set: NetSet, items: unknown) => {
    for (const item of [...iterate(items)]) set.delete(item);
  },
  'IntersectWith(IEnumerable<T> items): void': (set: NetSet, items: unknown) => {
    const kept = keys(items, set.keyOf);
    for (const [key, item] of [...set.entries]) if (!kept.has(key)) set.delete(item);
  },
  'SymmetricExceptWith(IEnumerable<T> items): void': (set: NetSet, items: unknown) => {
    // Twice the same counts once.
    const others = new NetSet(iterate(items), set.type.args[0] as NetType, set.keyOf);
    for (const item of others.entries.values()) if (!set.delete(item)) set.add(item);
  },
  'RemoveWhere(Predicate<T> match): int': (set: NetSet, match: (item: unknown) => unknown) => {
    const gone = [...set.entries.values()].filter((item) => match(item) === true);
    for (const item of gone) set.delete(item);
    return gone.length;
  },
  'CopyTo(T[] array, int arrayIndex?, int count?): void': (set: NetSet, target: AnyArray, to = 0, count?: number) => {
    const items = [...set.entries.values()];
    if (count !== undefined) checkPart(items, 0, count);
    copy(items, 0, target, to, count ?? items.length);
  },
  'TrimExcess(): void': () => undefined,
  'IsProperSubsetOf(IEnumerable<T> items): bool': (set: NetSet, items: unknown) => {
    const all = keys(items, set.keyOf);
    return all.size > set.entries.size && [...set.entries.keys()].every((key) => all.has(key));
  },
  'IsProperSupersetOf(IEnumerable<T> items): bool': (set: NetSet, items: unknown) => {
    const all = keys(items, set.keyOf);
    return all.size < set.entries.size && [...all].every((key) => set.entries.has(key));
  },
  'IsSubsetOf(IEnumerable<T> items): bool': (set: NetSet, items: unknown) => {
    const all = keys(items, set.keyOf);
    return [...set.entries.keys()].every((key) => all.has(key));
  },
  'IsSupersetOf(IEnumerable<T> items): bool': (set: NetSet, items: unknown) =>
    [...keys(items, set.keyOf)].every((key) => set.entries.has(key)),
  'Overlaps(IEnumerable<T> items): bool': (set: NetSet, items: unknown) =>
    [...keys(items, set.keyOf)].some((key) => set.entries.has(key)),
  'SetEquals(IEnumerable<T> items): bool': (set: NetSet, items: unknown) => {
    const all = keys(items, set.keyOf);
    return all.size === set.entries.size && [...all].every((key) => set.entries.has(key));
  },
});

const keys = (items: unknown, keyOf: KeyOf) => new Set(Array.from(iterate(items), keyOf));
