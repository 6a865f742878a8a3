import type { NetType } from './net-type.ts';

const made = new Map<NetType, TypeValue>();

/** A .NET `Type`, as `typeof` and `GetType` give it: one for each type. */
export class TypeValue {
  readonly type: NetType;
  constructor(type: NetType) {
    this.type = type;
    const known = made.get(type);
    if (known) return known;
    made.set(type, this);
  }
}
