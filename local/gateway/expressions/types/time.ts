import { ExpressionError } from '../../errors.ts';
import { formatDate, formatTimeSpan } from '../format-date.ts';
import { parseExact } from '../parse-exact.ts';
import { dateTicks, parseDate, parseDateOffset } from '../parse-date.ts';
import {
  DateTime,
  DateTimeOffset,
  EnumValue,
  TimeSpan,
  ticksPerMillisecond,
  unixEpochTicks,
  type DateKind,
} from '../time.ts';
import { typeTable } from '../type-table.ts';

type Out = (value: unknown) => void;
const day = 864_000_000_000n;
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

function badDate(): never {
  throw new ExpressionError('FormatException', 'String was not recognized as a valid DateTime.');
}

function scaled(amount: number, unit: bigint): bigint {
  return BigInt(Math.round(amount * (Number(unit) / 10_000))) * ticksPerMillisecond;
}

/** Part of `new DateTime(...)`: the day and the time, checked. */
function make(
  year: number,
  month: number,
  date: number,
  hour = 0,
  minute = 0,
  second = 0,
  kind: DateKind = 'Unspecified',
): DateTime {
  const ticks = dateTicks(year, month, date);
  if (ticks === undefined || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Year, Month, and Day parameters describe an un-representable DateTime.',
    );
  return new DateTime(ticks + BigInt((hour * 60 + minute) * 60 + second) * 10_000_000n, kind);
}

function addMonths(value: DateTime, months: number): DateTime {
  const date = value.toDate();
  const index = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const moved = make(year, month, Math.min(date.getUTCDate(), last));
  return new DateTime(moved.ticks + (value.ticks % day), value.kind);
}

const add = (value: DateTime, ticks: bigint) => new DateTime(value.ticks + ticks, value.kind);
/** Read by the styles of `DateTime.Parse`: assume or adjust to UTC. */
function styled(value: DateTime | undefined, styles: EnumValue | undefined): DateTime | undefined {
  if (!value || !styles) return value;
  if (/AdjustToUniversal|RoundtripKind/.test(styles.name) && value.kind === 'Local')
    return new DateTime(value.ticks, 'Utc');
  if (styles.name.includes('AssumeUniversal') && value.kind === 'Unspecified')
    return new DateTime(value.ticks, styles.name.includes('AdjustToUniversal') ? 'Utc' : 'Local');
  return value;
}

export const dateTimeType = typeTable('DateTime', {
  'static UtcNow: DateTime': () => DateTime.fromMilliseconds(Date.now(), 'Utc'),
  'static Now: DateTime': () => DateTime.fromMilliseconds(Date.now(), 'Local'),
  'static Today: DateTime': () => {
    const now = DateTime.fromMilliseconds(Date.now(), 'Local');
    return new DateTime(now.ticks - (now.ticks % day), 'Local');
  },
  'static MinValue: DateTime': () => new DateTime(0n),
  'static MaxValue: DateTime': () => new DateTime(3_155_378_975_999_999_999n),
  'static Parse(string text): DateTime': (text: string) => parseDate(text) ?? badDate(),
  'static Parse(string text, CultureInfo culture, DateTimeStyles styles?): DateTime': (
    text: string,
    _culture: unknown,
    styles?: EnumValue,
  ) => styled(parseDate(text), styles) ?? badDate(),
  'static TryParse(string text, out value): bool': (text: string | null, set: Out) => {
    const found = text === null ? undefined : parseDate(text);
    set(found ?? new DateTime(0n));
    return found !== undefined;
  },
  'static ParseExact(string text, string format, CultureInfo culture, DateTimeStyles styles?): DateTime': (
    text: string,
    format: string,
    _culture: unknown,
    styles?: EnumValue,
  ) => styled(parseExact(text, format), styles) ?? badDate(),
  'static SpecifyKind(DateTime value, DateTimeKind kind): DateTime': (value: DateTime, kind: EnumValue) =>
    new DateTime(value.ticks, kind.name as DateKind),
  'static IsLeapYear(int year): bool': (year: number) => dateTicks(year, 2, 29) !== undefined,
  'static DaysInMonth(int year, int month): int': (year: number, month: number) =>
    new Date(Date.UTC(year, month, 0)).getUTCDate(),
  'static Compare(DateTime left, DateTime right): int': (left: DateTime, right: DateTime) =>
    left.ticks < right.ticks ? -1 : left.ticks > right.ticks ? 1 : 0,
  'new(int year, int month, int day, int hour?, int minute?, int second?): DateTime': make,
  'new(int year, int month, int day, int hour, int minute, int second, DateTimeKind kind): DateTime': (
    y: number,
    m: number,
    d: number,
    h: number,
    i: number,
    s: number,
    kind: EnumValue,
  ) => make(y, m, d, h, i, s, kind.name as DateKind),
  'new(int year, int month, int day, int hour, int minute, int second, int millisecond): DateTime': (
    y: number,
    m: number,
    d: number,
    h: number,
    i: number,
    s: number,
    ms: number,
  ) => add(make(y, m, d, h, i, s), BigInt(ms) * ticksPerMillisecond),
  'new(long ticks): DateTime': (ticks: bigint) => new DateTime(ticks),
  'Year: int': (value: DateTime) => value.toDate().getUTCFullYear(),
  'Month: int': (value: DateTime) => value.toDate().getUTCMonth() + 1,
  'Day: int': (value: DateTime) => value.toDate().getUTCDate(),
  'Hour: int': (value: DateTime) => value.toDate().getUTCHours(),
  'Minute: int': (value: DateTime) => value.toDate().getUTCMinutes(),
  'Second: int': (value: DateTime) => value.toDate().getUTCSeconds(),
  'Millisecond: int': (value: DateTime) => value.toDate().getUTCMilliseconds(),
  'DayOfWeek: DayOfWeek': (value: DateTime) =>
    new EnumValue('DayOfWeek', days[value.toDate().getUTCDay()] as string, value.toDate().getUTCDay()),
  'DayOfYear: int': (value: DateTime) =>
    Number((value.ticks - make(value.toDate().getUTCFullYear(), 1, 1).ticks) / day) + 1,
  'Ticks: long': (value: DateTime) => value.ticks,
  'Kind: DateTimeKind': (value: DateTime) =>
    new EnumValue('DateTimeKind', value.kind, ['Unspecified', 'Utc', 'Local'].indexOf(value.kind)),
  'Date: DateTime': (value: DateTime) => new DateTime(value.ticks - (value.ticks % day), value.kind),
  'TimeOfDay: TimeSpan': (value: DateTime) => new TimeSpan(value.ticks % day),
  'Add(TimeSpan span): DateTime': (value: DateTime, span: TimeSpan) => add(value, span.ticks),
  'Subtract(TimeSpan span): DateTime': (value: DateTime, span: TimeSpan) => add(value, -span.ticks),
  'Subtract(DateTime other): TimeSpan': (value: DateTime, other: DateTime) => new TimeSpan(value.ticks - other.ticks),
  'AddDays(double days): DateTime': (value: DateTime, amount: number) => add(value, scaled(amount, day)),
  'AddHours(double hours): DateTime': (value: DateTime, amount: number) => add(value, scaled(amount, day / 24n)),
  'AddMinutes(double minutes): DateTime': (value: DateTime, amount: number) => add(value, scaled(amount, 600_000_000n)),
  'AddSeconds(double seconds): DateTime': (value: DateTime, amount: number) => add(value, scaled(amount, 10_000_000n)),
  'AddMilliseconds(double milliseconds): DateTime': (value: DateTime, amount: number) =>
    add(value, scaled(amount, ticksPerMillisecond)),
  'AddTicks(long ticks): DateTime': (value: DateTime, ticks: bigint) => add(value, ticks),
  'AddMonths(int months): DateTime': addMonths,
  'AddYears(int years): DateTime': (value: DateTime, years: number) => addMonths(value, years * 12),
  'ToUniversalTime(): DateTime': (value: DateTime) => new DateTime(value.ticks, 'Utc'),
  'ToLocalTime(): DateTime': (value: DateTime) => new DateTime(value.ticks, 'Local'),
  'CompareTo(DateTime other): int': (value: DateTime, other: DateTime) =>
    value.ticks < other.ticks ? -1 : value.ticks > other.ticks ? 1 : 0,
  'ToString(string format?): string': formatDate,
  'ToString(string format, CultureInfo culture): string': (value: DateTime, format: string) =>
    formatDate(value, format),
  'ToString(CultureInfo culture): string': (value: DateTime) => formatDate(value, undefined),
  'ToShortDateString(): string': (value: DateTime) => formatDate(value, 'd'),
  'ToLongDateString(): string': (value: DateTime) => formatDate(value, 'D'),
  'ToShortTimeString(): string': (value: DateTime) => formatDate(value, 't'),
  'ToLongTimeString(): string': (value: DateTime) => formatDate(value, 'T'),
});

const unixOf = (value: DateTimeOffset, unit: bigint) => {
  const ticks = value.utcTicks - unixEpochTicks;
  return ticks < 0n && ticks % unit !== 0n ? ticks / unit - 1n : ticks / unit;
};

export const dateTimeOffsetType = typeTable('DateTimeOffset', {
  'static UtcNow: DateTimeOffset': () => new DateTimeOffset(DateTime.fromMilliseconds(Date.now()).ticks, 0),
  'static Now: DateTimeOffset': () => new DateTimeOffset(DateTime.fromMilliseconds(Date.now()).ticks, 0),
  'static Parse(string text): DateTimeOffset': (text: string) => parseDateOffset(text) ?? badDate(),
  'static TryParse(string text, out value): bool': (text: string | null, set: Out) => {
    const found = text === null ? undefined : parseDateOffset(text);
    set(found ?? new DateTimeOffset(0n, 0));
    return found !== undefined;
  },
  'static FromUnixTimeSeconds(long seconds): DateTimeOffset': (seconds: bigint) =>
    new DateTimeOffset(unixEpochTicks + seconds * 10_000_000n, 0),
  'static FromUnixTimeMilliseconds(long milliseconds): DateTimeOffset': (milliseconds: bigint) =>
    new DateTimeOffset(unixEpochTicks + milliseconds * ticksPerMillisecond, 0),
  'new(DateTime value): DateTimeOffset': (value: DateTime) => new DateTimeOffset(value.ticks, 0),
  'ToUnixTimeSeconds(): long': (value: DateTimeOffset) => unixOf(value, 10_000_000n),
  'ToUnixTimeMilliseconds(): long': (value: DateTimeOffset) => unixOf(value, ticksPerMillisecond),
  'DateTime: DateTime': (value: DateTimeOffset) => new DateTime(value.ticks),
  'UtcDateTime: DateTime': (value: DateTimeOffset) => new DateTime(value.utcTicks, 'Utc'),
  'Offset: TimeSpan': (value: DateTimeOffset) => new TimeSpan(BigInt(value.offsetMinutes) * 600_000_000n),
  'Ticks: long': (value: DateTimeOffset) => value.ticks,
  'AddDays(double days): DateTimeOffset': (value: DateTimeOffset, amount: number) =>
    new DateTimeOffset(value.ticks + scaled(amount, day), value.offsetMinutes),
  'AddHours(double hours): DateTimeOffset': (value: DateTimeOffset, amount: number) =>
    new DateTimeOffset(value.ticks + scaled(amount, day / 24n), value.offsetMinutes),
  'AddMinutes(double minutes): DateTimeOffset': (value: DateTimeOffset, amount: number) =>
    new DateTimeOffset(value.ticks + scaled(amount, 600_000_000n), value.offsetMinutes),
  'AddSeconds(double seconds): DateTimeOffset': (value: DateTimeOffset, amount: number) =>
    new DateTimeOffset(value.ticks + scaled(amount, 10_000_000n), value.offsetMinutes),
  'ToUniversalTime(): DateTimeOffset': (value: DateTimeOffset) => new DateTimeOffset(value.utcTicks, 0),
  'ToString(string format?): string': formatDate,
  'ToString(string format, CultureInfo culture): string': (value: DateTimeOffset, format: string) =>
    formatDate(value, format),
});

const part = (span: TimeSpan, size: bigint, count: bigint) => Number((span.ticks / size) % count);
const total = (span: TimeSpan, size: bigint) => Number(span.ticks) / Number(size);

export const timeSpanType = typeTable('TimeSpan', {
  'new(int hours, int minutes, int seconds): TimeSpan': (h: number, m: number, s: number) =>
    new TimeSpan(BigInt((h * 60 + m) * 60 + s) * 10_000_000n),
  'new(int days, int hours, int minutes, int seconds): TimeSpan': (d: number, h: number, m: number, s: number) =>
    new TimeSpan(BigInt(((d * 24 + h) * 60 + m) * 60 + s) * 10_000_000n),
  'new(long ticks): TimeSpan': (ticks: bigint) => new TimeSpan(ticks),
  'static FromDays(double value): TimeSpan': (value: number) => new TimeSpan(scaled(value, day)),
  'static FromHours(double value): TimeSpan': (value: number) => new TimeSpan(scaled(value, day / 24n)),
  'static FromMinutes(double value): TimeSpan': (value: number) => new TimeSpan(scaled(value, 600_000_000n)),
  'static FromSeconds(double value): TimeSpan': (value: number) => new TimeSpan(scaled(value, 10_000_000n)),
  'static FromMilliseconds(double value): TimeSpan': (value: number) =>
    new TimeSpan(scaled(value, ticksPerMillisecond)),
  'static FromTicks(long value): TimeSpan': (value: bigint) => new TimeSpan(value),
  'static Zero: TimeSpan': () => new TimeSpan(0n),
  'Days: int': (span: TimeSpan) => Number(span.ticks / day),
  'Hours: int': (span: TimeSpan) => part(span, day / 24n, 24n),
  'Minutes: int': (span: TimeSpan) => part(span, 600_000_000n, 60n),
  'Seconds: int': (span: TimeSpan) => part(span, 10_000_000n, 60n),
  'Milliseconds: int': (span: TimeSpan) => part(span, ticksPerMillisecond, 1000n),
  'Ticks: long': (span: TimeSpan) => span.ticks,
  'TotalDays: double': (span: TimeSpan) => total(span, day),
  'TotalHours: double': (span: TimeSpan) => total(span, day / 24n),
  'TotalMinutes: double': (span: TimeSpan) => total(span, 600_000_000n),
  'TotalSeconds: double': (span: TimeSpan) => total(span, 10_000_000n),
  'TotalMilliseconds: double': (span: TimeSpan) => total(span, ticksPerMillisecond),
  'Add(TimeSpan other): TimeSpan': (span: TimeSpan, other: TimeSpan) => new TimeSpan(span.ticks + other.ticks),
  'Subtract(TimeSpan other): TimeSpan': (span: TimeSpan, other: TimeSpan) => new TimeSpan(span.ticks - other.ticks),
  'Negate(): TimeSpan': (span: TimeSpan) => new TimeSpan(-span.ticks),
  'Duration(): TimeSpan': (span: TimeSpan) => new TimeSpan(span.ticks < 0n ? -span.ticks : span.ticks),
  'ToString(string format?): string': formatTimeSpan,
});
