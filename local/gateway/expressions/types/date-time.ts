import { ExpressionError } from '../../errors.ts';
import {
  addMonths,
  addTicks,
  daysInMonth,
  fileEpoch,
  makeDate,
  scaled,
  ticksPerDay,
  ticksPerSecond,
  withMilliseconds,
} from '../calendar.ts';
import { formatDate } from '../format-date.ts';
import { isAmerican } from '../culture.ts';
import { dateOf, dayNames } from '../date-fields.ts';
import { parseDate } from '../parse-date.ts';
import {
  DateTime,
  EnumValue,
  maxTicks,
  ticksPerMillisecond,
  TimeSpan,
  unixEpochTicks,
  type DateKind,
} from '../time.ts';
import { typeTable } from '../type-table.ts';
import { momentReader } from './read-moment.ts';

/** Where OLE's clock begins. */
const oleEpoch = unixEpochTicks - 25_569n * ticksPerDay;
const kinds: readonly DateKind[] = ['Unspecified', 'Utc', 'Local'];
const kindOf = (kind: EnumValue): DateKind => kinds[kind.value] ?? 'Unspecified';

const reader = momentReader({ parse: parseDate, of: dateOf, zero: () => new DateTime(0n), parameter: 's' });

function compare(left: DateTime, right: unknown): number {
  if (right === null) return 1;
  if (!(right instanceof DateTime)) throw new ExpressionError('ArgumentException', 'Object must be of type DateTime.');
  return left.ticks < right.ticks ? -1 : left.ticks > right.ticks ? 1 : 0;
}

/** Throws ArgumentOutOfRangeException before 1601. */
function fileTime({ ticks }: DateTime): bigint {
  if (ticks < fileEpoch) throw new ExpressionError('ArgumentOutOfRangeException', 'Not a valid Win32 FileTime.');
  return ticks - fileEpoch;
}

const today = () => {
  const now = DateTime.fromMilliseconds(Date.now(), 'Local');
  return new DateTime(now.ticks - (now.ticks % ticksPerDay), 'Local');
};
const format = (value: DateTime, text?: string | null, provider?: unknown) =>
  formatDate(value, text ?? undefined, isAmerican(provider));

export const dateTimeType = typeTable(
  'struct System.DateTime : IComparable, IComparable<DateTime>, IFormattable, IConvertible, IEquatable<DateTime>',
  {
    'static default: DateTime': () => new DateTime(0n),
    'static UtcNow: DateTime': () => DateTime.fromMilliseconds(Date.now(), 'Utc'),
    'static Now: DateTime': () => DateTime.fromMilliseconds(Date.now(), 'Local'),
    'static Today: DateTime': today,
    'static MinValue: DateTime': () => new DateTime(0n),
    'static MaxValue: DateTime': () => new DateTime(maxTicks),
    'static Parse(string s): DateTime': reader.parse,
    'static Parse(string s, IFormatProvider provider): DateTime': reader.parse,
    'static Parse(string s, IFormatProvider provider, DateTimeStyles styles): DateTime': reader.parse,
    'static TryParse(string s, out DateTime result): bool': reader.tryParse,
    'static TryParse(string s, IFormatProvider provider, DateTimeStyles styles, out DateTime result): bool':
      reader.tryParseAs,
    'static ParseExact(string s, string format, IFormatProvider provider): DateTime': reader.parseExact,
    'static ParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style): DateTime':
      reader.parseExact,
    'static ParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style): DateTime':
      reader.parseExact,
    'static TryParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style, out DateTime result): bool':
      reader.tryParseExact,
    'static TryParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style, out DateTime result): bool':
      reader.tryParseExact,
    'static SpecifyKind(DateTime value, DateTimeKind kind): DateTime': (value: DateTime, kind: EnumValue) =>
      new DateTime(value.ticks, kindOf(kind)),
    'static IsLeapYear(int year): bool': (year: number) => daysInMonth(year, 2) === 29,
    'static DaysInMonth(int year, int month): int': daysInMonth,
    'static Compare(DateTime t1, DateTime t2): int': compare,
    'static FromFileTimeUtc(long fileTime): DateTime': (ticks: bigint) => new DateTime(fileEpoch + ticks, 'Utc'),
    'static FromFileTime(long fileTime): DateTime': (ticks: bigint) => new DateTime(fileEpoch + ticks, 'Local'),
    'static FromBinary(long dateData): DateTime': (data: bigint) =>
      new DateTime(BigInt.asUintN(62, data), kinds[Number(BigInt.asUintN(64, data) >> 62n)] ?? 'Local'),
    'static FromOADate(double d): DateTime': (days: number) =>
      addTicks(new DateTime(oleEpoch), BigInt(Math.round(days * 86_400_000)) * ticksPerMillisecond),
    'new(long ticks)': (ticks: bigint) => addTicks(new DateTime(0n), ticks),
    'new(long ticks, DateTimeKind kind)': (ticks: bigint, kind: EnumValue) =>
      addTicks(new DateTime(0n, kindOf(kind)), ticks),
    'new(int year, int month, int day)': (year: number, month: number, date: number) => makeDate(year, month, date),
    'new(int year, int month, int day, int hour, int minute, int second)': (
      ...parts: [number, number, number, number, number, number]
    ) => makeDate(...parts),
    'new(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind)': (
      ...parts: [number, number, number, number, number, number, EnumValue]
    ) => makeDate(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], kindOf(parts[6])),
    'new(int year, int month, int day, int hour, int minute, int second, int millisecond)': (
      ...parts: [number, number, number, number, number, number, number]
    ) => withMilliseconds(makeDate(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]), parts[6]),
    'new(int year, int month, int day, int hour, int minute, int second, int millisecond, DateTimeKind kind)': (
      ...parts: [number, number, number, number, number, number, number, EnumValue]
    ) =>
      withMilliseconds(
        makeDate(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], kindOf(parts[7])),
        parts[6],
      ),
    'Year: int': (value: DateTime) => value.toDate().getUTCFullYear(),
    'Month: int': (value: DateTime) => value.toDate().getUTCMonth() + 1,
    'Day: int': (value: DateTime) => value.toDate().getUTCDate(),
    'Hour: int': (value: DateTime) => value.toDate().getUTCHours(),
    'Minute: int': (value: DateTime) => value.toDate().getUTCMinutes(),
    'Second: int': (value: DateTime) => value.toDate().getUTCSeconds(),
    'Millisecond: int': (value: DateTime) => value.toDate().getUTCMilliseconds(),
    'DayOfWeek: DayOfWeek': (value: DateTime) => {
      const index = value.toDate().getUTCDay();
      return new EnumValue('DayOfWeek', dayNames[index] as string, index);
    },
    'DayOfYear: int': (value: DateTime) =>
      Number((value.ticks - makeDate(value.toDate().getUTCFullYear(), 1, 1).ticks) / ticksPerDay) + 1,
    'Ticks: long': (value: DateTime) => value.ticks,
    'Kind: DateTimeKind': (value: DateTime) => new EnumValue('DateTimeKind', value.kind, kinds.indexOf(value.kind)),
    'Date: DateTime': (value: DateTime) => new DateTime(value.ticks - (value.ticks % ticksPerDay), value.kind),
    'TimeOfDay: TimeSpan': (value: DateTime) => new TimeSpan(value.ticks % ticksPerDay),
    'Add(TimeSpan value): DateTime': (value: DateTime, span: TimeSpan) => addTicks(value, span.ticks),
    'Subtract(TimeSpan value): DateTime': (value: DateTime, span: TimeSpan) => addTicks(value, -span.ticks),
    'Subtract(DateTime value): TimeSpan': (value: DateTime, other: DateTime) => new TimeSpan(value.ticks - other.ticks),
    'AddDays(double value): DateTime': (value: DateTime, amount: number) =>
      addTicks(value, scaled(amount, ticksPerDay)),
    'AddHours(double value): DateTime': (value: DateTime, amount: number) =>
      addTicks(value, scaled(amount, ticksPerDay / 24n)),
    'AddMinutes(double value): DateTime': (value: DateTime, amount: number) =>
      addTicks(value, scaled(amount, ticksPerSecond * 60n)),
    'AddSeconds(double value): DateTime': (value: DateTime, amount: number) =>
      addTicks(value, scaled(amount, ticksPerSecond)),
    'AddMilliseconds(double value): DateTime': (value: DateTime, amount: number) =>
      addTicks(value, scaled(amount, ticksPerMillisecond)),
    'AddTicks(long value): DateTime': addTicks,
    'AddMonths(int months): DateTime': addMonths,
    'AddYears(int value): DateTime': (value: DateTime, years: number) => addMonths(value, years * 12),
    'ToUniversalTime(): DateTime': (value: DateTime) => new DateTime(value.ticks, 'Utc'),
    'ToLocalTime(): DateTime': (value: DateTime) => new DateTime(value.ticks, 'Local'),
    'ToFileTimeUtc(): long': fileTime,
    'ToFileTime(): long': fileTime,
    'ToBinary(): long': (value: DateTime) =>
      BigInt.asIntN(64, value.ticks | (BigInt(kinds.indexOf(value.kind)) << 62n)),
    'ToOADate(): double': ({ ticks }: DateTime) =>
      ticks === 0n ? 0 : Number((ticks - oleEpoch) / ticksPerMillisecond) / 86_400_000,
    'IsDaylightSavingTime(): bool': () => false,
    'CompareTo(DateTime value): int': compare,
    'CompareTo(object value): int': compare,
    'Equals(DateTime value): bool': (value: DateTime, other: DateTime) => value.ticks === other.ticks,
    'static Equals(DateTime t1, DateTime t2): bool': (value: DateTime, other: DateTime) => value.ticks === other.ticks,
    'ToString(): string': (value: DateTime) => format(value),
    'ToString(string format): string': format,
    'ToString(IFormatProvider provider): string': (value: DateTime, provider: unknown) =>
      format(value, undefined, provider),
    'ToString(string format, IFormatProvider provider): string': format,
    'ToShortDateString(): string': (value: DateTime) => format(value, 'd'),
    'ToLongDateString(): string': (value: DateTime) => format(value, 'D'),
    'ToShortTimeString(): string': (value: DateTime) => format(value, 't'),
    'ToLongTimeString(): string': (value: DateTime) => format(value, 'T'),
  },
);
