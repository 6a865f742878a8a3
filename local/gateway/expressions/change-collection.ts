import { ExpressionError } from '../errors.ts';
import { NetDictionary, NetList, NetSet } from './collections.ts';
import { JsonArray, JsonValue, type JsonToken } from './json/json-token.ts';
import { Integer } from './numbers.ts';
import { outOfRange } from './text-parts.ts';
import type { KeyValuePair } from './time.ts';
import { equals } from './values.ts';

/** What can be added to and removed from through `ICollection<T>` and `IList<T>`. */
interface Changeable {
  add(value: unknown): void;
  remove(value: unknown): boolean;
  clear(): void;
  insert(index: number, value: unknown): void;
  removeAt(index: number): void;
}

const fixed = (problem: string): never => {
  throw new ExpressionError('NotSupportedException', problem);
};

/** How a collection changes. Throws NotSupportedException for an array, a sequence and a dictionary's columns. */
export function changeable(items: unknown): Changeable {
  if (items instanceof NetList) return ofList(items);
  if (items instanceof JsonArray) return ofTokens(items);
  const noPlace = () => fixed('Specified method is not supported.');
  if (items instanceof NetSet)
    return {
      add: (value) => void items.add(value),
      remove: (value) => items.delete(value),
      clear: () => items.clear(),
      insert: noPlace,
      removeAt: noPlace,
    };
  if (items instanceof NetDictionary)
    return {
      add: (pair) => items.add((pair as KeyValuePair).key, (pair as KeyValuePair).value),
      remove: (pair) => {
        const { key, value } = pair as KeyValuePair;
        const entry = items.get(key);
        return entry !== undefined && equals(entry[1], value) && items.delete(key);
      },
      clear: () => items.clear(),
      insert: noPlace,
      removeAt: noPlace,
    };
  const never = () =>
    fixed(
      Array.isArray(items) || items instanceof Uint8Array
        ? 'Collection was of a fixed size.'
        : 'Collection is read-only.',
    );
  return { add: never, remove: never, clear: never, insert: never, removeAt: never };
}

function ofList(list: NetList): Changeable {
  const spliced = (index: number, count: number, ...added: unknown[]) => {
    if (index < 0 || index + count > list.items.length) throw outOfRange();
    list.version++;
    list.items.splice(index, count, ...added);
  };
  return {
    add: (value) => spliced(list.items.length, 0, value),
    remove: (value) => {
      const index = list.items.findIndex((item) => equals(item, value));
      if (index !== -1) spliced(index, 1);
      return index !== -1;
    },
    clear: () => {
      list.version++;
      list.items = [];
    },
    insert: (index, value) => spliced(index, 0, value),
    removeAt: (index) => spliced(index, 1),
  };
}

function ofTokens(array: JsonArray): Changeable {
  const token = (value: unknown) => (value ?? new JsonValue(null)) as JsonToken;
  return {
    add: (value) => array.insert(array.items.length, token(value)),
    remove: (value) => {
      const index = array.items.indexOf(value as JsonToken);
      if (index !== -1) array.removeAt(index);
      return index !== -1;
    },
    clear: () => {
      while (array.items.length > 0) array.removeAt(array.items.length - 1);
    },
    insert: (index, value) => {
      if (index < 0 || index > array.items.length) throw outOfRange();
      array.insert(index, token(value));
    },
    removeAt: (index) => {
      if (index < 0 || index >= array.items.length) throw outOfRange();
      array.removeAt(index);
    },
  };
}

/** Puts a value in a list's place. Throws ArgumentOutOfRangeException. */
export function replaceAt(items: unknown, index: number, value: unknown): void {
  const all = places(items, index);
  if (items instanceof JsonArray) items.setAt(index, (value ?? new JsonValue(null)) as JsonToken);
  else {
    if (items instanceof NetList) items.version++;
    all[index] = items instanceof Uint8Array ? Number((value as Integer).value) : value;
  }
}

/** What stands in a list's place. Throws ArgumentOutOfRangeException. */
export function elementAt(items: unknown, index: number): unknown {
  const found = places(items, index)[index];
  return items instanceof Uint8Array ? new Integer('byte', BigInt(found as number)) : found;
}

function places(items: unknown, index: number): unknown[] {
  const all = (items instanceof NetList || items instanceof JsonArray ? items.items : items) as unknown[];
  if (index < 0 || index >= all.length) throw outOfRange();
  return all;
}

/** Whether a collection's elements can be added and removed. */
export const isReadOnly = (items: unknown): boolean =>
  !(
    items instanceof NetList ||
    items instanceof NetSet ||
    items instanceof NetDictionary ||
    items instanceof JsonArray
  );
