import { isArray, isNullable, keywordOf, netType, parameterType, substitute, type NetType } from './net-type.ts';
import type { Member, TypeTable } from './type-table.ts';

/** A member with the types that its declaring type's parameters stand for. */
export interface Found {
  member: Member;
  /** What the type parameters of the declaring type stand for. */
  by: ReadonlyMap<string, NetType>;
}

const nothing: ReadonlyMap<string, NetType> = new Map();
const objectName = 'object';

/** Knows which .NET types and members expressions may use, and how types derive from each other. */
export class TypeRegistry {
  readonly #tables = new Map<string, TypeTable>();
  readonly #names = new Set<string>();
  readonly #classes = new Map<unknown, NetType>();
  readonly #extensions = new Map<string, Found[]>();
  readonly #supers = new Map<NetType, readonly NetType[]>();

  constructor(declared: Iterable<readonly [TypeTable, ...classes: unknown[]]>) {
    for (const [table, ...classes] of declared) {
      this.#tables.set(`${table.name}\`${table.parameters.length}`, table);
      this.#names.add(table.name);
      for (const one of classes) this.#classes.set(one, netType(table.name));
      for (const [name, members] of table.statics) {
        const found = members.filter(({ extension }) => extension).map((member) => ({ member, by: nothing }));
        if (found.length) this.#extensions.set(name, [...(this.#extensions.get(name) ?? []), ...found]);
      }
    }
  }

  /** Whether some type of that name exists, whatever its number of arguments. */
  isName(name: string): boolean {
    return this.#names.has(keywordOf[name] ?? name);
  }

  table(name: string, arity = 0): TypeTable | undefined {
    return this.#tables.get(`${keywordOf[name] ?? name}\`${arity}`);
  }

  tableOf(type: NetType): TypeTable | undefined {
    if (isArray(type)) return this.#tables.get('Array`1');
    if (isNullable(type)) return this.#tables.get('Nullable`1');
    return this.#tables.get(`${type.name}\`${type.args.length}`);
  }

  /** The type that a host's class stands for. */
  ofClass(made: unknown): NetType | undefined {
    for (let at = made; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
      const found = this.#classes.get(at);
      if (found) return found;
    }
    return undefined;
  }

  isValueType(type: NetType): boolean {
    if (isNullable(type)) return true;
    const table = isArray(type) ? undefined : this.tableOf(type);
    return table?.kind === 'struct' || table?.kind === 'enum';
  }

  /** The type itself, its base classes and its interfaces, the nearest first; `object` last. */
  supers(type: NetType): readonly NetType[] {
    const known = this.#supers.get(type);
    if (known) return known;
    const found = new Set<NetType>();
    const queue = [type];
    for (let at = queue.shift(); at; at = queue.shift()) {
      if (found.has(at)) continue;
      found.add(at);
      const table = this.tableOf(at);
      if (!table) continue;
      const by = binding(table, at);
      queue.push(...table.bases.map((base) => substitute(base, by)));
    }
    found.delete(netType(objectName));
    const all = [...found, netType(objectName)];
    if (this.#supers.size < 20_000) this.#supers.set(type, all);
    return all;
  }

  /** Members of one name, the nearest type's first. */
  members(type: NetType, name: string): Found[] {
    const found: Found[] = [];
    for (const at of this.supers(type)) {
      const table = this.tableOf(at);
      const members = table?.members.get(name);
      if (table && members) found.push(...members.map((member) => ({ member, by: binding(table, at) })));
    }
    return found;
  }

  /** Static members of one name, the nearest type's first: `JObject.DeepEquals` is JToken's. */
  statics(type: NetType, name: string): readonly Member[] {
    const own = this.tableOf(type)?.statics.get(name);
    if (own && own.some(({ kind }) => kind !== 'method')) return own;
    return this.supers(type).flatMap((at) => this.tableOf(at)?.statics.get(name) ?? []);
  }

  property(type: NetType, name: string): Found | undefined {
    return this.members(type, name).find(({ member }) => member.kind === 'property');
  }

  indexers(type: NetType): Found[] {
    const found = new Map<string, Found>();
    for (const at of this.supers(type)) {
      const table = this.tableOf(at);
      if (!table) continue;
      const by = binding(table, at);
      for (const member of table.indexers) {
        const key = member.parameters.map((one) => substitute(one.type, by).key).join();
        // The nearest type's stands for those that it hides.
        if (!found.has(key)) found.set(key, { member, by });
      }
    }
    return [...found.values()];
  }

  extensions(name: string): readonly Found[] {
    return this.#extensions.get(name) ?? [];
  }
}

/** What the parameters of a generic type stand for in one of its constructions. */
export function binding(table: TypeTable, type: NetType): ReadonlyMap<string, NetType> {
  if (table.parameters.length === 0) return nothing;
  return new Map(table.parameters.map((name, i) => [name, type.args[i] ?? parameterType(name)]));
}
