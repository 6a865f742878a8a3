import { ExpressionError } from '../../errors.ts';
import { addMonths, fileEpoch, makeDate, scaled, ticksPerDay, ticksPerSecond, withMilliseconds } from '../calendar.ts';
import { isAmerican } from '../culture.ts';
import { dateOffsetOf, dayNames } from '../date-fields.ts';
import { formatDate } from '../format-date.ts';
import { parseDateOffset } from '../parse-date.ts';
import {
  DateTime,
  DateTimeOffset,
  EnumValue,
  TimeSpan,
  maxTicks,
  ticksPerMillisecond,
  unixEpochTicks,
} from '../time.ts';
import { typeTable } from '../type-table.ts';
import { momentReader } from './read-moment.ts';

/** Whole units since 1970, rounded down. */
const unixOf = (value: DateTimeOffset, unit: bigint) => {
  const ticks = value.utcTicks - unixEpochTicks;
  return ticks < 0n && ticks % unit !== 0n ? ticks / unit - 1n : ticks / unit;
};

/** Throws ArgumentOutOfRangeException, so for milliseconds that were meant to be seconds. */
function sinceEpoch(count: bigint, unit: bigint, name: string): DateTimeOffset {
  const [first, last] = [-unixEpochTicks / unit, (maxTicks - unixEpochTicks) / unit];
  if (count < first || count > last)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      `Valid values are between ${first} and ${last}, inclusive.\r\nParameter name: ${name}`,
    );
  return new DateTimeOffset(unixEpochTicks + count * unit, 0);
}

function at(ticks: bigint, offset: TimeSpan): DateTimeOffset {
  if (offset.ticks % (ticksPerSecond * 60n) !== 0n)
    throw new ExpressionError(
      'ArgumentException',
      'Offset must be specified in whole minutes.\r\nParameter name: offset',
    );
  const minutes = Number(offset.ticks / (ticksPerSecond * 60n));
  if (Math.abs(minutes) > 14 * 60)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Offset must be within plus or minus 14 hours.\r\nParameter name: offset',
    );
  return new DateTimeOffset(ticks, minutes);
}

const moved = (value: DateTimeOffset, ticks: bigint) => new DateTimeOffset(value.ticks + ticks, value.offsetMinutes);
const add = (unit: bigint) => (value: DateTimeOffset, amount: number) => moved(value, scaled(amount, unit));
const clock = (value: DateTimeOffset) => new DateTime(value.ticks);

const zero = () => new DateTimeOffset(0n, 0);
const reader = momentReader({ parse: parseDateOffset, of: dateOffsetOf, zero, parameter: 'input' });

const format = (value: DateTimeOffset, text?: string | null, provider?: unknown) =>
  formatDate(value, text ?? undefined, isAmerican(provider));
const now = () => new DateTimeOffset(DateTime.fromMilliseconds(Date.now()).ticks, 0);
const compare = (left: DateTimeOffset, right: DateTimeOffset) =>
  left.utcTicks < right.utcTicks ? -1 : left.utcTicks > right.utcTicks ? 1 : 0;

export const dateTimeOffsetType = typeTable(
  'struct System.DateTimeOffset : IComparable, IComparable<DateTimeOffset>, IFormattable, IEquatable<DateTimeOffset>',
  {
    'static default: DateTimeOffset': zero,
    'implicit(DateTime dateTime)': (value: DateTime) => new DateTimeOffset(value.ticks, 0),
    'static UtcNow: DateTimeOffset': now,
    'static Now: DateTimeOffset': now,
    'static MinValue: DateTimeOffset': zero,
    'static MaxValue: DateTimeOffset': () => new DateTimeOffset(maxTicks, 0),
    'static Parse(string input): DateTimeOffset': reader.parse,
    'static Parse(string input, IFormatProvider provider): DateTimeOffset': reader.parse,
    'static Parse(string input, IFormatProvider provider, DateTimeStyles styles): DateTimeOffset': reader.parse,
    'static ParseExact(string input, string format, IFormatProvider provider): DateTimeOffset': reader.parseExact,
    'static ParseExact(string input, string format, IFormatProvider provider, DateTimeStyles styles): DateTimeOffset':
      reader.parseExact,
    'static ParseExact(string input, string[] formats, IFormatProvider provider, DateTimeStyles styles): DateTimeOffset':
      reader.parseExact,
    'static TryParse(string input, out DateTimeOffset result): bool': reader.tryParse,
    'static TryParse(string input, IFormatProvider provider, DateTimeStyles styles, out DateTimeOffset result): bool':
      reader.tryParseAs,
    'static TryParseExact(string input, string format, IFormatProvider provider, DateTimeStyles styles, out DateTimeOffset result): bool':
      reader.tryParseExact,
    'static TryParseExact(string input, string[] formats, IFormatProvider provider, DateTimeStyles styles, out DateTimeOffset result): bool':
      reader.tryParseExact,
    'static FromUnixTimeSeconds(long seconds): DateTimeOffset': (seconds: bigint) =>
      sinceEpoch(seconds, ticksPerSecond, 'seconds'),
    'static FromUnixTimeMilliseconds(long milliseconds): DateTimeOffset': (milliseconds: bigint) =>
      sinceEpoch(milliseconds, ticksPerMillisecond, 'milliseconds'),
    'static FromFileTime(long fileTime): DateTimeOffset': (ticks: bigint) => new DateTimeOffset(fileEpoch + ticks, 0),
    'static Compare(DateTimeOffset first, DateTimeOffset second): int': compare,
    'new(DateTime dateTime)': (value: DateTime) => new DateTimeOffset(value.ticks, 0),
    'new(DateTime dateTime, TimeSpan offset)': (value: DateTime, offset: TimeSpan) => {
      if (value.kind !== 'Unspecified' && offset.ticks !== 0n)
        throw new ExpressionError(
          'ArgumentException',
          value.kind === 'Utc'
            ? 'The UTC Offset for Utc DateTime instances must be 0.\r\nParameter name: offset'
            : 'The UTC Offset of the local dateTime parameter does not match the offset argument.\r\nParameter name: offset',
        );
      return at(value.ticks, offset);
    },
    'new(long ticks, TimeSpan offset)': at,
    'new(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)': (
      ...parts: [number, number, number, number, number, number, TimeSpan]
    ) => at(makeDate(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]).ticks, parts[6]),
    'new(int year, int month, int day, int hour, int minute, int second, int millisecond, TimeSpan offset)': (
      ...parts: [number, number, number, number, number, number, number, TimeSpan]
    ) =>
      at(
        withMilliseconds(makeDate(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]), parts[6]).ticks,
        parts[7],
      ),
    'ToUnixTimeSeconds(): long': (value: DateTimeOffset) => unixOf(value, ticksPerSecond),
    'ToUnixTimeMilliseconds(): long': (value: DateTimeOffset) => unixOf(value, ticksPerMillisecond),
    'DateTime: DateTime': clock,
    'LocalDateTime: DateTime': (value: DateTimeOffset) => new DateTime(value.utcTicks, 'Local'),
    'UtcDateTime: DateTime': (value: DateTimeOffset) => new DateTime(value.utcTicks, 'Utc'),
    'Date: DateTime': (value: DateTimeOffset) => new DateTime(value.ticks - (value.ticks % ticksPerDay)),
    'TimeOfDay: TimeSpan': (value: DateTimeOffset) => new TimeSpan(value.ticks % ticksPerDay),
    'Offset: TimeSpan': (value: DateTimeOffset) => new TimeSpan(BigInt(value.offsetMinutes) * ticksPerSecond * 60n),
    'Ticks: long': (value: DateTimeOffset) => value.ticks,
    'UtcTicks: long': (value: DateTimeOffset) => value.utcTicks,
    'Year: int': (value: DateTimeOffset) => clock(value).toDate().getUTCFullYear(),
    'Month: int': (value: DateTimeOffset) => clock(value).toDate().getUTCMonth() + 1,
    'Day: int': (value: DateTimeOffset) => clock(value).toDate().getUTCDate(),
    'Hour: int': (value: DateTimeOffset) => clock(value).toDate().getUTCHours(),
    'Minute: int': (value: DateTimeOffset) => clock(value).toDate().getUTCMinutes(),
    'Second: int': (value: DateTimeOffset) => clock(value).toDate().getUTCSeconds(),
    'Millisecond: int': (value: DateTimeOffset) => clock(value).toDate().getUTCMilliseconds(),
    'DayOfWeek: DayOfWeek': (value: DateTimeOffset) => {
      const index = clock(value).toDate().getUTCDay();
      return new EnumValue('DayOfWeek', dayNames[index] as string, index);
    },
    'DayOfYear: int': (value: DateTimeOffset) =>
      Number((value.ticks - makeDate(clock(value).toDate().getUTCFullYear(), 1, 1).ticks) / ticksPerDay) + 1,
    'AddDays(double days): DateTimeOffset': add(ticksPerDay),
    'AddHours(double hours): DateTimeOffset': add(ticksPerDay / 24n),
    'AddMinutes(double minutes): DateTimeOffset': add(ticksPerSecond * 60n),
    'AddSeconds(double seconds): DateTimeOffset': add(ticksPerSecond),
    'AddMilliseconds(double milliseconds): DateTimeOffset': add(ticksPerMillisecond),
    'AddTicks(long ticks): DateTimeOffset': moved,
    'AddMonths(int months): DateTimeOffset': (value: DateTimeOffset, months: number) =>
      new DateTimeOffset(addMonths(clock(value), months).ticks, value.offsetMinutes),
    'AddYears(int years): DateTimeOffset': (value: DateTimeOffset, years: number) =>
      new DateTimeOffset(addMonths(clock(value), years * 12).ticks, value.offsetMinutes),
    'Add(TimeSpan timeSpan): DateTimeOffset': (value: DateTimeOffset, span: TimeSpan) => moved(value, span.ticks),
    'Subtract(TimeSpan value): DateTimeOffset': (value: DateTimeOffset, span: TimeSpan) => moved(value, -span.ticks),
    'Subtract(DateTimeOffset value): TimeSpan': (value: DateTimeOffset, other: DateTimeOffset) =>
      new TimeSpan(value.utcTicks - other.utcTicks),
    'ToUniversalTime(): DateTimeOffset': (value: DateTimeOffset) => new DateTimeOffset(value.utcTicks, 0),
    'ToLocalTime(): DateTimeOffset': (value: DateTimeOffset) => new DateTimeOffset(value.utcTicks, 0),
    'ToOffset(TimeSpan offset): DateTimeOffset': (value: DateTimeOffset, offset: TimeSpan) =>
      at(value.utcTicks + offset.ticks, offset),
    'CompareTo(DateTimeOffset other): int': compare,
    'Equals(DateTimeOffset other): bool': (value: DateTimeOffset, other: DateTimeOffset) => compare(value, other) === 0,
    'EqualsExact(DateTimeOffset other): bool': (value: DateTimeOffset, other: DateTimeOffset) =>
      value.ticks === other.ticks && value.offsetMinutes === other.offsetMinutes,
    'static Equals(DateTimeOffset first, DateTimeOffset second): bool': (
      first: DateTimeOffset,
      second: DateTimeOffset,
    ) => compare(first, second) === 0,
    'ToFileTime(): long': (value: DateTimeOffset) => value.utcTicks - fileEpoch,
    'ToString(): string': (value: DateTimeOffset) => format(value),
    'ToString(string format): string': format,
    'ToString(IFormatProvider provider): string': (value: DateTimeOffset, provider: unknown) =>
      format(value, undefined, provider),
    'ToString(string format, IFormatProvider provider): string': format,
  },
);
