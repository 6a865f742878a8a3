import { types, type NetType, type Substitution } from './net-type.ts';
import type { TypeRegistry } from './type-registry.ts';

/** What a `typed` member's implementation learns: the types that its type parameters stand for. */
export class TypeArguments {
  readonly registry: TypeRegistry;
  readonly #by: Substitution;
  constructor(by: Substitution, registry: TypeRegistry) {
    this.#by = by;
    this.registry = registry;
  }

  of(name: string): NetType {
    return this.#by.get(name) ?? types.object;
  }
}
