import { valueAs } from '../json/json-convert.ts';
import { children, type JsonToken, JsonValue } from '../json/json-token.ts';
import type { TypeArguments } from '../type-arguments.ts';
import { typeTable } from '../type-table.ts';
import { iterate } from '../values.ts';
import { child, descendants, linq, tokens, values, type Name } from './json-token.ts';

/** A sequence of tokens whose index gives what all of them have under a key. */
export const tokensType = typeTable(`interface ${linq}.IJEnumerable<T> : IEnumerable<T>`, {
  'this[object key]: IJEnumerable<JToken>': (items: unknown, key: Name) =>
    tokens(() => flat(items, (token) => childOrNone(token, key))),
});

/** LINQ to JSON: what hangs on each token of a sequence. */
export const tokenExtensions = typeTable(`static ${linq}.Extensions`, {
  'typed static Value<T>(this IEnumerable<JToken> value): T': (by: TypeArguments, token: JsonToken) =>
    valueAs(by.of('T'), token, by.registry),
  'typed static Values<T>(this IEnumerable<JToken> source): IEnumerable<T>': (by: TypeArguments, items: unknown) =>
    values(by, flat(items, valuesOf)),
  'static Values(this IEnumerable<JToken> source): IJEnumerable<JToken>': (items: unknown) =>
    tokens(() => flat(items, valuesOf)),
  'static Properties(this IEnumerable<JObject> source): IJEnumerable<JProperty>': (items: unknown) =>
    tokens(() => flat(items, children)),
  'static Values(this IEnumerable<JToken> source, object key): IJEnumerable<JToken>': (items: unknown, key: Name) =>
    tokens(() => flat(items, (token) => childOrNone(token, key))),
  'typed static Values<T>(this IEnumerable<JToken> source, object key): IEnumerable<T>': (
    by: TypeArguments,
    items: unknown,
    key: Name,
  ) =>
    values(
      by,
      flat(items, (token) => childOrNone(token, key)),
    ),
  'static Children(this IEnumerable<JToken> source): IJEnumerable<JToken>': (items: unknown) =>
    tokens(() => flat(items, (token) => children(token))),
  'static Descendants(this IEnumerable<JToken> source): IEnumerable<JToken>': (items: unknown) =>
    tokens(() => flat(items, (token) => descendants(token))),
});

/** A bare value is its own value; others have those that they hold. */
const valuesOf = (token: JsonToken) => (token instanceof JsonValue ? [token] : children(token));

function* flat(items: unknown, of: (token: JsonToken) => Iterable<JsonToken>): Generator<JsonToken> {
  for (const item of iterate(items)) yield* of(item as JsonToken);
}

function childOrNone(token: JsonToken, key: Name): JsonToken[] {
  const found = child(token, key);
  return found ? [found] : [];
}
