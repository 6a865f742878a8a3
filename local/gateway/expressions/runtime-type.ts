import { ExpressionError } from '../errors.ts';
import { elementTypeOf, Generic } from './collections.ts';
import { Decimal } from './decimal.ts';
import { arrayOf, netType, types, type NetType } from './net-type.ts';
import { Char, Integer, Real } from './numbers.ts';
import { referenceConvertible } from './subtype.ts';
import { EnumValue, KeyValuePair } from './time.ts';
import type { TypeRegistry } from './type-registry.ts';

const bytes = arrayOf(types.byte);
const func = netType('Func');

/** The type of a value that is there; `object` for the host's that say nothing of theirs. */
export function typeOfValue(value: unknown, registry: TypeRegistry): NetType {
  switch (typeof value) {
    case 'string':
      return types.string;
    case 'number':
      return types.int;
    case 'boolean':
      return types.bool;
    case 'function':
      return func;
    default:
  }
  if (value instanceof Integer || value instanceof Real) return netType(value.kind);
  if (value instanceof Generic) return value.type;
  if (Array.isArray(value)) return arrayOf(elementTypeOf(value));
  if (value instanceof Decimal) return types.decimal;
  if (value instanceof Char) return types.char;
  if (value instanceof EnumValue) return netType(value.type);
  if (value instanceof Uint8Array) return bytes;
  if (value instanceof ExpressionError) return netType(value.type);
  if (value instanceof Error) return types.exception;
  if (value instanceof KeyValuePair)
    return netType('KeyValuePair', [typeOfValue(value.key, registry), typeOfValue(value.value, registry)]);
  return registry.ofClass((value as object | null)?.constructor) ?? types.object;
}

/** `value is T`. */
export function isInstance(value: unknown, type: NetType, registry: TypeRegistry): boolean {
  if (value === null || value === undefined) return false;
  if (type === types.object || type === types.dynamic) return true;
  if (type === types.string) return typeof value === 'string';
  const actual = typeOfValue(value, registry);
  if (actual === type) return true;
  if (type.name === '?') return actual === type.args[0];
  if (actual === func) return type.name === 'Func' || type.name === 'Action';
  // A pair's types are those of what it holds, which may be narrower than what was declared.
  if (value instanceof KeyValuePair && type.name === 'KeyValuePair') return true;
  return referenceConvertible(actual, type, registry);
}
