import { isArray, types, type NetType } from './net-type.ts';
import type { TypeRegistry } from './type-registry.ts';

const variant = new Set([
  ...['IEnumerable', 'IReadOnlyList', 'IReadOnlyCollection', 'IGrouping', 'IOrderedEnumerable', 'IEnumerator'],
  'Func',
]);

/** Whether a value of one type is one of the other without any change to it. */
export function referenceConvertible(from: NetType, to: NetType, registry: TypeRegistry): boolean {
  if (from === to || to === types.object || to === types.dynamic) return true;
  if (from.name === 'null' || from.name === 'void') return false;
  if (isArray(from) && isArray(to)) return covariant(from.args[0], to.args[0], registry);
  for (const base of registry.supers(from)) {
    if (base === to) return true;
    if (base.name !== to.name || base.args.length !== to.args.length || !variant.has(to.name)) continue;
    const last = to.args.length - 1;
    const fits = to.args.every((arg, i) => {
      const own = base.args[i];
      if (to.name === 'Func' && i < last) return own !== undefined && covariant(arg, own, registry);
      return covariant(own, arg, registry);
    });
    if (fits) return true;
  }
  return false;
}

function covariant(from: NetType | undefined, to: NetType | undefined, registry: TypeRegistry): boolean {
  if (!from || !to) return false;
  if (from === to) return true;
  return !registry.isValueType(from) && !registry.isValueType(to) && referenceConvertible(from, to, registry);
}
