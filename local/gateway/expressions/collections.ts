import { ExpressionError } from '../errors.ts';
import { upper } from './compare-text.ts';
import { Decimal } from './decimal.ts';
import { JsonValue } from './json/json-token.ts';
import { netType, types, type NetType } from './net-type.ts';
import { NetUri } from './net-uri.ts';
import { Char, Integer, Real } from './numbers.ts';
import { XmlName, XmlNamespace } from './xml/xml-node.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, KeyValuePair, TimeSpan } from './time.ts';

const elementKey = Symbol('element type');

/** Says what a JavaScript array holds; one that says nothing is a `string[]`, as the host's are. */
export function arrayWith<T>(items: T[], element: NetType): T[] {
  (items as unknown as Record<symbol, NetType>)[elementKey] = element;
  return items;
}

export function elementTypeOf(items: readonly unknown[]): NetType {
  return (items as unknown as Record<symbol, NetType | undefined>)[elementKey] ?? types.string;
}

/** A .NET object with a type of its own that the compiler made. */
export abstract class Generic {
  readonly type: NetType;
  constructor(type: NetType) {
    this.type = type;
  }
}

/** `List<T>`. Its version tells a loop that it was changed meanwhile. */
export class NetList extends Generic {
  items: unknown[];
  version = 0;

  constructor(items: unknown[], element: NetType) {
    super(netType('List', [element]));
    this.items = items;
  }

  *[Symbol.iterator](): Generator {
    const { version } = this;
    for (let i = 0; i < this.items.length; i++) {
      yield this.items[i];
      if (this.version !== version) throw modified();
    }
  }
}

export const modified = (): ExpressionError =>
  new ExpressionError('InvalidOperationException', 'Collection was modified; enumeration operation may not execute.');

/** How a collection tells keys apart: by the values' own equality, or a text's without its case. */
export type KeyOf = (value: unknown) => unknown;

/** What `IReadOnlyDictionary<K, V>` shows; the host has some of its own. */
export abstract class ReadOnlyDictionary extends Generic {
  /** The entry of a key. */
  abstract get(key: unknown): readonly [key: unknown, value: unknown] | undefined;
  abstract get count(): number;
  abstract [Symbol.iterator](): Iterator<unknown>;
}

/** `Dictionary<K, V>`, in the order in which its entries were added. */
export class NetDictionary extends ReadOnlyDictionary {
  readonly entries = new Map<unknown, [key: unknown, value: unknown]>();
  readonly keyOf: KeyOf;
  version = 0;

  constructor(type: NetType, by: KeyOf = keyOf) {
    super(type);
    this.keyOf = by;
  }

  get(key: unknown): [unknown, unknown] | undefined {
    if (key === null) throw nullKey();
    return this.entries.get(this.keyOf(key));
  }

  get count(): number {
    return this.entries.size;
  }

  set(key: unknown, value: unknown): void {
    const id = this.keyOf(key);
    const entry = this.entries.get(id);
    if (entry) entry[1] = value;
    else this.entries.set(id, [key, value]);
    this.version++;
  }

  /** Throws ArgumentException where the key is there already. */
  add(key: unknown, value: unknown): void {
    if (this.get(key)) throw duplicate();
    this.set(key, value);
  }

  /** Says whether the key was there. */
  delete(key: unknown): boolean {
    if (!this.get(key)) return false;
    this.version++;
    return this.entries.delete(this.keyOf(key));
  }

  clear(): void {
    this.version++;
    this.entries.clear();
  }

  /** The entries in the order in which they are walked over. */
  pairs(): Iterable<readonly [key: unknown, value: unknown]> {
    return this.entries.values();
  }

  *[Symbol.iterator](): Generator {
    const { version } = this;
    for (const [key, value] of this.pairs()) {
      yield new KeyValuePair(key, value);
      if (this.version !== version) throw modified();
    }
  }
}

const nullKey = () => new ExpressionError('ArgumentNullException', 'Value cannot be null.\r\nParameter name: key');
const duplicate = () => new ExpressionError('ArgumentException', 'An item with the same key has already been added.');

/** `HashSet<T>`. */
export class NetSet extends Generic {
  readonly entries = new Map<unknown, unknown>();
  readonly keyOf: KeyOf;
  #version = 0;

  constructor(items: Iterable<unknown>, element: NetType, by: KeyOf = keyOf) {
    super(netType('HashSet', [element]));
    this.keyOf = by;
    for (const item of items) this.add(item);
  }

  add(item: unknown): boolean {
    const id = this.keyOf(item);
    if (this.entries.has(id)) return false;
    this.entries.set(id, item);
    this.#version++;
    return true;
  }

  /** Says whether the item was there. */
  delete(item: unknown): boolean {
    const gone = this.entries.delete(this.keyOf(item));
    if (gone) this.#version++;
    return gone;
  }

  clear(): void {
    this.entries.clear();
    this.#version++;
  }

  *[Symbol.iterator](): Generator {
    const version = this.#version;
    for (const item of this.entries.values()) {
      yield item;
      if (this.#version !== version) throw modified();
    }
  }
}

/** A sequence that runs each time it is walked over. */
export class Query extends Generic {
  readonly #start: () => Iterator<unknown>;

  constructor(element: NetType, start: () => Iterator<unknown>) {
    super(netType('IEnumerable', [element]));
    this.#start = start;
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.#start();
  }
}

/** A group of `GroupBy` or `ToLookup`. */
export class Grouping extends Generic {
  readonly key: unknown;
  readonly items: unknown[] = [];

  constructor(key: unknown, keyType: NetType, element: NetType) {
    super(netType('IGrouping', [keyType, element]));
    this.key = key;
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.items.values();
  }
}

/** An anonymous object, `new { a = 1 }`. */
export class AnonymousObject extends Generic {
  readonly members: Map<string, unknown>;
  constructor(members: Map<string, unknown>, type: NetType) {
    super(type);
    this.members = members;
  }
}

/** `Tuple<A, B>`. */
export class NetTuple extends Generic {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[], type: NetType) {
    super(type);
    this.items = items;
  }
}

const structured = (name: string, parts: Iterable<unknown>) =>
  `${name}:${JSON.stringify(Array.from(parts, (part) => String(idOf(part))))}`;
const identities = new WeakMap<object, string>();
let lastIdentity = 0;

/** A text or number that equal values share and others do not. */
function idOf(value: unknown): unknown {
  const key = keyOf(value);
  if (typeof key !== 'object' || key === null) return `${typeof key}:${String(key)}`;
  const known = identities.get(key) ?? `#${++lastIdentity}`;
  identities.set(key, known);
  return known;
}

/** A key for dictionaries and sets, so that values that are equal in .NET meet. */
export function keyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Integer) return `\0${value.kind}:${value.value}`;
  if (value instanceof Char) return `\0char:${value.code}`;
  if (value instanceof Real) return `\0${value.kind}:${value.value}`;
  if (value instanceof Decimal) return `\0decimal:${value.normalized()}`;
  if (value instanceof Guid) return `\0guid:${value.text}`;
  if (value instanceof EnumValue) return `\0${value.type}:${value.value}`;
  if (value instanceof DateTime || value instanceof TimeSpan) return `\0${value.constructor.name}:${value.ticks}`;
  if (value instanceof DateTimeOffset) return `\0offset:${value.utcTicks}`;
  if (value instanceof KeyValuePair) return structured('\0pair', [value.key, value.value]);
  if (value instanceof AnonymousObject) return structured(`\0${value.type.key}`, value.members.values());
  if (value instanceof NetTuple) return structured(`\0${value.type.key}`, value.items);
  if (value instanceof XmlName) return `\0name:${value.key}`;
  if (value instanceof XmlNamespace) return `\0namespace:${value.uri}`;
  if (value instanceof NetUri) return `\0uri:${value.key}`;
  if (value instanceof JsonValue)
    return typeof value.value === 'object' ? keyOf(value.value) : `\0json:${value.value as string}`;
  return value;
}

export const ignoringCase: KeyOf = (value) => (typeof value === 'string' ? upper(value) : keyOf(value));
