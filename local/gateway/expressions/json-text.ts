import { ExpressionError } from '../errors.ts';
import { formatDate } from './format-date.ts';
import { formatNumber } from './format-number.ts';
import type { JsonToken } from './json-token.ts';
import { JsonArray, JsonObject, JsonProperty, JsonValue } from './json-token.ts';
import { Char, Integer, integer, fits, isNumeric, Real } from './numbers.ts';
import { parseIsoDate } from './parse-date.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, TimeSpan } from './time.ts';

const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads JSON as Newtonsoft does by default: whole numbers are `long`, others `double`, and strings that look like
 * ISO 8601 dates become DateTime, unless `dates` says they stay text. Throws JsonReaderException.
 */
export function parseJson(text: string, dates = true): JsonToken {
  const revive = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value === 'number') return new JsonValue(jsonNumber(context?.source ?? String(value), value));
    if (typeof value === 'string')
      return new JsonValue(dates && value.length >= 19 && isoDate.test(value) ? (parseIsoDate(value) ?? value) : value);
    if (value === null || typeof value === 'boolean') return new JsonValue(value);
    if (Array.isArray(value)) return new JsonArray(value as JsonToken[]);
    return new JsonObject(Object.entries(value as Record<string, JsonToken>));
  };
  try {
    return JSON.parse(text, revive) as JsonToken;
  } catch (error) {
    if (error instanceof RangeError) throw new ExpressionError('JsonReaderException', 'The JSON nests too deeply.');
    const detail = text.trim() === '' ? 'The text is empty.' : (error as Error).message;
    throw new ExpressionError('JsonReaderException', `Error reading JSON: ${detail}`);
  }
}

function jsonNumber(source: string, value: number): unknown {
  if (!/^-?\d+$/.test(source)) return new Real(value);
  const whole = BigInt(source);
  return fits('long', whole) ? integer('long', whole) : new Real(value);
}

/** `JToken.ToString()`: a value's text, or indented JSON. */
export function tokenText(token: JsonToken): string {
  if (!(token instanceof JsonValue)) return serializeToken(token, true);
  const { value } = token;
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof DateTime || value instanceof DateTimeOffset) return formatDate(value, undefined);
  return scalarText(value);
}

/** JSON text, indented by two spaces with `\r\n`, as Newtonsoft writes on Windows. */
export function serializeToken(token: JsonToken, indented: boolean, depth = 0): string {
  if (token instanceof JsonValue) return serializeScalar(token.value);
  const inner = indented ? `\r\n${'  '.repeat(depth + 1)}` : '';
  const close = indented ? `\r\n${'  '.repeat(depth)}` : '';
  const colon = indented ? ': ' : ':';
  if (token instanceof JsonArray) {
    if (token.items.length === 0) return '[]';
    return `[${inner}${token.items.map((item) => serializeToken(item, indented, depth + 1)).join(`,${inner}`)}${close}]`;
  }
  if (token instanceof JsonProperty)
    return `${JSON.stringify(token.name)}${colon}${serializeToken(token.value, indented, depth)}`;
  const entries = [...(token as JsonObject).properties];
  if (entries.length === 0) return '{}';
  const written = entries.map(
    ([name, value]) => `${JSON.stringify(name)}${colon}${serializeToken(value, indented, depth + 1)}`,
  );
  return `{${inner}${written.join(`,${inner}`)}${close}}`;
}

function serializeScalar(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (value instanceof Real) {
    if (!Number.isFinite(value.value)) return `"${value.value}"`;
    const text = formatNumber(value, 'R');
    return /[.E]/.test(text) ? text : `${text}.0`;
  }
  if (value instanceof DateTime) {
    const fraction = value.ticks % 10_000_000n === 0n ? '' : '.FFFFFFF';
    const zone = value.kind === 'Unspecified' ? '' : value.kind === 'Utc' ? "'Z'" : 'zzz';
    return `"${formatDate(value, `yyyy-MM-dd'T'HH:mm:ss${fraction}${zone}`)}"`;
  }
  if (value instanceof DateTimeOffset) return `"${formatDate(value, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz")}"`;
  if (value instanceof Char) return JSON.stringify(String.fromCharCode(value.code));
  if (value instanceof EnumValue) return String(value.value);
  if (isNumeric(value)) {
    const text = formatNumber(value, undefined);
    return value instanceof Integer || /[.E]/.test(text) ? text : `${text}.0`;
  }
  return JSON.stringify(scalarText(value));
}

function scalarText(value: unknown): string {
  if (isNumeric(value)) return formatNumber(value, undefined);
  if (value instanceof Guid) return value.text;
  if (value instanceof TimeSpan) return String(value.ticks);
  return String(value);
}
