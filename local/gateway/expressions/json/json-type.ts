import { Decimal } from '../decimal.ts';
import { JsonArray, JsonObject, JsonProperty, type JsonToken, type JsonValue } from './json-token.ts';
import { NetUri } from '../net-uri.ts';
import { Integer, Real } from '../numbers.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, TimeSpan } from '../time.ts';

/** The names of JTokenType, in the order of their numbers. */
export const tokenTypeNames = [
  ...['None', 'Object', 'Array', 'Constructor', 'Property', 'Comment', 'Integer', 'Float', 'String', 'Boolean', 'Null'],
  ...['Undefined', 'Date', 'Raw', 'Bytes', 'Guid', 'Uri', 'TimeSpan'],
] as const;

/** `JToken.Type` by its name. */
export function typeNameOf(token: JsonToken): string {
  if (token instanceof JsonObject) return 'Object';
  if (token instanceof JsonArray) return 'Array';
  if (token instanceof JsonProperty) return 'Property';
  const { value } = token as JsonValue;
  if (value === null || value === undefined) return 'Null';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number' || value instanceof Integer || value instanceof EnumValue) return 'Integer';
  if (value instanceof Real || value instanceof Decimal) return 'Float';
  if (value instanceof DateTime || value instanceof DateTimeOffset) return 'Date';
  if (value instanceof Uint8Array) return 'Bytes';
  if (value instanceof Guid) return 'Guid';
  if (value instanceof NetUri) return 'Uri';
  return value instanceof TimeSpan ? 'TimeSpan' : 'String';
}
