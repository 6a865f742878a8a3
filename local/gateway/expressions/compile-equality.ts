import type { Code, Frame } from './code.ts';
import { convert, isNumberType } from './conversions.ts';
import { isNullable, nullableOf, types, underlying, type NetType } from './net-type.ts';
import { Char, Integer, Real } from './numbers.ts';
import { Decimal } from './decimal.ts';
import { promote } from './compile-promotion.ts';
import type { Scope } from './scope.ts';
import { referenceConvertible } from './subtype.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, KeyValuePair, TimeSpan } from './time.ts';
import { SyntaxProblem } from './tokens.ts';
import type { TypeRegistry } from './type-registry.ts';
import { netType } from './net-type.ts';
import { areEqual } from './values.ts';

/** Classes and structures with an `==` of their own. */
const comparable = new Set([
  'string',
  'bool',
  'DateTime',
  'DateTimeOffset',
  'TimeSpan',
  'Guid',
  'Uri',
  'Type',
  'Version',
  'XName',
  'XNamespace',
]);

/** `==` and `!=`: by value where the types have such an operator, otherwise whether both are one object. */
export function compileEquality(operator: '==' | '!=', left: Code, right: Code, scope: Scope, at: number): Code {
  const { registry } = scope;
  const wanted = operator === '==';
  const [a, b] = [underlying(left.type), underlying(right.type)];
  if (a === types.null || b === types.null || a.name === 'default' || b.name === 'default') {
    const isDefault = a.name === 'default' || b.name === 'default';
    const other = a === types.null || a.name === 'default' ? right : left;
    if (isDefault && registry.isValueType(other.type)) {
      const zero = convert(a.name === 'default' ? left : right, other.type, registry) as Code;
      return compileEquality(operator, other, zero, scope, at);
    }
    const { run } = other;
    return { type: types.bool, run: (frame) => ((run(frame) ?? null) === null) === wanted };
  }
  const type = valueType(left, right, registry);
  if (type) return byValue(left, right, type, wanted, registry);
  const references = !registry.isValueType(left.type) && !registry.isValueType(right.type);
  const isInterface = (one: NetType) => registry.tableOf(one)?.kind === 'interface';
  const related =
    referenceConvertible(a, b, registry) || referenceConvertible(b, a, registry) || isInterface(a) || isInterface(b);
  if (!references || !related)
    throw new SyntaxProblem(`operator "${operator}" cannot be applied to ${left.type.key} and ${right.type.key}`, at);
  const same = sameOrigin(left, right);
  return { type: types.bool, run: (frame) => isSame(left.run(frame), right.run(frame), same) === wanted };
}

/** The type by whose `==` both are compared. */
function valueType(left: Code, right: Code, registry: TypeRegistry): NetType | undefined {
  const [a, b] = [underlying(left.type), underlying(right.type)];
  if (isNumberType(a) && isNumberType(b)) {
    const kind = promote({ ...left, type: a }, { ...right, type: b }, registry);
    return kind && netType(kind);
  }
  const isEnum = (type: NetType) => registry.tableOf(type)?.kind === 'enum';
  if (isEnum(a) && (a === b || convert(right, a, registry))) return a;
  if (isEnum(b) && convert(left, b, registry)) return b;
  for (const [type, other] of [
    [a, right],
    [b, left],
  ] as const)
    if (comparable.has(type.name) && convert({ ...other, type: underlying(other.type) }, type, registry)) return type;
  return undefined;
}

function byValue(left: Code, right: Code, type: NetType, wanted: boolean, registry: TypeRegistry): Code {
  const lifted = isNullable(left.type) || isNullable(right.type);
  const target = lifted ? nullableOf(type) : type;
  const first = convert(left, target, registry) ?? left;
  const second = convert(right, target, registry) ?? right;
  if (first.constant && second.constant) {
    const value = areEqual(first.constant.value, second.constant.value) === wanted;
    return { run: () => value, type: types.bool, constant: { value } };
  }
  const [x, y] = [first.run, second.run];
  const isPrimitive = type === types.int || type === types.string || type === types.bool;
  const run = isPrimitive
    ? (frame: Frame) => ((x(frame) ?? null) === (y(frame) ?? null)) === wanted
    : (frame: Frame) => areEqual(x(frame), y(frame)) === wanted;
  return { run, type: types.bool };
}

/** Whether two expressions are known to give one object (true) or two (false). */
function sameOrigin(left: Code, right: Code): boolean | undefined {
  if (left.origin === undefined || right.origin === undefined) return undefined;
  if (left.origin === 'constant' && right.origin === 'constant') return undefined;
  return left.origin === right.origin;
}

/** Boxed values are objects of their own, unless both sides are one variable's. Equal literals are one string. */
function isSame(left: unknown, right: unknown, origin: boolean | undefined): boolean {
  const [a, b] = [left ?? null, right ?? null];
  if (a === null || b === null) return a === b;
  if (typeof a === 'string' && typeof b === 'string') return a === b && origin !== false;
  if (isBoxed(a) || isBoxed(b)) return origin === true;
  return a === b;
}

const boxed = [Integer, Real, Decimal, Char, DateTime, DateTimeOffset, TimeSpan, Guid, EnumValue, KeyValuePair];

function isBoxed(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || boxed.some((type) => value instanceof type);
}
