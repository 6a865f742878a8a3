import { JsonArray, JsonObject, JsonProperty, JsonToken, JsonValue } from './json-token.ts';
import { AnonymousObject } from './collections.ts';
import { isWalkable, listOf, toText } from './values.ts';
import { Char } from './numbers.ts';
import { KeyValuePair, EnumValue } from './time.ts';

/** `JToken.FromObject`: any value as a token. */
export function jsonOf(value: unknown): JsonToken {
  if (value instanceof JsonToken) return value;
  if (value instanceof Map)
    return new JsonObject([...value].map(([key, item]) => [toText(key), jsonOf(item)] as const));
  if (value instanceof AnonymousObject)
    return new JsonObject([...value.members].map(([name, item]) => [name, jsonOf(item)] as const));
  if (value instanceof KeyValuePair)
    return new JsonObject([
      ['Key', jsonOf(value.key)],
      ['Value', jsonOf(value.value)],
    ]);
  if (value instanceof Uint8Array) return new JsonValue(Buffer.from(value).toString('base64'));
  if (value instanceof EnumValue) return new JsonValue(value.value);
  if (value instanceof Char) return new JsonValue(String.fromCharCode(value.code));
  if (Array.isArray(value) || value instanceof Set || isWalkable(value))
    return new JsonArray(listOf(value).map(jsonOf));
  return new JsonValue(value ?? null);
}

/** A fresh token of the same content, since a token has one parent. */
export function cloneToken(token: JsonToken): JsonToken {
  if (token instanceof JsonArray) return new JsonArray(token.items.map(cloneToken));
  if (token instanceof JsonObject)
    return new JsonObject([...token.properties].map(([name, item]) => [name, cloneToken(item)] as const));
  return token instanceof JsonProperty ? new JsonProperty(token.name, cloneToken(token.value)) : token;
}
