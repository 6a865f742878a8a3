import { Decimal } from './decimal.ts';
import type { TypeName } from './syntax.ts';
import { Char, Integer, Real } from './numbers.ts';
import type { Member, TypeTable } from './type-table.ts';
import { EnumValue } from './time.ts';
import { isWalkable } from './values.ts';

const aliases = new Map(
  Object.entries({
    String: 'string',
    Int32: 'int',
    Int64: 'long',
    Int16: 'short',
    UInt32: 'uint',
    UInt64: 'ulong',
    UInt16: 'ushort',
    Byte: 'byte',
    SByte: 'sbyte',
    Boolean: 'bool',
    Double: 'double',
    Single: 'float',
    Decimal: 'decimal',
    Char: 'char',
    Object: 'object',
    dynamic: 'object',
    IList: 'List',
    ICollection: 'List',
    IReadOnlyList: 'List',
    IReadOnlyCollection: 'List',
    Array: 'List',
    IDictionary: 'Dictionary',
    IReadOnlyDictionary: 'Dictionary',
    SortedDictionary: 'Dictionary',
    Nullable: 'object',
  }),
);

/** Knows which .NET types and members expressions may use, and finds them by name or by a value's type. */
export class TypeRegistry {
  readonly #byName = new Map<string, TypeTable>();
  readonly #byClass = new Map<unknown, TypeTable>();
  readonly #memberNames = new Set<string>();

  constructor(types: Iterable<readonly [TypeTable, ...classes: unknown[]]>) {
    for (const [table, ...classes] of types) {
      this.#byName.set(table.name, table);
      for (const one of classes) this.#byClass.set(one, table);
      for (const name of table.members.keys()) this.#memberNames.add(name);
    }
  }

  named(name: string): TypeTable | undefined {
    return this.#byName.get(aliases.get(name) ?? name);
  }

  /** `List<string>[]` is `List`, `byte[]` stays, `int?` is `int`: what the interpreter tells apart. */
  nameOf(type: TypeName): string {
    const name = aliases.get(type.name) ?? type.name;
    if (type.ranks > 0) return name === 'byte' && type.ranks === 1 ? 'byte[]' : 'List';
    if (type.name === 'Nullable' && type.arguments[0]) return this.nameOf(type.arguments[0]);
    return name;
  }

  /** Whether some type has a member of this name. */
  hasMember(name: string): boolean {
    return this.#memberNames.has(name);
  }

  tableOf(value: unknown): TypeTable | undefined {
    switch (typeof value) {
      case 'string':
        return this.#byName.get('string');
      case 'number':
        return this.#byName.get('int');
      case 'boolean':
        return this.#byName.get('bool');
      case 'function':
        return this.#byName.get('Func');
      default:
    }
    if (value instanceof Integer || value instanceof Real) return this.#byName.get(value.kind);
    if (value instanceof Decimal) return this.#byName.get('decimal');
    if (value instanceof Char) return this.#byName.get('char');
    if (value instanceof EnumValue) return this.#byName.get(value.type);
    if (value === null || value === undefined) return undefined;
    for (let type = value.constructor as unknown; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
      const table = this.#byClass.get(type);
      if (table) return table;
    }
    return this.#byName.get(isWalkable(value) ? 'IEnumerable' : 'object');
  }

  baseOf(table: TypeTable): TypeTable | undefined {
    if (table.name === 'object') return undefined;
    return this.#byName.get(table.base ?? 'object');
  }

  properties(table: TypeTable, name: string): Member | undefined {
    for (let at: TypeTable | undefined = table; at; at = this.baseOf(at)) {
      const found = at.members.get(name)?.find((member) => member.kind === 'property');
      if (found) return found;
    }
    return undefined;
  }

  /** Overloads of a method, the type's own before its bases'. */
  methods(table: TypeTable, name: string): readonly Member[] {
    const found: Member[] = [];
    for (let at: TypeTable | undefined = table; at; at = this.baseOf(at))
      found.push(...(at.members.get(name)?.filter((member) => member.kind === 'method') ?? []));
    return found;
  }

  indexers(table: TypeTable): readonly Member[] {
    for (let at: TypeTable | undefined = table; at; at = this.baseOf(at)) if (at.indexers.length) return at.indexers;
    return [];
  }

  isA(table: TypeTable, name: string): boolean {
    for (let at: TypeTable | undefined = table; at; at = this.baseOf(at)) if (at.name === name) return true;
    return false;
  }
}
