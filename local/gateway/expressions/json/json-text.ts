import { formatDate, formatTimeSpan } from '../format-date.ts';
import { formatNumber } from '../format-number.ts';
import type { JsonToken } from './json-token.ts';
import { JsonArray, type JsonObject, JsonProperty, JsonValue } from './json-token.ts';
import { NetUri } from '../net-uri.ts';
import { Char, Integer, isNumeric, Real } from '../numbers.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, TimeSpan } from '../time.ts';

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
    return `${jsonString(token.name)}${colon}${serializeToken(token.value, indented, depth)}`;
  const entries = [...(token as JsonObject).properties];
  if (entries.length === 0) return '{}';
  const written = entries.map(
    ([name, value]) => `${jsonString(name)}${colon}${serializeToken(value, indented, depth + 1)}`,
  );
  return `{${inner}${written.join(`,${inner}`)}${close}}`;
}

/** A text in quotes; Newtonsoft writes every kind of line end as an escape. */
function jsonString(text: string): string {
  return `"${text.replaceAll(/["\\\p{Cc}\u2028\u2029]/gu, escape)}"`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escape(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  const code = char.charCodeAt(0);
  // Of the control characters after the space, only the line end is written as an escape.
  if (code >= 0x7f && code <= 0x9f && code !== 0x85) return char;
  return shortEscapes[char] ?? `\\u${code.toString(16).padStart(4, '0')}`;
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
  if (value instanceof Char) return jsonString(String.fromCharCode(value.code));
  if (value instanceof EnumValue) return String(value.value);
  if (isNumeric(value)) {
    const text = formatNumber(value, undefined);
    return value instanceof Integer || /[.E]/.test(text) ? text : `${text}.0`;
  }
  return jsonString(scalarText(value));
}

function scalarText(value: unknown): string {
  if (isNumeric(value)) return formatNumber(value, undefined);
  if (value instanceof Guid) return value.text;
  if (value instanceof TimeSpan) return formatTimeSpan(value, undefined);
  if (value instanceof NetUri) return value.original;
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
}
