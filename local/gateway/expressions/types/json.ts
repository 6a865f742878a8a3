import { ExpressionError } from '../../errors.ts';
import { castTo } from '../conversions.ts';
import { cloneToken, jsonOf } from '../json-convert.ts';
import { selectTokens } from '../json-path.ts';
import { parseJson, serializeToken } from '../json-text.ts';
import type { JsonToken } from '../json-token.ts';
import { JsonArray, JsonObject, JsonProperty, JsonValue } from '../json-token.ts';
import { Decimal } from '../decimal.ts';
import { Integer, Real } from '../numbers.ts';
import { DateTime, EnumValue } from '../time.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { typeTable } from '../type-table.ts';
import { iterate, toText } from '../values.ts';
import { tokenTypeNames } from './token-type-names.ts';

type Out = (value: unknown) => void;

function typed<T extends JsonToken>(text: string, type: new () => T, name: string): T {
  const token = parseJson(text);
  if (token instanceof type) return token;
  throw new ExpressionError(
    'JsonReaderException',
    `Error reading ${name} from JsonReader. Current JsonReader item is of another type.`,
  );
}

function child(token: JsonToken, key: unknown): JsonToken | null {
  if (token instanceof JsonObject) {
    if (typeof key === 'string') return token.properties.get(key) ?? null;
    throw new ExpressionError(
      'ArgumentException',
      'Accessed JObject values with invalid key value. Object property name expected.',
    );
  }
  if (token instanceof JsonArray) {
    if (typeof key !== 'number')
      throw new ExpressionError(
        'ArgumentException',
        'Accessed JArray values with invalid key value. Int32 array index expected.',
      );
    const found = token.items[key];
    if (!found) throw new ExpressionError('ArgumentOutOfRangeException', 'Index was out of range.');
    return found;
  }
  throw new ExpressionError(
    'InvalidOperationException',
    `Cannot access child value on Newtonsoft.Json.Linq.${token instanceof JsonProperty ? 'JProperty' : 'JValue'}.`,
  );
}

/** In the order of their numbers. */


function tokenType(token: JsonToken): EnumValue {
  const name = typeNameOf(token);
  return new EnumValue('JTokenType', name, tokenTypeNames.indexOf(name));
}

function typeNameOf(token: JsonToken): string {
  if (token instanceof JsonObject) return 'Object';
  if (token instanceof JsonArray) return 'Array';
  if (token instanceof JsonProperty) return 'Property';
  const { value } = token as JsonValue;
  if (value === null) return 'Null';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number' || value instanceof Integer) return 'Integer';
  if (value instanceof Real || value instanceof Decimal) return 'Float';
  return value instanceof DateTime ? 'Date' : 'String';
}

function merge(into: JsonObject, from: JsonToken): void {
  if (!(from instanceof JsonObject)) return;
  for (const [name, value] of from.properties) {
    const existing = into.properties.get(name);
    if (existing instanceof JsonObject && value instanceof JsonObject) merge(existing, value);
    else if (existing instanceof JsonArray && value instanceof JsonArray)
      existing.items.push(...value.items.map(cloneToken));
    else into.properties.set(name, cloneToken(value));
  }
}

function deepEquals(left: JsonToken | null, right: JsonToken | null): boolean {
  if (left === null || right === null) return left === right;
  if (left instanceof JsonObject && right instanceof JsonObject)
    return (
      left.properties.size === right.properties.size &&
      [...left.properties].every(([name, value]) => deepEquals(value, right.properties.get(name) ?? null))
    );
  return serializeToken(left, false) === serializeToken(right, false);
}

function isIndented(formatting: EnumValue | undefined): boolean {
  return formatting?.name !== 'None';
}

export const tokenTypeTable = typeTable(
  'JToken',
  {
    'this[object key]: JToken': child,
    'Type: JTokenType': tokenType,
    'HasValues: bool': (token: JsonToken) => !(token instanceof JsonValue) && iterate(token).length > 0,
    'First: JToken': (token: JsonToken) => iterate(token)[0],
    'Last: JToken': (token: JsonToken) => iterate(token).at(-1),
    'Value<T>(object key): T': (token: JsonToken, type: string, types: TypeRegistry, key: unknown) => {
      const found = child(token, key);
      return found === null ? zeroOf(type) : castTo(type, found, types);
    },
    'Value<T>(): T': (token: JsonToken, type: string, types: TypeRegistry) => castTo(type, token, types),
    'Values<T>(object key?): List': (token: JsonToken, type: string | undefined, types: TypeRegistry, key?: string) => {
      const from = key === undefined ? token : child(token, key);
      return iterate(from).map((item) => (type === undefined ? item : castTo(type, item, types)));
    },
    'ToObject<T>(): T': (token: JsonToken, type: string, types: TypeRegistry) => castTo(type, token, types),
    'SelectToken(string path, bool errorWhenNoMatch?): JToken': (token: JsonToken, path: string, must = false) => {
      const [found] = selectTokens(token, path);
      if (!found && must) throw new ExpressionError('JsonException', `Path '${path}' matched nothing.`);
      return found ?? null;
    },
    'SelectTokens(string path): List': selectTokens,
    'Children(): List': (token: JsonToken) => [...iterate(token)],
    'Children<T>(): List': (token: JsonToken) => [...iterate(token)],
    'DeepClone(): JToken': cloneToken,
    'ToString(): string': (token: JsonToken) => toText(token),
    'ToString(Formatting formatting): string': (token: JsonToken, formatting: EnumValue) =>
      serializeToken(token, isIndented(formatting)),
    'static Parse(string json): JToken': parseJson,
    'static FromObject(object value): JToken': jsonOf,
    'static DeepEquals(object left, object right): bool': deepEquals,
  },
  'IEnumerable',
);

export const objectTypeTable = typeTable(
  'JObject',
  {
    'this[string name]: JToken': (object: JsonObject, name: string) => object.properties.get(name) ?? null,
    'Count: int': (object: JsonObject) => object.properties.size,
    'Add(string name, object value): void': (object: JsonObject, name: string, value: unknown) => {
      if (object.properties.has(name))
        throw new ExpressionError(
          'ArgumentException',
          `Can not add property ${name} to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object.`,
        );
      object.properties.set(name, jsonOf(value));
    },
    'Add(JProperty property): void': (object: JsonObject, property: JsonProperty) =>
      void object.properties.set(property.name, property.value),
    'Remove(string name): bool': (object: JsonObject, name: string) => object.properties.delete(name),
    'RemoveAll(): void': (object: JsonObject) => object.properties.clear(),
    'ContainsKey(string name): bool': (object: JsonObject, name: string) => object.properties.has(name),
    'Property(string name): JProperty': (object: JsonObject, name: string) => {
      const value = object.properties.get(name);
      return value && new JsonProperty(name, value, object);
    },
    'Properties(): List': (object: JsonObject) => iterate(object),
    'PropertyValues(): List': (object: JsonObject) => [...object.properties.values()],
    'GetValue(string name, StringComparison comparison?): JToken': (
      object: JsonObject,
      name: string,
      how?: EnumValue,
    ) => {
      const exact = object.properties.get(name);
      if (exact || !how?.name.endsWith('IgnoreCase')) return exact ?? null;
      const key = [...object.properties.keys()].find((one) => one.toUpperCase() === name.toUpperCase());
      return key === undefined ? null : (object.properties.get(key) ?? null);
    },
    'TryGetValue(string name, out value): bool': (object: JsonObject, name: string, set: Out) => {
      set(object.properties.get(name) ?? null);
      return object.properties.has(name);
    },
    'Merge(object other): void': (object: JsonObject, other: JsonToken) => merge(object, other),
    'DeepClone(): JObject': cloneToken,
    'static Parse(string json): JObject': (text: string) => typed(text, JsonObject, 'JObject'),
    'static FromObject(object value): JObject': jsonOf,
    'new(params object content): JObject': (content: unknown[]) => {
      const made = new JsonObject();
      for (const part of content.flatMap((one) => (one instanceof JsonProperty ? [one] : iterate(one)))) {
        if (part instanceof JsonProperty) made.properties.set(part.name, part.value);
      }
      return made;
    },
  },
  'JToken',
);

export const arrayTypeTable = typeTable(
  'JArray',
  {
    'this[int index]: JToken': child,
    'Count: int': (array: JsonArray) => array.items.length,
    'Length: int': (array: JsonArray) => array.items.length,
    'Add(object value): void': (array: JsonArray, value: unknown) => void array.items.push(jsonOf(value)),
    'Insert(int index, object value): void': (array: JsonArray, index: number, value: unknown) =>
      void array.items.splice(index, 0, jsonOf(value)),
    'RemoveAt(int index): void': (array: JsonArray, index: number) => void array.items.splice(index, 1),
    'Remove(object value): bool': (array: JsonArray, value: JsonToken) => {
      const at = array.items.indexOf(value);
      if (at !== -1) array.items.splice(at, 1);
      return at !== -1;
    },
    'Clear(): void': (array: JsonArray) => void (array.items.length = 0),
    'DeepClone(): JArray': cloneToken,
    'static Parse(string json): JArray': (text: string) => typed(text, JsonArray, 'JArray'),
    'static FromObject(object value): JArray': jsonOf,
    'new(params object content): JArray': (content: unknown[]) => {
      const [only] = content;
      const isList = content.length === 1 && (Array.isArray(only) || only instanceof JsonArray);
      return new JsonArray((isList ? iterate(only) : content).map(jsonOf));
    },
  },
  'JToken',
);

export const valueTypeTable = typeTable(
  'JValue',
  {
    'Value: object': (token: JsonValue) => token.value,
    'new(object value): JValue': (value: unknown) => jsonOf(value),
    'static CreateNull(): JValue': () => new JsonValue(null),
  },
  'JToken',
);

export const propertyTypeTable = typeTable(
  'JProperty',
  {
    'Name: string': (property: JsonProperty) => property.name,
    'Remove(): void': (property: JsonProperty) => void property.owner?.properties.delete(property.name),
    'Value: JToken': (property: JsonProperty) => property.value,
    'new(string name, object value): JProperty': (name: string, value: unknown) =>
      new JsonProperty(name, jsonOf(value)),
    'new(string name, object first, object second, params object more): JProperty': (
      name: string,
      ...values: unknown[]
    ) => new JsonProperty(name, new JsonArray(values.flat().map(jsonOf))),
  },
  'JToken',
);

export const jsonConvertType = typeTable('JsonConvert', {
  'static SerializeObject(object value): string': (value: unknown) => serializeToken(jsonOf(value), false),
  'static SerializeObject(object value, Formatting formatting): string': (value: unknown, formatting: EnumValue) =>
    serializeToken(jsonOf(value), isIndented(formatting)),
  'static DeserializeObject(string json): object': parseJson,
  'static DeserializeObject<T>(string json): T': (type: string, types: TypeRegistry, text: string) =>
    castTo(type, parseJson(text), types),
});
