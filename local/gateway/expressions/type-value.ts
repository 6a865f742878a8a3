import type { NetType } from './net-type.ts';

/** A .NET `Type`, as `typeof` and `GetType` give it. */
export class TypeValue {
  readonly type: NetType;
  private constructor(type: NetType) {
    this.type = type;
  }

  static readonly #made = new WeakMap<NetType, TypeValue>();

  /** One for each type. */
  static of(type: NetType): TypeValue {
    const made = TypeValue.#made.get(type) ?? new TypeValue(type);
    TypeValue.#made.set(type, made);
    return made;
  }
}
