import { ExpressionError } from '../errors.ts';
import type { Code } from './code.ts';
import { enumValue, isEnumeration } from './enum-members.ts';
import { JsonDictionary } from './json/json-dictionary.ts';
import { type JsonObject, JsonToken } from './json/json-token.ts';
import { fromJson, jsonTargets } from './json/json-cast.ts';
import { displayName, isNullable, netType, types, underlying, type NetType } from './net-type.ts';
import { castNumber, integral, type NumberKind, type Numeric } from './numbers.ts';
import { fits, type IntegerKind } from './numbers.ts';
import { isInstance, typeOfValue } from './runtime-type.ts';
import { referenceConvertible } from './subtype.ts';
import type { EnumValue } from './time.ts';
import { TypeArguments } from './type-arguments.ts';
import { binding, type TypeRegistry } from './type-registry.ts';
import { toPlain } from './plain-values.ts';
import { nullReference } from './values.ts';
import { xmlChange } from './xml/xml-cast.ts';

/** How a value of one type becomes another: null where it stays as it is, undefined where it cannot become it. */
export type Change = ((value: unknown) => unknown) | null | undefined;

const numberNames = new Set<string>([
  ...['int', 'byte', 'sbyte', 'short', 'ushort', 'uint', 'long', 'ulong', 'float', 'double', 'decimal', 'char'],
]);
export const isNumberType = (type: NetType): boolean => numberNames.has(type.name);

const widenings: Readonly<Record<string, readonly string[]>> = {
  char: ['ushort', 'int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'],
  byte: ['short', 'ushort', 'int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'],
  sbyte: ['short', 'int', 'long', 'float', 'double', 'decimal'],
  short: ['int', 'long', 'float', 'double', 'decimal'],
  ushort: ['int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'],
  int: ['long', 'float', 'double', 'decimal'],
  uint: ['long', 'ulong', 'float', 'double', 'decimal'],
  long: ['float', 'double', 'decimal'],
  ulong: ['float', 'double', 'decimal'],
  float: ['double'],
};

/** The conversions that C# makes by itself. */
export function implicitChange(from: NetType, to: NetType, registry: TypeRegistry): Change {
  if (from === to) return null;
  if (from === types.void || from.name === 'lambda') return undefined;
  if (to === types.object || to === types.dynamic) return null;
  if (from === types.dynamic) return (value) => dynamicTo(to, value, registry);
  if (from.name === 'throw') return null;
  if (from === types.null) return registry.isValueType(to) && !isNullable(to) ? undefined : null;
  if (isNullable(to)) {
    const inner = implicitChange(underlying(from), underlying(to), registry);
    return inner && ((value) => (value === null ? null : inner(value)));
  }
  if (widenings[from.name]?.includes(to.name)) return (value) => castNumber(to.name as NumberKind, value as Numeric);
  if (referenceConvertible(from, to, registry)) return viewChange(from, to);
  return userChange(from, to, registry);
}

/** JObject is a sequence of two kinds: which one is meant, the type it is converted to says. */
function viewChange(from: NetType, to: NetType): Change {
  const [first] = to.args;
  if (from.name !== 'JObject' || !(first?.name === 'KeyValuePair' || to.name === 'IDictionary')) return null;
  return (value) => value && new JsonDictionary(value as JsonObject);
}

function userChange(from: NetType, to: NetType, registry: TypeRegistry): Change {
  const members = registry.tableOf(to)?.implicits ?? [];
  let found: { change: Change; member: (typeof members)[number] } | undefined;
  for (const member of members) {
    const type = (member.parameters[0] as { type: NetType }).type;
    if (type === from) {
      found = { change: null, member };
      break;
    }
    if (found || type === types.object) continue;
    const change = implicitChange(from, type, registry);
    if (change !== undefined) found = { change, member };
  }
  if (!found) return undefined;
  const { change, member } = found;
  const plain = toPlain((member.parameters[0] as { type: NetType }).type);
  return (value) => {
    const given = change ? change(value) : value;
    return member.call(plain ? plain(given) : given);
  };
}

/** The code as a value of the type, if C# would convert it unasked. */
export function convert(code: Code, to: NetType, registry: TypeRegistry): Code | undefined {
  if (code.type === to) return code;
  if (code.bindable) {
    const signature = delegateOf(to);
    return signature && code.bindable.bind(signature.parameters, signature.returns, to);
  }
  if (code.type.name === 'default') return { run: () => defaultValue(to, registry), type: to };
  const fitted = code.constant && constantAs(code.constant.value, code.type, to);
  if (fitted) return { run: () => fitted.value, type: to, constant: fitted };
  const change = implicitChange(code.type, to, registry);
  if (change === undefined) return undefined;
  // What is boxed is an object of its own.
  if (change === null && registry.isValueType(code.type)) return { run: code.run, type: to, origin: {} };
  if (change === null) return { ...code, type: to };
  const { run, constant } = code;
  if (constant && isNumberType(to)) {
    const value = change(constant.value);
    return { run: () => value, type: to, constant: { value } };
  }
  return { run: (frame) => change(run(frame)), type: to };
}

/** An integer constant becomes a smaller type that it fits, and 0 any enumeration. */
function constantAs(value: unknown, from: NetType, to: NetType): { value: unknown } | undefined {
  const target = underlying(to);
  if (from !== types.int && from !== types.long) return undefined;
  const whole = integral(value as number);
  if (whole === 0n && isEnumeration(target.name)) return { value: enumValue(target.name, 0) };
  const small = ['sbyte', 'byte', 'short', 'ushort', 'uint', 'ulong'].includes(target.name);
  if (!small || (from === types.long && target.name !== 'ulong')) return undefined;
  return fits(target.name as IntegerKind, whole)
    ? { value: castNumber(target.name as NumberKind, value as Numeric) }
    : undefined;
}

/** What a delegate's type takes and gives. */
export function delegateOf(type: NetType): { parameters: readonly NetType[]; returns: NetType } | undefined {
  if (type.name === 'Func') return { parameters: type.args.slice(0, -1), returns: type.args.at(-1) as NetType };
  if (type.name === 'Action') return { parameters: type.args, returns: types.void };
  if (type.name === 'Predicate') return { parameters: type.args, returns: types.bool };
  if (type.name === 'Comparison') {
    const one = type.args[0] as NetType;
    return { parameters: [one, one], returns: types.int };
  }
  if (type.name === 'Converter') return { parameters: type.args.slice(0, 1), returns: type.args[1] as NetType };
  if (type.name === 'MatchEvaluator') return { parameters: [matchType], returns: types.string };
  return undefined;
}
const matchType = netType('Match');

/** A cast, `(T)value`. */
export function explicitChange(from: NetType, to: NetType, registry: TypeRegistry): Change {
  if (from === types.dynamic) return (value) => dynamicTo(to, value, registry, true);
  const implicit = implicitChange(from, to, registry);
  if (implicit !== undefined) return implicit;
  if (from === types.null || from === types.void) return undefined;
  const fromText = xmlChange(from, to);
  if (fromText) return fromText;
  if (jsonTargets(to) && referenceConvertible(from, types.token, registry)) return (value) => fromJson(to, value);
  const [source, target] = [underlying(from), underlying(to)];
  if (isNullable(from) || (isNullable(to) && source !== from) || isNullable(to)) {
    if (isNullable(to) && !registry.isValueType(from)) return unboxChange(from, to, registry);
    const inner = explicitChange(source, target, registry);
    if (inner === undefined) return undefined;
    const ifNull = isNullable(to) ? () => null : noValue;
    return (value) => (value === null || value === undefined ? ifNull() : inner ? inner(value) : value);
  }
  const numeric = numericChange(from, to, registry);
  if (numeric) return numeric;
  return unboxChange(from, to, registry);
}

function noValue(): never {
  throw new ExpressionError('InvalidOperationException', 'Nullable object must have a value.');
}

function numericChange(from: NetType, to: NetType, registry: TypeRegistry): Change {
  const fromEnum = registry.tableOf(from)?.kind === 'enum';
  const toEnum = registry.tableOf(to)?.kind === 'enum';
  if (fromEnum && toEnum) return (value) => enumValue(to.name, (value as EnumValue).value);
  if (fromEnum && isNumberType(to)) return (value) => castNumber(to.name as NumberKind, (value as EnumValue).value);
  if (toEnum && isNumberType(from))
    return (value) => enumValue(to.name, Number(integral(castNumber('int', value as Numeric) as number)));
  if (!isNumberType(from) || !isNumberType(to)) return undefined;
  return (value) => castNumber(to.name as NumberKind, value as Numeric);
}

/** From a base class or an interface down to what the value must be. */
function unboxChange(from: NetType, to: NetType, registry: TypeRegistry): Change {
  const down = referenceConvertible(underlying(to), from, registry);
  const isInterface = (type: NetType) => registry.tableOf(type)?.kind === 'interface';
  const across =
    (isInterface(from) && !registry.isValueType(to) && to !== types.string) ||
    (isInterface(to) && !registry.isValueType(from) && from !== types.string);
  if (!down && !across && from !== types.object) return undefined;
  const isValue = registry.isValueType(to) && !isNullable(to);
  return (value) => {
    if (value === null || value === undefined) {
      if (isValue) throw nullReference();
      return null;
    }
    if (isInstance(value, to, registry)) return value;
    const actual = typeOfValue(value, registry);
    throw new ExpressionError(
      'InvalidCastException',
      isValue
        ? 'Specified cast is not valid.'
        : `Unable to cast object of type '${displayName(actual)}' to type '${displayName(to)}'.`,
    );
  };
}

/** `default(T)`. */
export function defaultValue(type: NetType, registry: TypeRegistry): unknown {
  if (isNullable(type)) return null;
  if (type === types.int) return 0;
  if (type === types.bool) return false;
  if (isNumberType(type)) return castNumber(type.name as NumberKind | 'char', 0);
  const table = registry.isValueType(type) ? registry.tableOf(type) : undefined;
  if (!table) return null;
  if (table.kind === 'enum') return enumValue(type.name, 0);
  const zero = table.statics.get('default')?.[0];
  if (!zero) return null;
  return zero.typed ? zero.call(new TypeArguments(binding(table, type), registry)) : zero.call();
}

/** A `dynamic` value as the type asked for, by the type that it turns out to have. Throws RuntimeBinderException. */
function dynamicTo(to: NetType, value: unknown, registry: TypeRegistry, cast = false): unknown {
  if (value === null || value === undefined) {
    if (registry.isValueType(to) && !isNullable(to))
      throw new ExpressionError(
        'RuntimeBinderException',
        `Cannot convert null to '${to.key}' because it is a non-nullable value type`,
      );
    return null;
  }
  const from = typeOfValue(value, registry);
  // Newtonsoft's values convert themselves when they are dynamic.
  const change =
    cast || value instanceof JsonToken ? explicitChange(from, to, registry) : implicitChange(from, to, registry);
  if (change === undefined)
    throw new ExpressionError(
      'RuntimeBinderException',
      `Cannot implicitly convert type '${displayName(from)}' to '${displayName(to)}'`,
    );
  return change ? change(value) : value;
}
