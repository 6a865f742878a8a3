import { ExpressionError } from '../../errors.ts';
import { arrayWith, Generic, modified } from '../collections.ts';
import { netType, types, type NetType } from '../net-type.ts';
import type { Integer } from '../numbers.ts';
import { argumentNull } from '../text-parts.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { equals, iterate } from '../values.ts';

/** What `Stack<T>` and `Queue<T>` share: a row of items of which one end is open. */
abstract class Row extends Generic {
  protected version = 0;

  /** In the order in which they would be taken. */
  abstract items(): unknown[];
  abstract get count(): number;
  abstract add(item: unknown): void;
  /** The next item, which goes if it is to be taken; undefined where there is none. */
  abstract next(takes: boolean): { item: unknown } | undefined;
  abstract clear(): void;

  *[Symbol.iterator](): Generator {
    const { version } = this;
    for (const item of this.items()) {
      if (this.version !== version) throw modified();
      yield item;
    }
    if (this.version !== version) throw modified();
  }
}

class NetStack extends Row {
  #items: unknown[] = [];

  get count(): number {
    return this.#items.length;
  }

  items(): unknown[] {
    return this.#items.toReversed();
  }

  add(item: unknown): void {
    this.version++;
    this.#items.push(item);
  }

  next(takes: boolean): { item: unknown } | undefined {
    if (this.#items.length === 0) return undefined;
    if (!takes) return { item: this.#items.at(-1) };
    this.version++;
    return { item: this.#items.pop() };
  }

  clear(): void {
    this.version++;
    this.#items = [];
  }
}

class NetQueue extends Row {
  #items: unknown[] = [];
  /** How many of them were taken already. */
  #taken = 0;

  get count(): number {
    return this.#items.length - this.#taken;
  }

  items(): unknown[] {
    return this.#items.slice(this.#taken);
  }

  add(item: unknown): void {
    this.version++;
    this.#items.push(item);
  }

  next(takes: boolean): { item: unknown } | undefined {
    if (this.count === 0) return undefined;
    const item = this.#items[this.#taken];
    if (!takes) return { item };
    this.version++;
    this.#items[this.#taken++] = undefined;
    // Moving the rest pays once half of the row is empty.
    if (this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return { item };
  }

  clear(): void {
    this.version++;
    this.#items = [];
    this.#taken = 0;
  }
}

const outOfRange = (name: string) =>
  new ExpressionError('ArgumentOutOfRangeException', `Non-negative number required.\r\nParameter name: ${name}`);

function taken(row: Row, takes: boolean, problem: string): unknown {
  const next = row.next(takes);
  if (!next) throw new ExpressionError('InvalidOperationException', problem);
  return next.item;
}

function filled(row: Row, items: unknown): Row {
  if (items === null) throw argumentNull('collection');
  for (const item of iterate(items)) row.add(item);
  return row;
}

function copy(row: Row, target: unknown[] | Uint8Array | null, index: number): void {
  if (!target) throw argumentNull('array');
  if (index < 0 || index > target.length) throw outOfRange('arrayIndex');
  if (target.length - index < row.count)
    throw new ExpressionError(
      'ArgumentException',
      'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
    );
  row.items().forEach((item, i) => (target[index + i] = (target instanceof Uint8Array ? byteOf(item) : item) as never));
}

const byteOf = (item: unknown) => Number((item as Integer).value);

function members(name: 'Stack' | 'Queue', make: (type: NetType) => Row) {
  const row = (by: TypeArguments) => make(netType(name, [by.of('T')]));
  return {
    'typed new()': row,
    'typed new(int capacity)': (by: TypeArguments, capacity: number) => {
      if (capacity < 0) throw outOfRange('capacity');
      return row(by);
    },
    'typed new(IEnumerable<T> collection)': (by: TypeArguments, items: unknown) => filled(row(by), items),
    'Count: int': (items: Row) => items.count,
    'Clear(): void': (items: Row) => items.clear(),
    'Contains(T item): bool': (items: Row, wanted: unknown) => items.items().some((item) => equals(item, wanted)),
    'CopyTo(T[] array, int arrayIndex): void': copy,
    'Peek(): T': (items: Row) => taken(items, false, `${name} empty.`),
    'typed ToArray(): T[]': (items: Row, by: TypeArguments) =>
      by.of('T') === types.byte ? Uint8Array.from(items.items(), byteOf) : arrayWith(items.items(), by.of('T')),
    'TrimExcess(): void': () => undefined,
  };
}

const bases = 'IReadOnlyCollection<T>';

export const queueTypes = [
  [
    typeTable(`class System.Collections.Generic.Stack<T> : ${bases}`, {
      ...members('Stack', (type) => new NetStack(type)),
      'Push(T item): void': (stack: Row, item: unknown) => stack.add(item),
      'Pop(): T': (stack: Row) => taken(stack, true, 'Stack empty.'),
    }),
  ],
  [
    typeTable(`class System.Collections.Generic.Queue<T> : ${bases}`, {
      ...members('Queue', (type) => new NetQueue(type)),
      'Enqueue(T item): void': (queue: Row, item: unknown) => queue.add(item),
      'Dequeue(): T': (queue: Row) => taken(queue, true, 'Queue empty.'),
    }),
  ],
] as const;
