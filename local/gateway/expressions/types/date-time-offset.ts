import { ExpressionError } from '../../errors.ts';
import { addMonths, badDate, makeDate, scaled, ticksPerDay, ticksPerSecond } from '../calendar.ts';
import { formatDate } from '../format-date.ts';
import { parseDateOffset } from '../parse-date.ts';
import { parseExact } from '../parse-exact.ts';
import { argumentNull } from '../text-parts.ts';
import { DateTime, DateTimeOffset, TimeSpan, ticksPerMillisecond, unixEpochTicks } from '../time.ts';
import { typeTable } from '../type-table.ts';

type Out = (value: unknown) => void;

/** Whole units since 1970, rounded down. */
const unixOf = (value: DateTimeOffset, unit: bigint) => {
  const ticks = value.utcTicks - unixEpochTicks;
  return ticks < 0n && ticks % unit !== 0n ? ticks / unit - 1n : ticks / unit;
};

function at(ticks: bigint, offset: TimeSpan): DateTimeOffset {
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
const parse = (text: string | null) => {
  if (text === null) throw argumentNull('input');
  return parseDateOffset(text) ?? badDate();
};
const exactly = (text: string, format: string) => {
  const found = parseExact(text, format);
  return found ? new DateTimeOffset(found.ticks, 0) : badDate();
};
const now = () => new DateTimeOffset(DateTime.fromMilliseconds(Date.now()).ticks, 0);
const compare = (left: DateTimeOffset, right: DateTimeOffset) =>
  left.utcTicks < right.utcTicks ? -1 : left.utcTicks > right.utcTicks ? 1 : 0;

export const dateTimeOffsetType = typeTable(
  'struct System.DateTimeOffset : IComparable, IComparable<DateTimeOffset>, IFormattable, IEquatable<DateTimeOffset>',
  {
    'static default: DateTimeOffset': () => new DateTimeOffset(0n, 0),
    'implicit(DateTime dateTime)': (value: DateTime) => new DateTimeOffset(value.ticks, 0),
    'static UtcNow: DateTimeOffset': now,
    'static Now: DateTimeOffset': now,
    'static MinValue: DateTimeOffset': () => new DateTimeOffset(0n, 0),
    'static MaxValue: DateTimeOffset': () => new DateTimeOffset(3_155_378_975_999_999_999n, 0),
    'static Parse(string input): DateTimeOffset': parse,
    'static Parse(string input, IFormatProvider provider): DateTimeOffset': parse,
    'static Parse(string input, IFormatProvider provider, DateTimeStyles styles): DateTimeOffset': parse,
    'static ParseExact(string input, string format, IFormatProvider provider): DateTimeOffset': exactly,
    'static ParseExact(string input, string format, IFormatProvider provider, DateTimeStyles styles): DateTimeOffset':
      exactly,
    'static TryParse(string input, out DateTimeOffset result): bool': (text: string | null, set: Out) => {
      const found = text === null ? undefined : parseDateOffset(text);
      set(found ?? new DateTimeOffset(0n, 0));
      return found !== undefined;
    },
    'static FromUnixTimeSeconds(long seconds): DateTimeOffset': (seconds: bigint) =>
      new DateTimeOffset(unixEpochTicks + seconds * ticksPerSecond, 0),
    'static FromUnixTimeMilliseconds(long milliseconds): DateTimeOffset': (milliseconds: bigint) =>
      new DateTimeOffset(unixEpochTicks + milliseconds * ticksPerMillisecond, 0),
    'static Compare(DateTimeOffset first, DateTimeOffset second): int': compare,
    'new(DateTime dateTime)': (value: DateTime) => new DateTimeOffset(value.ticks, 0),
    'new(DateTime dateTime, TimeSpan offset)': (value: DateTime, offset: TimeSpan) => at(value.ticks, offset),
    'new(long ticks, TimeSpan offset)': at,
    'new(int year, int month, int day, int hour, int minute, int second, TimeSpan offset)': (
      ...parts: [number, number, number, number, number, number, TimeSpan]
    ) => at(makeDate(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]).ticks, parts[6]),
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
    'ToString(): string': (value: DateTimeOffset) => formatDate(value, undefined),
    'ToString(string format): string': (value: DateTimeOffset, text: string | null) =>
      formatDate(value, text ?? undefined),
    'ToString(IFormatProvider provider): string': (value: DateTimeOffset) => formatDate(value, undefined),
    'ToString(string format, IFormatProvider provider): string': (value: DateTimeOffset, text: string | null) =>
      formatDate(value, text ?? undefined),
  },
);
