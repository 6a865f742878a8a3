import { ExpressionError } from '../errors.ts';
import { formatDate, formatTimeSpan } from './format-date.ts';
import { formatEnum } from './enum-members.ts';
import { formatGuid } from './format-guid.ts';
import { formatNumber } from './format-number.ts';
import { tokenText } from './json/json-text.ts';
import { children, JsonToken, JsonValue } from './json/json-token.ts';
import { Char, Integer, isNumeric, Real, toDecimal, toDouble, integral, kindOf, type Numeric } from './numbers.ts';
import { Decimal } from './decimal.ts';
import { AnonymousObject, elementTypeOf, Generic, keyOf, NetTuple } from './collections.ts';
import { isAmerican } from './culture.ts';
import { arrayOf, displayName, fullName, netType } from './net-type.ts';
import { NetUri } from './net-uri.ts';
import { TypeValue } from './type-value.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, KeyValuePair, TimeSpan } from './time.ts';
import { writeAttribute, writeXml } from './xml/write-xml.ts';
import { XmlAttribute, XmlName, XmlNamespace, XmlNode } from './xml/xml-node.ts';

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
  if (value instanceof NetTuple) return `(${value.items.map(toText).join(', ')})`;
  if (value instanceof Generic) return displayName(value.type);
  if (value instanceof TypeValue) return displayName(value.type);
  if (value instanceof Uint8Array) return 'System.Byte[]';
  if (value instanceof XmlNode) return writeXml(value);
  if (value instanceof XmlAttribute) return writeAttribute(value);
  if (value instanceof Error) return `${exceptionType(value)}: ${value.message}`;
  if (typeof (value as Partial<Printable>).toNetString === 'function') return (value as Printable).toNetString();
  if (Array.isArray(value)) return displayName(arrayOf(elementTypeOf(value)));
  return 'System.Object';
}

export function exceptionType(error: Error): string {
  return fullName(netType(error instanceof ExpressionError ? error.type : 'Exception'));
}

/** `value` in a composite or interpolated string: with a format if its type has formats. */
export function formatValue(value: unknown, format: string | undefined, provider?: unknown): string {
  const american = isAmerican(provider);
  if (!format && !american) return toText(value);
  if (value instanceof JsonValue) return formatValue(value.value, format, provider);
  if (value instanceof Char) return toText(value);
  if (value instanceof EnumValue) return format ? formatEnum(value, format) : toText(value);
  if (isNumeric(value)) return formatNumber(value, format, american);
  if (value instanceof DateTime || value instanceof DateTimeOffset) return formatDate(value, format, american);
  if (value instanceof TimeSpan) return formatTimeSpan(value, format);
  if (value instanceof Guid) return formatGuid(value, format ?? '');
  return toText(value);
}

/** Everything that `foreach` and LINQ can walk over, one after the other. */
export function iterate(value: unknown): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Generic) return value as Iterable<unknown>;
  if (typeof value === 'string') return Array.from({ length: value.length }, (_, i) => new Char(value.charCodeAt(i)));
  if (value instanceof JsonToken) return children(value);
  if (isWalkable(value)) return value.toNetItems();
  if (value instanceof Uint8Array) return Array.from(value, (byte) => new Integer('byte', BigInt(byte)));
  if (value === null || value === undefined) throw nullReference();
  throw new ExpressionError('InvalidCastException', 'Unable to cast the value to IEnumerable.');
}

/** The same as an array, which is the value's own if it is one. */
export function listOf(value: unknown): readonly unknown[] {
  const items = iterate(value);
  return Array.isArray(items) ? items : [...items];
}

/** Collections of one kind, such as the matches of a pattern. */
interface Walkable {
  toNetItems(): readonly unknown[];
}

function isWalkable(value: unknown): value is Walkable {
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
  if (left instanceof JsonValue || right instanceof JsonValue) return equalJson(left, right);
  if (left instanceof DateTime && right instanceof DateTime) return left.ticks === right.ticks;
  if (left instanceof DateTimeOffset && right instanceof DateTimeOffset) return left.utcTicks === right.utcTicks;
  if (left instanceof TimeSpan && right instanceof TimeSpan) return left.ticks === right.ticks;
  if (left instanceof Guid && right instanceof Guid) return left.text === right.text;
  if (left instanceof EnumValue && right instanceof EnumValue) return left.value === right.value;
  if (left instanceof XmlName) return right instanceof XmlName && left.key === right.key;
  if (left instanceof XmlNamespace) return right instanceof XmlNamespace && left.uri === right.uri;
  if (
    left instanceof NetTuple ||
    left instanceof AnonymousObject ||
    left instanceof KeyValuePair ||
    left instanceof NetUri
  )
    return keyOf(left) === keyOf(right) && left.constructor === right.constructor;
  return false;
}

/** `Equals` of a value in JSON; outside of JSON the other side may be a bare value. */
function equalJson(left: unknown, right: unknown): boolean {
  const bare = (value: unknown) => (value instanceof JsonValue ? value.value : value);
  return areEqual(bare(left), bare(right));
}

/** `Equals(object)`: numbers of different types are not equal. */
export function equals(left: unknown, right: unknown): boolean {
  if (isNumeric(left) && isNumeric(right)) {
    if (left instanceof Real && right instanceof Real && Number.isNaN(left.value) && Number.isNaN(right.value))
      return true;
    return kindOf(left) === kindOf(right) && compareNumbers(left, right) === 0;
  }
  if (left instanceof JsonValue !== right instanceof JsonValue) return false;
  return areEqual(left, right);
}

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
