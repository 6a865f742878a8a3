import { ExpressionError } from '../errors.ts';
import { formatDate, formatTimeSpan } from './format-date.ts';
import { formatNumber } from './format-number.ts';
import { serializeToken, tokenText } from './json-text.ts';
import { JsonArray, JsonObject, JsonProperty, JsonToken, JsonValue } from './json-token.ts';
import { Char, Integer, isNumeric, toDecimal, toDouble, integral, kindOf, Real, type Numeric } from './numbers.ts';
import { Decimal } from './decimal.ts';
import { Query } from './query.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, KeyValuePair, TimeSpan } from './time.ts';
import { escapeAttribute, writeXml } from './write-xml.ts';
import { XmlAttribute, XmlName, XmlNamespace, XmlNode } from './xml-node.ts';

/** An anonymous object, `new { a = 1 }`. */
export class AnonymousObject {
  readonly members: Map<string, unknown>;
  constructor(members: Map<string, unknown>) {
    this.members = members;
  }
}

/** Values of the host (`context` and what hangs on it) say how .NET would print them. */
interface Printable {
  toNetString(): string;
}

/** `ToString()` as .NET does it in the invariant culture; null gives "". */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (isNumeric(value)) return formatNumber(value, undefined);
  if (value instanceof JsonToken) return tokenText(value);
  if (value instanceof DateTime || value instanceof DateTimeOffset) return formatDate(value, undefined);
  if (value instanceof TimeSpan) return formatTimeSpan(value, undefined);
  if (value instanceof Guid) return value.text;
  if (value instanceof EnumValue) return value.name;
  if (value instanceof KeyValuePair) return `[${toText(value.key)}, ${toText(value.value)}]`;
  if (value instanceof AnonymousObject)
    return `{ ${[...value.members].map(([name, member]) => `${name} = ${toText(member)}`).join(', ')} }`;
  if (value instanceof XmlNode) return writeXml(value);
  if (value instanceof XmlAttribute) return `${value.name.local}="${escapeAttribute(value.value)}"`;
  if (value instanceof Uint8Array) return 'System.Byte[]';
  if (value instanceof Error) return `${exceptionType(value)}: ${value.message}`;
  if (typeof (value as Partial<Printable>).toNetString === 'function') return (value as Printable).toNetString();
  if (Array.isArray(value)) return arrayText(value);
  if (value instanceof Map) return 'System.Collections.Generic.Dictionary`2[System.String,System.Object]';
  return 'System.Object';
}

function arrayText(items: readonly unknown[]): string {
  return items.every((item) => typeof item === 'string') ? 'System.String[]' : 'System.Object[]';
}

export function exceptionType(error: Error): string {
  return `System.${error instanceof ExpressionError ? error.type : 'Exception'}`;
}

/** `value` in a composite or interpolated string: with a format if its type has formats. */
export function formatValue(value: unknown, format: string | undefined): string {
  if (!format) return toText(value);
  if (value instanceof JsonValue) return formatValue(value.value, format);
  if (value instanceof Char || value instanceof EnumValue) return toText(value);
  if (isNumeric(value)) return formatNumber(value, format);
  if (value instanceof DateTime || value instanceof DateTimeOffset) return formatDate(value, format);
  if (value instanceof TimeSpan) return formatTimeSpan(value, format);
  if (value instanceof Guid) return formatGuid(value, format);
  return toText(value);
}

export function formatGuid(value: Guid, format: string): string {
  const digits = value.text.replaceAll('-', '');
  switch (format.toUpperCase()) {
    case 'N':
      return digits;
    case 'D':
      return value.text;
    case 'B':
      return `{${value.text}}`;
    case 'P':
      return `(${value.text})`;
    default:
      throw new ExpressionError(
        'FormatException',
        'Format string can be only "D", "d", "N", "n", "P", "p", "B" or "b".',
      );
  }
}

/** Everything that `foreach` and LINQ can walk over. */
export function iterate(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return Array.from({ length: value.length }, (_, i) => new Char(value.charCodeAt(i)));
  if (value instanceof Map) return Array.from(value, ([key, item]) => new KeyValuePair(key, item));
  if (value instanceof JsonArray) return value.items;
  if (value instanceof JsonObject)
    return Array.from(value.properties, ([name, item]) => new JsonProperty(name, item, value));
  if (value instanceof JsonProperty) return [value.value];
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return Array.from(value, (byte) => new Integer('byte', BigInt(byte)));
  if (isWalkable(value)) return value.toNetItems();
  if (value === null || value === undefined) throw nullReference();
  throw new ExpressionError('InvalidCastException', 'Unable to cast the value to IEnumerable.');
}

/** The same, one after the other: what is behind a query runs only as far as the caller goes. */
export function walk(value: unknown): Iterable<unknown> {
  return value instanceof Query ? value : iterate(value);
}

/** Values of the host that can be walked over, such as the headers of a request. */
interface Walkable {
  toNetItems(): readonly unknown[];
}

export function isWalkable(value: unknown): value is Walkable {
  return typeof (value as Partial<Walkable> | null)?.toNetItems === 'function';
}

export function nullReference(): ExpressionError {
  return new ExpressionError('NullReferenceException', 'Object reference not set to an instance of an object.');
}

/** `==`: numbers by value after promotion, values by value, objects by identity. */
export function areEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (left === null || right === null || left === undefined || right === undefined) {
    const other = left ?? right;
    return other === null || other === undefined;
  }
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right) === 0;
  if (left instanceof JsonValue) return areEqual(left.value, right instanceof JsonValue ? right.value : right);
  if (right instanceof JsonValue) return areEqual(left, right.value);
  if (left instanceof DateTime && right instanceof DateTime) return left.ticks === right.ticks;
  if (left instanceof DateTimeOffset && right instanceof DateTimeOffset) return left.utcTicks === right.utcTicks;
  if (left instanceof TimeSpan && right instanceof TimeSpan) return left.ticks === right.ticks;
  if (left instanceof Guid && right instanceof Guid) return left.text === right.text;
  if (left instanceof EnumValue && right instanceof EnumValue) return left.value === right.value;
  if (left instanceof XmlName || right instanceof XmlName) return nameKey(left) === nameKey(right);
  if (left instanceof XmlNamespace || right instanceof XmlNamespace) return toText(left) === toText(right);
  return false;
}

/** C# turns text that is compared with a name into a name. */
const nameKey = (value: unknown) => XmlName.of(value).key;

/** -1, 0 or 1; NaN when a side is not a number. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0;
  if (left instanceof Decimal || right instanceof Decimal) return toDecimal(left).compare(toDecimal(right));
  const [a, b] = isReal(left) || isReal(right) ? [toDouble(left), toDouble(right)] : [whole(left), whole(right)];
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : Number.NaN;
}

const isReal = (value: Numeric) => kindOf(value) === 'double' || kindOf(value) === 'float';
const whole = (value: Numeric) => integral(value as number | Integer | Char);

/** The one object that stands for all equal ones, as long as anything holds it. */
const canonical = new Map<string, WeakRef<object>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (!canonical.get(key)?.deref()) canonical.delete(key);
});

/** A key for dictionaries and sets, so that values that are equal in .NET meet. */
export function keyOf(value: unknown): unknown {
  const id = identityOf(value);
  if (id === undefined) return value;
  const known = canonical.get(id)?.deref();
  if (known) return known;
  const own = value as object;
  canonical.set(id, new WeakRef(own));
  forgotten.register(own, id);
  return own;
}

/** A text that equal values share; undefined for those that JavaScript compares as .NET does. */
function identityOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Integer) return `${value.kind}:${value.value}`;
  if (value instanceof Real) return `${value.kind}:${value.value}`;
  if (value instanceof Decimal) return `decimal:${value.normalized()}`;
  if (value instanceof Char || value instanceof Guid || value instanceof EnumValue)
    return `${value.constructor.name}:${toText(value)}`;
  if (value instanceof DateTime || value instanceof TimeSpan) return `${value.constructor.name}:${value.ticks}`;
  if (value instanceof DateTimeOffset) return `offset:${value.utcTicks}`;
  if (value instanceof AnonymousObject || value instanceof KeyValuePair) return structure(value);
  return value instanceof JsonToken ? `json:${serializeToken(value, false)}` : undefined;
}

/** Anonymous objects and pairs are equal where their members are. */
function structure(value: AnonymousObject | KeyValuePair): string | undefined {
  const members =
    value instanceof KeyValuePair
      ? [
          ['', value.key],
          ['', value.value],
        ]
      : [...value.members];
  const parts = members.map(([name, member]) => {
    const id =
      identityOf(member) ??
      (typeof member === 'object' && member !== null ? undefined : `${typeof member}:${toText(member)}`);
    return id === undefined ? undefined : [name, id];
  });
  return parts.includes(undefined) ? undefined : `${value.constructor.name}:${JSON.stringify(parts)}`;
}
