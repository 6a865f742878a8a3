import { ExpressionError } from '../../errors.ts';
import { parseGuid } from '../format-guid.ts';
import { isNullable, types, underlying, type NetType } from '../net-type.ts';
import { castNumber, Real } from '../numbers.ts';
import { parseDate, parseDateOffset } from '../parse-date.ts';
import { parseNumber } from '../parse-number.ts';
import { argumentNull } from '../text-parts.ts';
import { DateTime, TimeSpan } from '../time.ts';
import { XmlAttribute, XmlElement } from './xml-node.ts';

/** White around the number; a sign too; a point; an exponent, as NumberStyles has them. */
const white = 3;
const whole = 7;
const point = 32;
const exponent = 128;

type Read = (text: string) => unknown;

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['string', (text) => text],
  ['bool', readBoolean],
  ['int', (text) => parseNumber('int', text, whole)],
  ['long', (text) => parseNumber('long', text, whole)],
  ['uint', (text) => parseNumber('uint', text, white)],
  ['ulong', (text) => parseNumber('ulong', text, white)],
  // By way of int, as C# finds these.
  ['short', (text) => castNumber('short', parseNumber('int', text, whole))],
  ['sbyte', (text) => castNumber('sbyte', parseNumber('int', text, whole))],
  ['decimal', (text) => parseNumber('decimal', text, whole | point)],
  ['double', (text) => readReal(text, 'double')],
  ['float', (text) => readReal(text, 'float')],
  ['DateTime', readDate],
  ['DateTimeOffset', (text) => parseDateOffset(text.trim()) ?? bad()],
  ['TimeSpan', readDuration],
  ['Guid', (text) => parseGuid(text.trim()) ?? bad()],
]);

/** The explicit conversions of elements and attributes: what their text stands for. */
export function xmlChange(from: NetType, to: NetType): ((value: unknown) => unknown) | undefined {
  if (from.name !== 'XElement' && from.name !== 'XAttribute') return undefined;
  const read = readers.get(underlying(to).name);
  if (!read) return undefined;
  const canBeNull = isNullable(to) || to === types.string;
  return (value) => {
    if (value instanceof XmlElement) return read(value.text);
    if (value instanceof XmlAttribute) return read(value.value);
    if (canBeNull) return null;
    throw argumentNull(from.name === 'XElement' ? 'element' : 'attribute');
  };
}

function bad(): never {
  throw new ExpressionError('FormatException', 'Input string was not in a correct format.');
}

function readBoolean(text: string): boolean {
  const value = text.trim().toLowerCase();
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw new ExpressionError('FormatException', `The string '${text}' is not a valid Boolean value.`);
}

function readReal(text: string, kind: 'double' | 'float'): unknown {
  const value = text.trim();
  if (value === 'INF' || value === '-INF') return new Real(value === 'INF' ? Infinity : -Infinity, kind);
  return parseNumber(kind, value, whole | point | exponent);
}

/** As DateTimeStyles.RoundtripKind does: what ends with Z stays at UTC. */
function readDate(text: string): DateTime {
  const found = parseDate(text);
  if (!found) throw new ExpressionError('FormatException', 'String was not recognized as a valid DateTime.');
  return found.kind !== 'Unspecified' && /z\s*$/i.test(text) ? new DateTime(found.ticks, 'Utc') : found;
}

const units = { day: 864_000_000_000n, hour: 36_000_000_000n, minute: 600_000_000n, second: 10_000_000n };

/** Reads `P1DT2H3M4.5S`; a year has 365 days and a month 30. */
function readDuration(text: string): TimeSpan {
  const match =
    /^\s*(-)?P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?\s*$/.exec(
      text,
    );
  if (!match) throw new ExpressionError('FormatException', `The string '${text}' is not a valid TimeSpan value.`);
  const [, minus, years, months, days, hours, minutes, seconds, fraction] = match;
  const part = (digits: string | undefined) => BigInt(digits ?? '0');
  const ticks =
    (part(years) * 365n + part(months) * 30n + part(days)) * units.day +
    part(hours) * units.hour +
    part(minutes) * units.minute +
    part(seconds) * units.second +
    part((fraction ?? '').slice(0, 7).padEnd(7, '0'));
  if (ticks > 2n ** 63n - 1n) throw new ExpressionError('OverflowException', `'${text}' is too long a TimeSpan.`);
  return new TimeSpan(minus ? -ticks : ticks);
}

/** Writes `P1DT2H3M4.5S`. */
export function formatDuration({ ticks }: TimeSpan): string {
  const size = ticks < 0n ? -ticks : ticks;
  const days = size / units.day;
  const hours = (size % units.day) / units.hour;
  const minutes = (size % units.hour) / units.minute;
  const seconds = (size % units.minute) / units.second;
  const fraction = (size % units.second).toString().padStart(7, '0').replace(/0+$/, '');
  const clock =
    (hours ? `${hours}H` : '') +
    (minutes ? `${minutes}M` : '') +
    (seconds || fraction ? `${seconds}${fraction && `.${fraction}`}S` : '');
  const text = (days ? `${days}D` : '') + (clock && `T${clock}`);
  return `${ticks < 0n ? '-' : ''}P${text || 'T0S'}`;
}
