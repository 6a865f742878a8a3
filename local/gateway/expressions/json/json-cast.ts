import { ExpressionError } from '../../errors.ts';
import { typeNameOf } from './json-type.ts';
import { JsonProperty, type JsonToken, JsonValue } from './json-token.ts';
import { isNullable, shortName, types, underlying, type NetType } from '../net-type.ts';
import type { NumberKind } from '../numbers.ts';
import { argumentNull } from '../text-parts.ts';
import { DateTime, DateTimeOffset, Guid, TimeSpan } from '../time.ts';
import { toBoolean, toChar, toDateTime, toNumber } from '../to-type.ts';
import { parseDateOffset } from '../parse-date.ts';
import { parseGuid } from '../format-guid.ts';
import { NetUri } from '../net-uri.ts';
import { readTimeSpan } from '../read-time-span.ts';
import { toText } from '../values.ts';

const numbers = new Set([
  'int',
  'uint',
  'long',
  'ulong',
  'short',
  'ushort',
  'byte',
  'sbyte',
  'float',
  'double',
  'decimal',
]);
const numeric = ['Integer', 'Float', 'String', 'Boolean'];
const texts = ['Date', 'Integer', 'Float', 'String', 'Boolean', 'Bytes', 'Guid', 'TimeSpan', 'Uri'];

/** The kinds of tokens that a type may be cast from. */
function sourcesOf(name: string): readonly string[] | undefined {
  if (numbers.has(name) || name === 'bool') return numeric;
  switch (name) {
    case 'char':
      return ['Integer', 'Float', 'String'];
    case 'string':
      return texts;
    case 'DateTime':
    case 'DateTimeOffset':
      return ['Date', 'String'];
    case 'Guid':
      return ['String', 'Guid', 'Bytes'];
    case 'TimeSpan':
      return ['String', 'TimeSpan'];
    case 'Uri':
      return ['String', 'Uri'];
    case '[]':
      return ['Bytes', 'String', 'Integer'];
    default:
      return undefined;
  }
}

/** Whether tokens convert to the type by a cast. */
export function jsonTargets(to: NetType): boolean {
  if (to.name === '[]') return to.args[0] === types.byte;
  return sourcesOf(underlying(to).name) !== undefined;
}

/**
 * Newtonsoft's explicit conversions of a token. Throws ArgumentException for a token of another kind,
 * ArgumentNullException for none, and what Convert throws for its content.
 */
export function fromJson(to: NetType, token: unknown): unknown {
  const type = underlying(to);
  const takesNull = isNullable(to) || ['string', 'Uri', '[]'].includes(type.name);
  if (token === null || token === undefined) {
    if (takesNull) return null;
    throw argumentNull('value');
  }
  const held = token instanceof JsonProperty ? token.value : (token as JsonToken);
  const kind = typeNameOf(held);
  const isNone = kind === 'Null';
  if (isNone && takesNull) return null;
  if (!(held instanceof JsonValue) || !sourcesOf(type.name)?.includes(kind))
    throw new ExpressionError('ArgumentException', `Can not convert ${kind} to ${targetName(type)}.`);
  return convertValue(type.name, held.value);
}

const targetName = (type: NetType) => (type.name === '[]' ? 'byte array' : shortName(type));

/** A bare value as the type of that name. */
function convertValue(name: string, value: unknown): unknown {
  if (numbers.has(name)) return toNumber(name as NumberKind, value);
  switch (name) {
    case 'bool':
      return toBoolean(value);
    case 'char':
      return toChar(value);
    case 'string':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : toText(value);
    case 'DateTime':
      return value instanceof DateTimeOffset ? new DateTime(value.ticks) : toDateTime(value);
    case 'DateTimeOffset':
      if (value instanceof DateTime) return new DateTimeOffset(value.ticks, 0);
      return value instanceof DateTimeOffset ? value : (parseDateOffset(toText(value)) ?? badDate());
    case 'Guid':
      return value instanceof Guid ? value : (parseGuid(toText(value)) ?? badGuid());
    case 'TimeSpan':
      return value instanceof TimeSpan ? value : readTimeSpan(toText(value));
    case 'Uri':
      return value instanceof NetUri ? value : new NetUri(toText(value));
    default:
      return value instanceof Uint8Array ? value : new Uint8Array(Buffer.from(toText(value), 'base64'));
  }
}

function badDate(): never {
  throw new ExpressionError('FormatException', 'String was not recognized as a valid DateTime.');
}

function badGuid(): never {
  throw new ExpressionError(
    'FormatException',
    'Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).',
  );
}
