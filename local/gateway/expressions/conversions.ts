import { ExpressionError } from '../errors.ts';
import { jsonOf } from './json-convert.ts';
import { JsonArray, JsonObject, JsonToken, JsonValue } from './json-token.ts';
import { castNumber, Char, Integer, integral, isNumeric, kindOf, Real, toDecimal, toDouble } from './numbers.ts';
import type { NumberKind, Numeric } from './numbers.ts';
import { Decimal } from './decimal.ts';
import { parseNumber } from './parse-number.ts';
import { parseDate } from './parse-date.ts';
import { DateTime, EnumValue, Guid } from './time.ts';
import type { TypeRegistry } from './type-registry.ts';
import { isWalkable, nullReference, toText } from './values.ts';
import { XmlAttribute, XmlElement, XmlName, XmlNamespace } from './xml-node.ts';

export const numberKinds = new Set<string>([
  ...['int', 'byte', 'sbyte', 'short', 'ushort', 'uint', 'long', 'ulong', 'float', 'double', 'decimal', 'char'],
]);

/** `(T)value`, T being perhaps `int?`. `boxed` says that the value came as `object`, which unboxes only to its own type. */
export function castTo(type: string, value: unknown, types: TypeRegistry, boxed = false): unknown {
  if (type.endsWith('?')) {
    const isMissing = value === null || value === undefined;
    return isMissing ? null : castTo(type.slice(0, -1), value, types, boxed);
  }
  if (value instanceof JsonToken && !isJsonType(type)) return fromJson(type, value);
  if (value instanceof XmlElement || value instanceof XmlAttribute) return fromXml(type, value, types);
  if (numberKinds.has(type)) {
    if (value === null || value === undefined) throw nullReference();
    if (value instanceof EnumValue) return castNumber(type as NumberKind, value.value);
    if (!isNumeric(value) || (boxed && kindOf(value) !== type)) throw invalidCast(type, value);
    return castNumber(type as NumberKind, value);
  }
  if (value === null || value === undefined) {
    if (type === 'bool') throw nullReference();
    return null;
  }
  if (isInstance(type, value, types)) return value;
  const token = isJsonType(type) && !(value instanceof JsonToken) ? jsonOf(value) : undefined;
  if (!isInstance(type, token, types)) throw invalidCast(type, value);
  return token;
}

/** The explicit conversions of elements and attributes: what their text stands for. */
function fromXml(type: string, value: XmlElement | XmlAttribute, types: TypeRegistry): unknown {
  if (isInstance(type, value, types)) return value;
  const text = value instanceof XmlElement ? value.text : value.value;
  if (type === 'bool' && /^\s*[01]\s*$/.test(text)) return text.trim() === '1';
  return fromJson(type, new JsonValue(text));
}

const jsonTypes = new Set([
  'JToken',
  'JObject',
  'JArray',
  'JValue',
  'JProperty',
  'JContainer',
  'object',
  'IEnumerable',
  'dynamic',
]);

function isJsonType(type: string): boolean {
  return jsonTypes.has(type);
}

/** Newtonsoft's explicit conversions of a token. */
function fromJson(type: string, token: JsonToken): unknown {
  if (!(token instanceof JsonValue)) {
    if (type === 'List' && token instanceof JsonArray)
      return token.items.map((item) => (item instanceof JsonValue ? item.value : item));
    if (type === 'Dictionary' && token instanceof JsonObject)
      return new Map(
        [...token.properties].map(([key, item]) => [key, item instanceof JsonValue ? toText(item.value) : item]),
      );
    const name = token instanceof JsonArray ? 'Array' : token instanceof JsonObject ? 'Object' : 'Property';
    throw new ExpressionError('ArgumentException', `Can not convert ${name} to ${type}.`);
  }
  const { value } = token;
  if (type === 'string') return value === null ? null : value instanceof DateTime ? toText(token) : toText(value);
  if (value === null) return null;
  if (type === 'bool') return typeof value === 'boolean' ? value : parseBoolean(toText(value));
  if (numberKinds.has(type)) {
    if (typeof value === 'boolean') return castNumber(type as NumberKind, value ? 1 : 0);
    if (typeof value === 'string') return parseNumber(type as NumberKind, value);
    if (isNumeric(value)) return roundingCast(type as NumberKind, value);
  }
  if (type === 'DateTime')
    return value instanceof DateTime
      ? value
      : (parseDate(toText(value)) ?? fail('String was not recognized as a valid DateTime.'));
  if (type === 'Guid') return new Guid(toText(value));
  throw new ExpressionError('ArgumentException', `Can not convert ${typeof value} to ${type}.`);
}

/** `Convert.ToInt32(2.5)` and JSON conversions round half to even. */
function roundingCast(kind: NumberKind, value: Numeric): Numeric {
  const isWhole = kind !== 'double' && kind !== 'float' && kind !== 'decimal';
  if (!isWhole || !(value instanceof Real || value instanceof Decimal)) return castNumber(kind, value);
  return castNumber(kind, toDecimal(value).round(0));
}

/** Throws FormatException. */
export function parseBoolean(text: string): boolean {
  if (/^\s*true\s*$/i.test(text)) return true;
  if (/^\s*false\s*$/i.test(text)) return false;
  return fail('String was not recognized as a valid Boolean.');
}

function fail(message: string): never {
  throw new ExpressionError('FormatException', message);
}

function invalidCast(type: string, value: unknown): ExpressionError {
  return new ExpressionError(
    'InvalidCastException',
    `Unable to cast object of type '${describe(value)}' to type '${type}'.`,
  );
}

function describe(value: unknown): string {
  if (typeof value === 'string') return 'System.String';
  if (typeof value === 'boolean') return 'System.Boolean';
  if (value === null) return 'null';
  return isNumeric(value) ? kindOf(value) : ((value as object).constructor?.name ?? typeof value);
}

/** `value is T`. */
export function isInstance(type: string, value: unknown, types: TypeRegistry): boolean {
  if (value === null || value === undefined) return false;
  if (type === 'object') return true;
  if (numberKinds.has(type)) return isNumeric(value) && kindOf(value) === type;
  if (type === 'List' && value instanceof JsonArray) return false;
  if (type === 'IEnumerable' && isWalkable(value)) return true;
  if (value instanceof EnumValue) return value.type === type;
  const table = types.tableOf(value);
  return table !== undefined && types.isA(table, type);
}

/** A value as an argument, variable or element of declared type `type` receives it: only widening conversions. */
export function widen(type: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (numberKinds.has(type) && isNumeric(value) && kindOf(value) !== type) return castNumber(type as NumberKind, value);
  if (type === 'JToken' && !(value instanceof JsonToken)) return jsonOf(value);
  if (type === 'XNamespace' && typeof value === 'string') return new XmlNamespace(value);
  if (type === 'XName' && typeof value === 'string') return XmlName.of(value);
  return value;
}

/** What a member's implementation gets for a parameter of this type. */
export function toPlain(type: string, value: unknown): unknown {
  switch (type) {
    case 'int':
      return typeof value === 'number' ? value : isNumeric(value) ? Number(integral(value as Integer | Char)) : value;
    case 'long':
      return isNumeric(value) ? integral(value as Integer | Char) : value;
    case 'double':
      return isNumeric(value) ? toDouble(value) : value;
    case 'decimal':
      return isNumeric(value) ? toDecimal(value) : value;
    case 'char':
      return value instanceof Char ? String.fromCharCode(value.code) : value;
    case 'string':
      return value instanceof JsonValue ? fromJson('string', value) : value;
    default:
      return value ?? null;
  }
}

/** The .NET value of what an implementation returned. */
export function fromPlain(type: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'long':
      return new Integer('long', BigInt(value as number | bigint));
    case 'uint':
      return new Integer('uint', BigInt(value as number | bigint));
    case 'ulong':
      return new Integer('ulong', value as bigint);
    case 'double':
      return new Real(value as number);
    case 'char':
      return value instanceof Char ? value : new Char((value as string).charCodeAt(0));
    default:
      return value;
  }
}

/** How well a value fits a parameter: 2 as it is, 1 after widening, 0 not at all. */
export function fit(type: string, value: unknown, types: TypeRegistry): 0 | 1 | 2 {
  if (type === 'object' || type === 'T') return 1;
  if (type === 'out') return 2;
  if (value === null || value === undefined) return numberKinds.has(type) || type === 'bool' ? 0 : 2;
  if (type === 'func') return typeof value === 'function' ? 2 : 0;
  if (type === 'string' && value instanceof JsonValue) return 1;
  if (!numberKinds.has(type)) return isInstance(type, value, types) ? 2 : 0;
  if (!isNumeric(value)) return 0;
  const kind = kindOf(value);
  if (kind === type) return 2;
  return widenings[kind]?.includes(type) ? 1 : 0;
}

const widenings: Readonly<Record<string, readonly string[]>> = {
  char: ['int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal'],
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
