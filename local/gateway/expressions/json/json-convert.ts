import { ExpressionError } from '../../errors.ts';
import {
  AnonymousObject,
  Generic,
  NetDictionary,
  NetList,
  NetSet,
  NetTuple,
  ReadOnlyDictionary,
  arrayWith,
} from '../collections.ts';
import { defaultValue } from '../conversions.ts';
import { enumValue, isEnumeration, parseEnum } from '../enum-members.ts';
import { fromJson, jsonTargets } from './json-cast.ts';
import { JsonArray, JsonObject, JsonProperty, JsonToken, JsonValue } from './json-token.ts';
import { serializeToken } from './json-text.ts';
import { typeNameOf } from './json-type.ts';
import { displayName, isArray, isNullable, netType, shortName, types, underlying, type NetType } from '../net-type.ts';
import { Char, type Integer } from '../numbers.ts';
import { isInstance } from '../runtime-type.ts';
import { DateTime, DateTimeOffset, KeyValuePair, EnumValue } from '../time.ts';
import { changeType } from '../to-type.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { iterate, toText } from '../values.ts';

/** `JToken.FromObject`: any value as a token. */
export function jsonOf(value: unknown): JsonToken {
  if (value instanceof JsonToken) return value;
  if (value instanceof ReadOnlyDictionary)
    return new JsonObject(
      Array.from(iterate(value), (pair) => {
        const { key, value: item } = pair as KeyValuePair;
        return [nameOf(key), jsonOf(item)] as const;
      }),
    );
  if (value instanceof AnonymousObject)
    return new JsonObject([...value.members].map(([name, item]) => [name, jsonOf(item)] as const));
  if (value instanceof NetTuple)
    return new JsonObject(value.items.map((item, i) => [`Item${i + 1}`, jsonOf(item)] as const));
  if (value instanceof KeyValuePair)
    return new JsonObject([
      ['Key', jsonOf(value.key)],
      ['Value', jsonOf(value.value)],
    ]);
  if (value instanceof EnumValue) return new JsonValue(value.value);
  if (value instanceof Char) return new JsonValue(String.fromCharCode(value.code));
  if (Array.isArray(value) || value instanceof Generic) return new JsonArray(Array.from(iterate(value), jsonOf));
  if (isBareObject(value)) return new JsonObject();
  return new JsonValue(value ?? null);
}

/** A dictionary's key as the name of a property; dates are written as they are among values. */
function nameOf(key: unknown): string {
  const isDate = key instanceof DateTime || key instanceof DateTimeOffset;
  return isDate ? serializeToken(new JsonValue(key), false).slice(1, -1) : toText(key);
}

/**
 * What the constructors of JArray, JProperty and JValue make of a value.
 * Throws ArgumentException for a character and for `new { ... }`, which only FromObject takes.
 */
export function contentOf(value: unknown): JsonToken {
  const name =
    value instanceof Char ? 'System.Char' : value instanceof AnonymousObject ? '<>f__AnonymousType0' : undefined;
  if (name === undefined) return jsonOf(value);
  throw new ExpressionError('ArgumentException', `Could not determine JSON object type for type ${name}.`);
}

/** `new object()`, which has nothing to write. */
const isBareObject = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Whether the type is one of the classes of JSON. */
export const isToken = (type: NetType) => /^J(?:Token|Object|Array|Value|Property|Container)$/.test(type.name);

/**
 * `token.Value<T>()`: the token itself, its value, or what Convert.ChangeType makes of that.
 * Throws InvalidCastException and what ChangeType throws.
 */
export function valueAs(type: NetType, token: JsonToken | null, registry: TypeRegistry): unknown {
  if (token === null) return defaultValue(type, registry);
  if (isToken(type) || type === types.object || type === types.dynamic) {
    if (isInstance(token, type, registry)) return token;
    if (token instanceof JsonProperty) return valueAs(type, token.value, registry);
  }
  if (!(token instanceof JsonValue))
    throw new ExpressionError(
      'InvalidCastException',
      `Cannot cast Newtonsoft.Json.Linq.J${typeNameOf(token)} to Newtonsoft.Json.Linq.JToken.`,
    );
  const { value } = token;
  const target = underlying(type);
  if (isNullable(type) && value === null) return null;
  if (isInstance(value, target, registry)) return value;
  return changeType(target, value, registry);
}

const linq = 'Newtonsoft.Json.Linq';
const className = (token: JsonToken) =>
  token instanceof JsonObject ? 'JObject' : token instanceof JsonArray ? 'JArray' : 'JValue';

const lists = new Set([
  'List',
  'IList',
  'IEnumerable',
  'ICollection',
  'IReadOnlyList',
  'IReadOnlyCollection',
  'HashSet',
]);
const maps = new Set(['Dictionary', 'IDictionary', 'IReadOnlyDictionary']);

/**
 * `token.ToObject<T>()` and `JsonConvert.DeserializeObject<T>`, for the types that expressions have.
 * Throws JsonSerializationException where the token is of another shape.
 */
export function deserialize(type: NetType, token: JsonToken, registry: TypeRegistry): unknown {
  if (isToken(type)) {
    if (isInstance(token, type, registry)) return token;
    if (typeNameOf(token) === 'Null') return null;
    throw new ExpressionError(
      'InvalidCastException',
      `Unable to cast object of type '${linq}.${className(token)}' to type '${linq}.${type.name}'.`,
    );
  }
  if (type === types.object || type === types.dynamic) return token instanceof JsonValue ? token.value : token;
  if (isEnumeration(underlying(type).name)) return enumMember(type, token);
  if (jsonTargets(type) && !isArray(type)) return primitive(type, token);
  if (token instanceof JsonValue && token.value === null && !registry.isValueType(type)) return null;
  const [first = types.object, second = types.object] = type.args;
  if (maps.has(type.name)) {
    if (!(token instanceof JsonObject)) throw wrongShape(type, token);
    const made = new NetDictionary(netType('Dictionary', [first, second]));
    for (const [name, item] of token.properties)
      made.set(first === types.string ? name : changeType(first, name, registry), deserialize(second, item, registry));
    return made;
  }
  if (isArray(type) && first === types.byte && token instanceof JsonValue) return fromJson(type, token);
  if (isArray(type) || lists.has(type.name)) {
    if (!(token instanceof JsonArray)) throw wrongShape(type, token);
    const items = token.items.map((item) => deserialize(first, item, registry));
    if (type.name === 'HashSet') return new NetSet(items, first);
    if (!isArray(type)) return new NetList(items, first);
    return first === types.byte
      ? Uint8Array.from(items, (item) => Number((item as Integer).value))
      : arrayWith(items, first);
  }
  if (type.name === 'KeyValuePair' && token instanceof JsonObject) {
    const part = (name: string, of: NetType) =>
      deserialize(of, token.properties.get(name) ?? new JsonValue(null), registry);
    return new KeyValuePair(part('Key', first), part('Value', second));
  }
  throw new ExpressionError('NotSupportedException', `JSON cannot be read as ${displayName(type)}.`);
}

const reals: readonly string[] = ['double', 'float', 'decimal'];
const isNumberName = (name: string) => /^(?:s?byte|u?(?:short|int|long)|double|float|decimal)$/.test(name);
const wordFor = (name: string) => (name === 'decimal' ? 'decimal' : reals.includes(name) ? 'double' : 'integer');

/** A member of an enumeration by its name, in any case, or its number. */
function enumMember(type: NetType, token: JsonToken): unknown {
  const { name } = underlying(type);
  const { value } = token as Partial<JsonValue>;
  if (value === null && isNullable(type)) return null;
  const member = typeof value === 'string' ? parseEnum(name, value, true) : undefined;
  if (member) return member;
  if (typeNameOf(token) === 'Integer') return enumValue(name, Number((value as Integer).value));
  throw new ExpressionError(
    'JsonSerializationException',
    `Error converting value ${serializeToken(token, false)} to type '${displayName(type)}'.`,
  );
}

function primitive(type: NetType, token: JsonToken): unknown {
  try {
    return fromJson(type, token);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { value } = token as Partial<JsonValue>;
    if (typeof value === 'string' && isNumberName(underlying(type).name))
      throw new ExpressionError(
        'JsonReaderException',
        `Could not convert string to ${wordFor(underlying(type).name)}: ${value}.`,
      );
    throw Object.assign(
      new ExpressionError('JsonSerializationException', `Error converting value to type '${displayName(type)}'.`),
      { cause: error },
    );
  }
}

function wrongShape(type: NetType, token: JsonToken): ExpressionError {
  return new ExpressionError(
    'JsonSerializationException',
    `Cannot deserialize the current JSON ${typeNameOf(token).toLowerCase()} into type '${shortName(type)}'.`,
  );
}
