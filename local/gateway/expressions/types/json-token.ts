import { ExpressionError } from '../../errors.ts';
import { Query } from '../collections.ts';
import { fromJson, jsonTargets } from '../json/json-cast.ts';
import { deserialize, jsonOf, valueAs } from '../json/json-convert.ts';
import { pathOf, selectTokens } from '../json/json-path.ts';
import { serializeToken } from '../json/json-text.ts';
import { children, JsonArray, JsonObject, JsonProperty, type JsonToken, JsonValue } from '../json/json-token.ts';
import { walk } from '../json/walk-json.ts';
import { tokenTypeNames, typeNameOf } from '../json/json-type.ts';
import { isArray, types, type NetType } from '../net-type.ts';
import { Integer, Real } from '../numbers.ts';
import { parseJson } from '../json/read-json.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { EnumValue } from '../time.ts';
import { toText } from '../values.ts';
import { isInstance } from '../runtime-type.ts';

export const linq = 'Newtonsoft.Json.Linq';
export type Name = string | number | null;

/** `token[key]`: a property by its name, an element by its index. */
export function child(token: JsonToken, key: unknown): JsonToken | null {
  if (token instanceof JsonObject) {
    if (typeof key === 'string') return token.properties.get(key) ?? null;
    throw new ExpressionError(
      'ArgumentException',
      `Accessed JObject values with invalid key value: ${toText(key)}. Object property name expected.`,
    );
  }
  if (token instanceof JsonArray) {
    if (typeof key === 'number') return element(token, key);
    throw new ExpressionError(
      'ArgumentException',
      `Accessed JArray values with invalid key value: ${typeof key === 'string' ? `"${key}"` : toText(key)}. Int32 array index expected.`,
    );
  }
  throw new ExpressionError(
    'InvalidOperationException',
    `Cannot access child value on ${linq}.${token instanceof JsonProperty ? 'JProperty' : 'JValue'}.`,
  );
}

export function element(array: JsonArray, index: number): JsonToken {
  return (
    array.items[index] ??
    raise(
      'ArgumentOutOfRangeException',
      'Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: index',
    )
  );
}

export function raise(type: string, message: string): never {
  throw new ExpressionError(type, message);
}

function setChild(token: JsonToken, key: unknown, value: JsonToken | null): void {
  const own = value ?? new JsonValue(null);
  if (token instanceof JsonObject && typeof key === 'string') token.set(key, own);
  else if (token instanceof JsonArray && typeof key === 'number') {
    element(token, key);
    token.setAt(key, own);
  } else if (token instanceof JsonObject || token instanceof JsonArray) child(token, key);
  else
    raise(
      'InvalidOperationException',
      `Cannot set child value on ${linq}.${token instanceof JsonProperty ? 'JProperty' : 'JValue'}.`,
    );
}

/** Tokens as a sequence that expressions walk over. */
export const tokens = (run: () => Iterable<JsonToken>): Query => new Query(types.token, () => run()[Symbol.iterator]());

export const isIndented = (formatting: EnumValue | undefined): boolean => formatting?.value !== 0;

/** What holds the token; a value in an object stands in its property. */
function parentOf(token: JsonToken): JsonToken | null {
  if (token instanceof JsonProperty) return token.owner ?? null;
  const { parent } = token;
  if (!(parent instanceof JsonObject)) return parent ?? null;
  const name = [...parent.properties].find(([, value]) => value === token)?.[0];
  return name === undefined ? null : (parent.property(name) ?? null);
}

function* ancestors(token: JsonToken): Generator<JsonToken> {
  for (let at = parentOf(token); at; at = parentOf(at)) yield at;
}

export function* descendants(token: JsonToken): Generator<JsonToken> {
  for (const one of walk(token)) {
    yield one;
    yield* descendants(one);
  }
}

function sibling(token: JsonToken, by: 1 | -1): JsonToken | null {
  const parent = parentOf(token);
  if (!parent) return null;
  const all = children(parent);
  return all[all.indexOf(token) + by] ?? null;
}

function remove(token: JsonToken): void {
  const parent = parentOf(token);
  if (!parent) raise('InvalidOperationException', 'The parent is missing.');
  if (parent instanceof JsonArray) parent.removeAt(parent.items.indexOf(token));
  else if (token instanceof JsonProperty) token.owner?.remove(token.name);
  else raise('JsonException', `Cannot add or remove items from ${linq}.JProperty.`);
}

function replace(token: JsonToken, value: JsonToken): void {
  const parent = parentOf(token);
  if (!parent) raise('InvalidOperationException', 'The parent is missing.');
  if (parent instanceof JsonArray) parent.setAt(parent.items.indexOf(token), value);
  else if (parent instanceof JsonProperty) parent.value = value;
  else if (parent instanceof JsonObject && token instanceof JsonProperty && value instanceof JsonProperty) {
    const index = children(parent).indexOf(token);
    parent.remove(token.name);
    parent.attach(value, index);
  }
}

function addBeside(token: JsonToken, content: unknown, after: 0 | 1): void {
  const parent = parentOf(token);
  if (parent instanceof JsonObject && content instanceof JsonProperty)
    return parent.attach(content, children(parent).indexOf(token) + after);
  if (!(parent instanceof JsonArray)) raise('InvalidOperationException', 'The parent is missing.');
  parent.insert(parent.items.indexOf(token) + after, jsonOf(content));
}

/** Whether both hold the same; the order of properties does not count. */
export function deepEquals(left: JsonToken | null, right: JsonToken | null): boolean {
  if (left === null || right === null) return left === right;
  if (left instanceof JsonObject && right instanceof JsonObject)
    return (
      left.properties.size === right.properties.size &&
      [...left.properties].every(([name, value]) => deepEquals(value, right.properties.get(name) ?? null))
    );
  if (left instanceof JsonArray && right instanceof JsonArray)
    return (
      left.items.length === right.items.length &&
      left.items.every((item, i) => deepEquals(item, right.items[i] ?? null))
    );
  if (left instanceof JsonProperty && right instanceof JsonProperty)
    return left.name === right.name && deepEquals(left.value, right.value);
  return typeNameOf(left) === typeNameOf(right) && serializeToken(left, false) === serializeToken(right, false);
}

export const values = (by: TypeArguments, items: Iterable<unknown>): Query => {
  const type = by.of('T');
  return new Query(type, function* () {
    for (const item of items) yield valueAs(type, item as JsonToken, by.registry);
  });
};

const only = (by: TypeArguments, items: () => Iterable<unknown>): Query => {
  const type: NetType = by.of('T');
  return new Query(type, function* () {
    for (const item of items()) if (isInstance(item, type, by.registry)) yield item;
  });
};

function select(token: JsonToken, path: string, must: boolean): JsonToken | null {
  const found = selectTokens(token, path, must);
  if (found.length > 1) raise('JsonException', 'Path returned multiple tokens.');
  return found[0] ?? null;
}

const same = (value: unknown) => jsonOf(value);
const long = (value: bigint) => new Integer('long', value);
const ulong = (value: bigint) => new Integer('ulong', value);
const real = (value: number, kind: 'double' | 'float' = 'double') => new Real(value, kind);

export const tokenTypeTable = typeTable(`class ${linq}.JToken : IEnumerable<JToken>`, {
  // What C# converts to a token unasked; a whole number becomes a long.
  'implicit(string value)': same,
  'implicit(bool value)': same,
  'implicit(long value)': (value: bigint) => jsonOf(long(value)),
  'implicit(ulong value)': (value: bigint) => jsonOf(ulong(value)),
  'implicit(double value)': (value: number) => jsonOf(real(value)),
  'implicit(float value)': (value: number) => jsonOf(real(value, 'float')),
  'implicit(decimal value)': same,
  'implicit(DateTime value)': same,
  'implicit(DateTimeOffset value)': same,
  'implicit(TimeSpan value)': same,
  'implicit(Guid value)': same,
  'implicit(Uri value)': same,
  'implicit(byte[] value)': same,
  'implicit(bool? value)': same,
  'implicit(long? value)': (value: bigint | null) => jsonOf(value === null ? null : long(value)),
  'implicit(double? value)': (value: number | null) => jsonOf(value === null ? null : real(value)),
  'implicit(decimal? value)': same,
  'implicit(DateTime? value)': same,
  'implicit(Guid? value)': same,
  'this[object key]: JToken': child,
  'set_Item(object key, JToken value): void': setChild,
  'Type: JTokenType': (token: JsonToken) => {
    const name = typeNameOf(token);
    return new EnumValue('JTokenType', name, tokenTypeNames.indexOf(name as 'None'));
  },
  'HasValues: bool': (token: JsonToken) => children(token).length > 0,
  'First: JToken': (token: JsonToken) => {
    if (token instanceof JsonValue) raise('InvalidOperationException', `Cannot access child value on ${linq}.JValue.`);
    return children(token)[0] ?? null;
  },
  'Last: JToken': (token: JsonToken) => {
    if (token instanceof JsonValue) raise('InvalidOperationException', `Cannot access child value on ${linq}.JValue.`);
    return children(token).at(-1) ?? null;
  },
  'Parent: JContainer': parentOf,
  'Root: JToken': (token: JsonToken) => [...ancestors(token)].at(-1) ?? token,
  'Path: string': pathOf,
  'Next: JToken': (token: JsonToken) => sibling(token, 1),
  'Previous: JToken': (token: JsonToken) => sibling(token, -1),
  'typed Value<T>(object key): T': (token: JsonToken, by: TypeArguments, key: Name) =>
    valueAs(by.of('T'), child(token, key), by.registry),
  'typed Values<T>(): IEnumerable<T>': (token: JsonToken, by: TypeArguments) => values(by, children(token)),
  'typed ToObject<T>(): T': (token: JsonToken, by: TypeArguments) => {
    const type = by.of('T');
    return jsonTargets(type) && !isArray(type) ? fromJson(type, token) : deserialize(type, token, by.registry);
  },
  'SelectToken(string path): JToken': (token: JsonToken, path: string) => select(token, path, false),
  'SelectToken(string path, bool errorWhenNoMatch): JToken': select,
  'SelectTokens(string path): IEnumerable<JToken>': (token: JsonToken, path: string) =>
    tokens(() => selectTokens(token, path, false)),
  'SelectTokens(string path, bool errorWhenNoMatch): IEnumerable<JToken>': (
    token: JsonToken,
    path: string,
    must: boolean,
  ) => tokens(() => selectTokens(token, path, must)),
  'Children(): IJEnumerable<JToken>': (token: JsonToken) => tokens(() => walk(token)),
  'typed Children<T>(): IEnumerable<T>': (token: JsonToken, by: TypeArguments) => only(by, () => walk(token)),
  'Ancestors(): IEnumerable<JToken>': (token: JsonToken) => tokens(() => ancestors(token)),
  'AncestorsAndSelf(): IEnumerable<JToken>': (token: JsonToken) =>
    tokens(function* () {
      yield token;
      yield* ancestors(token);
    }),
  'AfterSelf(): IEnumerable<JToken>': (token: JsonToken) =>
    tokens(() => {
      const all = children(parentOf(token) ?? token);
      return all.slice(all.indexOf(token) + 1);
    }),
  'BeforeSelf(): IEnumerable<JToken>': (token: JsonToken) =>
    tokens(() => {
      const all = children(parentOf(token) ?? token);
      return all.slice(0, Math.max(0, all.indexOf(token)));
    }),
  'Remove(): void': remove,
  'Replace(JToken value): void': replace,
  'AddAfterSelf(object content): void': (token: JsonToken, content: unknown) => addBeside(token, content, 1),
  'AddBeforeSelf(object content): void': (token: JsonToken, content: unknown) => addBeside(token, content, 0),
  'DeepClone(): JToken': (token: JsonToken) => token.clone(),
  'ToString(): string': toText,
  'ToString(Formatting formatting): string': (token: JsonToken, formatting: EnumValue) =>
    serializeToken(token, isIndented(formatting)),
  'static Parse(string json): JToken': (text: string | null) => parse(text, 'JToken'),
  'static FromObject(object o): JToken': (value: unknown) => fromObject(value),
  'static DeepEquals(JToken t1, JToken t2): bool': deepEquals,
});

/** Throws ArgumentNullException. */
export function parse(text: string | null, wanted: string): JsonToken {
  return text === null
    ? raise('ArgumentNullException', 'Value cannot be null.\r\nParameter name: s')
    : parseJson(text, true, wanted);
}

/** Throws ArgumentNullException. */
export function fromObject(value: unknown): JsonToken {
  if (value === null) raise('ArgumentNullException', 'Value cannot be null.\r\nParameter name: o');
  return jsonOf(value);
}
