import { ExpressionError } from '../../errors.ts';
import { Query, type ReadOnlyDictionary } from '../collections.ts';
import { contentOf, jsonOf } from '../json/json-convert.ts';
import { serializeToken } from '../json/json-text.ts';
import { children, JsonArray, JsonObject, JsonProperty, JsonToken, JsonValue } from '../json/json-token.ts';
import { walk } from '../json/walk-json.ts';
import { typeNameOf } from '../json/json-type.ts';
import { netType, types } from '../net-type.ts';
import { Integer, Real } from '../numbers.ts';
import { argumentNull } from '../text-parts.ts';
import { type EnumValue, KeyValuePair } from '../time.ts';
import { typeTable } from '../type-table.ts';
import { formatValue, iterate, toText } from '../values.ts';
import { child, deepEquals, descendants, element, fromObject, linq, parse, raise, tokens } from './json-token.ts';

type Out = (value: unknown) => void;

/** Throws JsonReaderException where the text holds another kind of token. */
function parseAs<T extends JsonToken>(text: string | null, type: new () => T, name: string, kind: string): T {
  const token = parse(text, name);
  if (token instanceof type) return token;
  throw new ExpressionError(
    'JsonReaderException',
    `Error reading ${name} from JsonReader. Current JsonReader item is not ${kind}: ${readerToken(token)}. Path '', ${firstToken(text ?? '', token)}.`,
  );
}

function readerToken(token: JsonToken): string {
  if (token instanceof JsonObject) return 'StartObject';
  return token instanceof JsonArray ? 'StartArray' : typeNameOf(token);
}

/** Where a reader stands after its first token: behind a value, or behind the mark that opens a container. */
function firstToken(text: string, token: JsonToken): string {
  const end = token instanceof JsonValue ? text.trimEnd().length : text.search(/[[{]/) + 1;
  const lines = text.slice(0, end).split('\n');
  return `line ${lines.length}, position ${lines.at(-1)?.length ?? 0}`;
}

/** What a container is made of: a sequence gives its elements. */
function contents(given: readonly unknown[]): unknown[] {
  return given.flatMap((one): unknown[] => {
    if (typeof one === 'string' || one === null || one instanceof JsonToken || one instanceof Uint8Array) return [one];
    const isSequence = Array.isArray(one) || (typeof one === 'object' && Symbol.iterator in one);
    return isSequence ? [...iterate(one)] : [one];
  });
}

function addProperty(object: JsonObject, value: unknown, index?: number): void {
  if (!(value instanceof JsonProperty))
    throw new ExpressionError('ArgumentException', `Can not add ${linq}.${className(value)} to ${linq}.JObject.`);
  if (object.properties.has(value.name)) throw duplicate(value.name);
  object.attach(value, index);
}

function className(content: unknown): string {
  if (content instanceof JsonObject) return 'JObject';
  return content instanceof JsonArray ? 'JArray' : 'JValue';
}

const duplicate = (name: string) =>
  new ExpressionError(
    'ArgumentException',
    `Can not add property ${name} to ${linq}.JObject. Property with the same name already exists on object.`,
  );

function addTo(container: JsonToken, content: unknown): void {
  for (const one of contents([content])) {
    if (container instanceof JsonArray) container.insert(container.items.length, jsonOf(one));
    else if (container instanceof JsonObject) addProperty(container, one);
    else raise('JsonException', `${linq}.JProperty cannot have multiple values.`);
  }
}

function clear(container: JsonToken): void {
  if (container instanceof JsonArray) while (container.items.length > 0) container.removeAt(0);
  else if (container instanceof JsonObject) for (const name of [...container.properties.keys()]) container.remove(name);
}

function merge(into: JsonToken, from: JsonToken): void {
  if (into instanceof JsonArray && from instanceof JsonArray)
    for (const item of from.items) into.insert(into.items.length, item.clone());
  if (!(into instanceof JsonObject) || !(from instanceof JsonObject)) return;
  for (const [name, value] of from.properties) {
    const existing = into.properties.get(name);
    const both = (kind: typeof JsonObject | typeof JsonArray) => existing instanceof kind && value instanceof kind;
    if (existing && (both(JsonObject) || both(JsonArray))) merge(existing, value);
    else if (!(existing && value instanceof JsonValue && value.value === null)) into.set(name, value.clone());
  }
}

function find(object: JsonObject, name: string, how: EnumValue | undefined): string | undefined {
  if (object.properties.has(name)) return name;
  if (!how?.name.endsWith('IgnoreCase')) return undefined;
  return [...object.properties.keys()].find((one) => one.toUpperCase() === name.toUpperCase());
}

function get(object: JsonObject, name: string | null, how?: EnumValue): JsonToken | null {
  const key = name === null ? undefined : find(object, name, how);
  return key === undefined ? null : (object.properties.get(key) ?? null);
}

function* walkEntries(object: JsonObject): Generator<KeyValuePair> {
  for (const one of walk(object)) {
    const { name, value } = one as JsonProperty;
    yield new KeyValuePair(name, value);
  }
}

const entries = (object: JsonObject) =>
  new Query(netType('KeyValuePair', [types.string, types.token]), () => walkEntries(object));
const property = netType('JProperty');

const containerType = typeTable(`class ${linq}.JContainer : JToken`, {
  'Count: int': (token: JsonToken) => children(token).length,
  'Add(object content): void': addTo,
  'AddFirst(object content): void': (token: JsonToken, content: unknown) => {
    if (token instanceof JsonArray) token.insert(0, jsonOf(content));
    else if (token instanceof JsonObject) addProperty(token, content, 0);
    else addTo(token, content);
  },
  'RemoveAll(): void': clear,
  'ReplaceAll(object content): void': (token: JsonToken, content: unknown) => {
    clear(token);
    addTo(token, content);
  },
  'Descendants(): IEnumerable<JToken>': (token: JsonToken) => tokens(() => descendants(token)),
  'DescendantsAndSelf(): IEnumerable<JToken>': (token: JsonToken) =>
    tokens(function* () {
      yield token;
      yield* descendants(token);
    }),
  'Merge(object content): void': (token: JsonToken, content: unknown) => merge(token, jsonOf(content)),
});

const objectType = typeTable(`class ${linq}.JObject : JContainer, IDictionary<string, JToken>`, {
  'new()': () => new JsonObject(),
  'new(JObject other)': (other: JsonObject) => other.clone(),
  'new(params object[] content)': (given: unknown[]) => {
    const made = new JsonObject();
    for (const one of contents(given)) addProperty(made, one);
    return made;
  },
  // How foreach walks over it, where LINQ finds two kinds of sequence.
  'foreach: IEnumerable<KeyValuePair<string, JToken>>': entries,
  'this[string propertyName]: JToken': (object: JsonObject, name: string | null) => {
    if (name === null) throw argumentNull('propertyName');
    return object.properties.get(name) ?? null;
  },
  'this[object key]: JToken': child,
  'set_Item(string propertyName, JToken value): void': (object: JsonObject, name: string, value: JsonToken | null) =>
    object.set(name, value ?? new JsonValue(null)),
  'Count: int': (object: JsonObject) => object.properties.size,
  'Keys: ICollection<string>': (object: JsonObject) =>
    new Query(types.string, () => [...object.properties.keys()].values()),
  'Values: ICollection<JToken>': (object: JsonObject) => tokens(() => object.properties.values()),
  'Add(string propertyName, JToken value): void': (object: JsonObject, name: string, value: JsonToken | null) => {
    if (object.properties.has(name)) throw duplicate(name);
    object.set(name, value ?? new JsonValue(null));
  },
  'Remove(string propertyName): bool': (object: JsonObject, name: string) => object.remove(name),
  // Newtonsoft 11 has it.
  'ContainsKey(string propertyName): bool': (object: JsonObject, name: string) => object.properties.has(name),
  'Property(string name): JProperty': (object: JsonObject, name: string | null) =>
    name === null ? null : (object.property(name) ?? null),
  'Property(string name, StringComparison comparison): JProperty': (object: JsonObject, name: string, how: EnumValue) =>
    object.property(find(object, name, how) ?? '') ?? null,
  'Properties(): IEnumerable<JProperty>': (object: JsonObject) => new Query(property, () => walk(object)),
  'PropertyValues(): IEnumerable<JToken>': (object: JsonObject) => tokens(() => object.properties.values()),
  'GetValue(string propertyName): JToken': (object: JsonObject, name: string) => get(object, name),
  'GetValue(string propertyName, StringComparison comparison): JToken': get,
  'TryGetValue(string propertyName, out JToken value): bool': (object: JsonObject, name: string, set: Out) => {
    const found = get(object, name);
    set(found);
    return found !== null;
  },
  'TryGetValue(string propertyName, StringComparison comparison, out JToken value): bool': (
    object: JsonObject,
    name: string,
    how: EnumValue,
    set: Out,
  ) => {
    const found = get(object, name, how);
    set(found);
    return found !== null;
  },
  'static Parse(string json): JObject': (text: string | null) => parseAs(text, JsonObject, 'JObject', 'an object'),
  'static FromObject(object o): JObject': (value: unknown) => {
    const made = fromObject(value);
    if (made instanceof JsonObject) return made;
    throw new ExpressionError(
      'ArgumentException',
      `Object serialized to ${typeNameOf(made)}. JObject instance expected.`,
    );
  },
});

const arrayType = typeTable(`class ${linq}.JArray : JContainer, IList<JToken>`, {
  'new()': () => new JsonArray(),
  'new(JArray other)': (other: JsonArray) => other.clone(),
  'new(params object[] content)': (given: unknown[]) => new JsonArray(contents(given).map(contentOf)),
  'new(object content)': (content: unknown) => new JsonArray(contents([content]).map(contentOf)),
  'this[int index]: JToken': element,
  'this[object key]: JToken': child,
  'set_Item(int index, JToken value): void': (array: JsonArray, index: number, value: JsonToken | null) => {
    element(array, index);
    array.setAt(index, value ?? new JsonValue(null));
  },
  'Add(JToken item): void': (array: JsonArray, value: JsonToken | null) =>
    array.insert(array.items.length, value ?? new JsonValue(null)),
  'Insert(int index, JToken item): void': (array: JsonArray, index: number, value: JsonToken | null) => {
    if (index < 0 || index > array.items.length)
      raise('ArgumentOutOfRangeException', 'Index must be within the bounds of the List.\r\nParameter name: index');
    array.insert(index, value ?? new JsonValue(null));
  },
  'RemoveAt(int index): void': (array: JsonArray, index: number) => {
    element(array, index);
    array.removeAt(index);
  },
  'Remove(JToken item): bool': (array: JsonArray, value: JsonToken) => {
    const at = array.items.indexOf(value);
    if (at !== -1) array.removeAt(at);
    return at !== -1;
  },
  'IndexOf(JToken item): int': (array: JsonArray, value: JsonToken) => array.items.indexOf(value),
  'Contains(JToken item): bool': (array: JsonArray, value: JsonToken) => array.items.includes(value),
  'Clear(): void': clear,
  'static Parse(string json): JArray': (text: string | null) => parseAs(text, JsonArray, 'JArray', 'an array'),
  'static FromObject(object o): JArray': (value: unknown) => {
    const made = fromObject(value);
    if (made instanceof JsonArray) return made;
    throw new ExpressionError(
      'ArgumentException',
      `Object serialized to ${typeNameOf(made)}. JArray instance expected.`,
    );
  },
});

const valueType = typeTable(`class ${linq}.JValue : JToken, IComparable, IFormattable`, {
  'new(long value)': (value: bigint) => new JsonValue(new Integer('long', value)),
  'new(char value)': (value: string) => new JsonValue(value),
  'new(string value)': (value: string | null) => new JsonValue(value),
  'new(bool value)': (value: boolean) => new JsonValue(value),
  'new(double value)': (value: number) => new JsonValue(new Real(value)),
  'new(object value)': (value: unknown) => contentOf(value),
  'new(JValue other)': (other: JsonValue) => other.clone(),
  'Value: object': ({ value }: JsonValue) => value,
  'set_Value(object value): void': (token: JsonValue, value: unknown) => void (token.value = value),
  'static CreateNull(): JValue': () => new JsonValue(null),
  'static CreateString(string value): JValue': (value: string | null) => new JsonValue(value),
  'ToString(): string': toText,
  'ToString(string format): string': formatValue,
  'ToString(IFormatProvider formatProvider): string': (token: JsonValue) => toText(token),
  'ToString(string format, IFormatProvider formatProvider): string': formatValue,
  'Equals(JValue other): bool': (left: JsonValue, right: JsonValue | null) => right !== null && deepEquals(left, right),
});

const propertyType = typeTable(`class ${linq}.JProperty : JContainer`, {
  'new(string name, object content)': (name: string | null, content: unknown) =>
    new JsonProperty(named(name), single(content)),
  'new(string name, params object[] content)': (name: string | null, given: unknown[] | null) =>
    // A bare null is C#'s array that is not there.
    new JsonProperty(named(name), given ? new JsonArray(contents(given).map(contentOf)) : new JsonValue(null)),
  'new(JProperty other)': (other: JsonProperty) => other.clone(),
  'Name: string': ({ name }: JsonProperty) => name,
  'Value: JToken': ({ value }: JsonProperty) => value,
  'set_Value(JToken value): void': (one: JsonProperty, value: JsonToken | null) =>
    void (one.value = value ?? new JsonValue(null)),
});

function named(name: string | null): string {
  if (name === null) throw argumentNull('name');
  return name;
}

/** A property's value: a sequence becomes an array. */
function single(content: unknown): JsonToken {
  if (content instanceof JsonToken || content === null || typeof content !== 'object') return contentOf(content);
  const isSequence = Array.isArray(content) || (Symbol.iterator in content && !(content instanceof Uint8Array));
  return isSequence && !(content as Partial<ReadOnlyDictionary>).get
    ? new JsonArray([...iterate(content)].map(contentOf))
    : contentOf(content);
}

export const containerTypes = [
  [containerType],
  [objectType, JsonObject],
  [arrayType, JsonArray],
  [valueType, JsonValue],
  [propertyType, JsonProperty],
] as const;

export const serialize = (value: unknown, indented: boolean): string => serializeToken(jsonOf(value), indented);
