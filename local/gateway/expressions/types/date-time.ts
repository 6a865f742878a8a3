import { ExpressionError } from '../../errors.ts';
import {
  addMonths,
  addTicks,
  badDate,
  daysInMonth,
  makeDate,
  scaled,
  ticksPerDay,
  ticksPerSecond,
} from '../calendar.ts';
import { formatDate } from '../format-date.ts';
import { dateTicks, parseDate } from '../parse-date.ts';
import { parseExact } from '../parse-exact.ts';
import { argumentNull } from '../text-parts.ts';
import { DateTime, EnumValue, ticksPerMillisecond, TimeSpan, unixEpochTicks, type DateKind } from '../time.ts';
import { typeTable } from '../type-table.ts';

type Out = (value: unknown) => void;
const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const kinds: readonly DateKind[] = ['Unspecified', 'Utc', 'Local'];
const kindOf = (kind: EnumValue): DateKind => kinds[kind.value] ?? 'Unspecified';
const assumeUniversal = 64;
const assumeLocal = 32;
const adjustToUniversal = 16;
const roundtripKind = 128;

/** Read by the styles of `DateTime.Parse`: assume or adjust to UTC. */
function styled(value: DateTime | undefined, styles: EnumValue | undefined, text: string): DateTime | undefined {
  if (!value || !styles) return value;
  const has = (flag: number) => (styles.value & flag) !== 0;
  if (value.kind === 'Unspecified') {
    if (!has(assumeUniversal) && !has(assumeLocal)) return value;
    return new DateTime(value.ticks, has(adjustToUniversal) ? 'Utc' : 'Local');
  }
  if (has(adjustToUniversal)) return new DateTime(value.ticks, 'Utc');
  return has(roundtripKind) && /z\s*$/i.test(text) ? new DateTime(value.ticks, 'Utc') : value;
}

function parse(text: string | null, styles?: EnumValue): DateTime {
  if (text === null) throw argumentNull('s');
  return styled(parseDate(text), styles, text) ?? badDate();
}

function exactly(text: string | null, formats: unknown, styles?: EnumValue): DateTime | undefined {
  if (text === null) throw argumentNull('s');
  if (formats === null) throw argumentNull('format');
  for (const format of Array.isArray(formats) ? formats : [formats]) {
    const found = styled(parseExact(text, format as string), styles, text);
    if (found) return found;
  }
  return undefined;
}

function compare(left: DateTime, right: unknown): number {
  if (right === null) return 1;
  if (!(right instanceof DateTime)) throw new ExpressionError('ArgumentException', 'Object must be of type DateTime.');
  return left.ticks < right.ticks ? -1 : left.ticks > right.ticks ? 1 : 0;
}

function withMilliseconds(made: DateTime, milliseconds: number): DateTime {
  if (milliseconds < 0 || milliseconds > 999)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Valid values are between 0 and 999, inclusive.\r\nParameter name: millisecond',
    );
  return addTicks(made, BigInt(milliseconds) * ticksPerMillisecond);
}

const today = () => {
  const now = DateTime.fromMilliseconds(Date.now(), 'Local');
  return new DateTime(now.ticks - (now.ticks % ticksPerDay), 'Local');
};
const format = (value: DateTime, text?: string | null) => formatDate(value, text ?? undefined);
const tryExactly = (text: string | null, formats: unknown, styles: EnumValue, set: Out) => {
  const found = text === null || formats === null ? undefined : exactly(text, formats, styles);
  set(found ?? new DateTime(0n));
  return found !== undefined;
};

export const dateTimeType = typeTable(
  'struct System.DateTime : IComparable, IComparable<DateTime>, IFormattable, IConvertible, IEquatable<DateTime>',
  {
    'static default: DateTime': () => new DateTime(0n),
    'static UtcNow: DateTime': () => DateTime.fromMilliseconds(Date.now(), 'Utc'),
    'static Now: DateTime': () => DateTime.fromMilliseconds(Date.now(), 'Local'),
    'static Today: DateTime': today,
    'static MinValue: DateTime': () => new DateTime(0n),
    'static MaxValue: DateTime': () => new DateTime(3_155_378_975_999_999_999n),
    'static Parse(string s): DateTime': (text: string | null) => parse(text),
    'static Parse(string s, IFormatProvider provider): DateTime': (text: string | null) => parse(text),
    'static Parse(string s, IFormatProvider provider, DateTimeStyles styles): DateTime': (
      text: string | null,
      _provider: unknown,
      styles: EnumValue,
    ) => parse(text, styles),
    'static TryParse(string s, out DateTime result): bool': (text: string | null, set: Out) => {
      const found = text === null ? undefined : parseDate(text);
      set(found ?? new DateTime(0n));
      return found !== undefined;
    },
    'static TryParse(string s, IFormatProvider provider, DateTimeStyles styles, out DateTime result): bool': (
      text: string | null,
      _provider: unknown,
      styles: EnumValue,
      set: Out,
    ) => {
      const found = text === null ? undefined : styled(parseDate(text), styles, text);
      set(found ?? new DateTime(0n));
      return found !== undefined;
    },
    'static ParseExact(string s, string format, IFormatProvider provider): DateTime': (text: string, wanted: string) =>
      exactly(text, wanted) ?? badDate(),
    'static ParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style): DateTime': (
      text: string,
      wanted: string,
      _provider: unknown,
      styles: EnumValue,
    ) => exactly(text, wanted, styles) ?? badDate(),
    'static ParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style): DateTime': (
      text: string,
      wanted: string[],
      _provider: unknown,
      styles: EnumValue,
    ) => exactly(text, wanted, styles) ?? badDate(),
    'static TryParseExact(string s, string format, IFormatProvider provider, DateTimeStyles style, out DateTime result): bool':
      (text: string | null, wanted: string, _provider: unknown, styles: EnumValue, set: Out) =>
        tryExactly(text, wanted, styles, set),
    'static TryParseExact(string s, string[] formats, IFormatProvider provider, DateTimeStyles style, out DateTime result): bool':
      (text: string | null, wanted: string[], _provider: unknown, styles: EnumValue, set: Out) =>
        tryExactly(text, wanted, styles, set),
    'static SpecifyKind(DateTime value, DateTimeKind kind): DateTime': (value: DateTime, kind: EnumValue) =>
      new DateTime(value.ticks, kindOf(kind)),
    'static IsLeapYear(int year): bool': (year: number) => daysInMonth(year, 2) === 29,
    'static DaysInMonth(int year, int month): int': daysInMonth,
    'static Compare(DateTime t1, DateTime t2): int': compare,
    'static FromFileTimeUtc(long fileTime): DateTime': (ticks: bigint) =>
      new DateTime((dateTicks(1601, 1, 1) as bigint) + ticks, 'Utc'),
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
    'ToFileTimeUtc(): long': (value: DateTime) => value.ticks - (dateTicks(1601, 1, 1) as bigint),
    'ToBinary(): long': (value: DateTime) =>
      BigInt.asIntN(64, value.ticks | (BigInt(kinds.indexOf(value.kind)) << 62n)),
    'ToOADate(): double': (value: DateTime) =>
      Number(value.ticks - (unixEpochTicks - 25_569n * ticksPerDay)) / Number(ticksPerDay),
    'IsDaylightSavingTime(): bool': () => false,
    'CompareTo(DateTime value): int': compare,
    'CompareTo(object value): int': compare,
    'Equals(DateTime value): bool': (value: DateTime, other: DateTime) => value.ticks === other.ticks,
    'static Equals(DateTime t1, DateTime t2): bool': (value: DateTime, other: DateTime) => value.ticks === other.ticks,
    'ToString(): string': (value: DateTime) => format(value),
    'ToString(string format): string': format,
    'ToString(IFormatProvider provider): string': (value: DateTime) => format(value),
    'ToString(string format, IFormatProvider provider): string': format,
    'ToShortDateString(): string': (value: DateTime) => format(value, 'd'),
    'ToLongDateString(): string': (value: DateTime) => format(value, 'D'),
    'ToShortTimeString(): string': (value: DateTime) => format(value, 't'),
    'ToLongTimeString(): string': (value: DateTime) => format(value, 'T'),
  },
);
