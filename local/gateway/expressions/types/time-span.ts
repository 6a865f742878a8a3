import { ExpressionError } from '../../errors.ts';
import { ticksPerDay, ticksPerSecond } from '../calendar.ts';
import {
  makeSpan,
  mustSpan,
  ofTicks,
  readTimeSpan,
  scanExactTimeSpan,
  scanTimeSpan,
  ticksPerHour,
  ticksPerMinute,
  tooLong,
} from '../read-time-span.ts';
import { formatTimeSpan } from '../format-date.ts';
import { argumentNull } from '../text-parts.ts';
import { TimeSpan, ticksPerMillisecond } from '../time.ts';
import { typeTable } from '../type-table.ts';

type Out = (value: unknown) => void;
/** `TimeSpan.FromHours(1.5)`: rounded to a millisecond. */
const from = (unit: bigint) => (value: number) => {
  if (Number.isNaN(value))
    throw new ExpressionError('ArgumentException', 'TimeSpan does not accept floating point Not-a-Number values.');
  const milliseconds = value * Number(unit / ticksPerMillisecond);
  if (!(Math.abs(milliseconds) <= 922_337_203_685_477)) throw tooLong();
  return new TimeSpan(BigInt(Math.trunc(milliseconds + (value >= 0 ? 0.5 : -0.5))) * ticksPerMillisecond);
};

function settled(found: TimeSpan | 'format' | 'overflow', set: Out): boolean {
  const holds = found instanceof TimeSpan;
  set(holds ? found : new TimeSpan(0n));
  return holds;
}

/** By the first format that fits. Throws ArgumentNullException. */
function exactly(text: string | null, formats: readonly (string | null)[]): TimeSpan | 'format' | 'overflow' {
  if (text === null) throw argumentNull('input');
  let found: TimeSpan | 'format' | 'overflow' = 'format';
  for (const format of formats) {
    if (format === null) throw argumentNull('format');
    found = scanExactTimeSpan(text, format);
    if (found instanceof TimeSpan) break;
  }
  return found;
}

const part = (size: bigint, count: bigint) => (span: TimeSpan) => Number((span.ticks / size) % count);
/** Milliseconds of the longest span. */
const longest = 922_337_203_685_477;
const total = (size: bigint) => (span: TimeSpan) => Number(span.ticks) / Number(size);

function compare(left: TimeSpan, right: unknown): number {
  if (right === null) return 1;
  if (!(right instanceof TimeSpan)) throw new ExpressionError('ArgumentException', 'Object must be of type TimeSpan.');
  return left.ticks < right.ticks ? -1 : left.ticks > right.ticks ? 1 : 0;
}

export const timeSpanType = typeTable(
  'struct System.TimeSpan : IComparable, IComparable<TimeSpan>, IFormattable, IEquatable<TimeSpan>',
  {
    'static default: TimeSpan': () => new TimeSpan(0n),
    'new(long ticks)': (ticks: bigint) => new TimeSpan(ticks),
    'new(int hours, int minutes, int seconds)': (hours: number, minutes: number, seconds: number) =>
      makeSpan(0, hours, minutes, seconds),
    'new(int days, int hours, int minutes, int seconds)': (...parts: [number, number, number, number]) =>
      makeSpan(...parts),
    'new(int days, int hours, int minutes, int seconds, int milliseconds)': makeSpan,
    'static FromDays(double value): TimeSpan': from(ticksPerDay),
    'static FromHours(double value): TimeSpan': from(ticksPerHour),
    'static FromMinutes(double value): TimeSpan': from(ticksPerMinute),
    'static FromSeconds(double value): TimeSpan': from(ticksPerSecond),
    'static FromMilliseconds(double value): TimeSpan': from(ticksPerMillisecond),
    'static FromTicks(long value): TimeSpan': (value: bigint) => new TimeSpan(value),
    'static Zero: TimeSpan': () => new TimeSpan(0n),
    'static MaxValue: TimeSpan': () => new TimeSpan(2n ** 63n - 1n),
    'static MinValue: TimeSpan': () => new TimeSpan(-(2n ** 63n)),
    'const TicksPerMillisecond: long': () => ticksPerMillisecond,
    'const TicksPerSecond: long': () => ticksPerSecond,
    'const TicksPerMinute: long': () => ticksPerMinute,
    'const TicksPerHour: long': () => ticksPerHour,
    'const TicksPerDay: long': () => ticksPerDay,
    'static Parse(string s): TimeSpan': readTimeSpan,
    'static Parse(string input, IFormatProvider formatProvider): TimeSpan': readTimeSpan,
    'static TryParse(string s, out TimeSpan result): bool': (text: string | null, set: Out) =>
      settled(text === null ? 'format' : scanTimeSpan(text), set),
    'static TryParse(string input, IFormatProvider formatProvider, out TimeSpan result): bool': (
      text: string | null,
      _provider: unknown,
      set: Out,
    ) => settled(text === null ? 'format' : scanTimeSpan(text), set),
    'static ParseExact(string input, string format, IFormatProvider formatProvider): TimeSpan': (
      text: string | null,
      format: string | null,
    ) => mustSpan(exactly(text, [format])),
    'static ParseExact(string input, string[] formats, IFormatProvider formatProvider): TimeSpan': (
      text: string | null,
      formats: readonly (string | null)[],
    ) => mustSpan(exactly(text, formats)),
    'static TryParseExact(string input, string format, IFormatProvider formatProvider, out TimeSpan result): bool': (
      text: string | null,
      format: string | null,
      _provider: unknown,
      set: Out,
    ) => settled(text === null || format === null ? 'format' : exactly(text, [format]), set),
    'static TryParseExact(string input, string[] formats, IFormatProvider formatProvider, out TimeSpan result): bool': (
      text: string | null,
      formats: readonly (string | null)[],
      _provider: unknown,
      set: Out,
    ) => settled(text === null ? 'format' : exactly(text, formats), set),
    'static Compare(TimeSpan t1, TimeSpan t2): int': compare,
    'Days: int': (span: TimeSpan) => Number(span.ticks / ticksPerDay),
    'Hours: int': part(ticksPerHour, 24n),
    'Minutes: int': part(ticksPerMinute, 60n),
    'Seconds: int': part(ticksPerSecond, 60n),
    'Milliseconds: int': part(ticksPerMillisecond, 1000n),
    'Ticks: long': (span: TimeSpan) => span.ticks,
    'TotalDays: double': total(ticksPerDay),
    'TotalHours: double': total(ticksPerHour),
    'TotalMinutes: double': total(ticksPerMinute),
    'TotalSeconds: double': total(ticksPerSecond),
    'TotalMilliseconds: double': (span: TimeSpan) =>
      Math.max(-longest, Math.min(longest, total(ticksPerMillisecond)(span))),
    'Add(TimeSpan ts): TimeSpan': (span: TimeSpan, other: TimeSpan) => ofTicks(span.ticks + other.ticks),
    'Subtract(TimeSpan ts): TimeSpan': (span: TimeSpan, other: TimeSpan) => ofTicks(span.ticks - other.ticks),
    'Negate(): TimeSpan': (span: TimeSpan) => ofTicks(-span.ticks),
    'Duration(): TimeSpan': (span: TimeSpan) => ofTicks(span.ticks < 0n ? -span.ticks : span.ticks),
    'CompareTo(TimeSpan value): int': compare,
    'CompareTo(object value): int': compare,
    'Equals(TimeSpan obj): bool': (span: TimeSpan, other: TimeSpan) => span.ticks === other.ticks,
    'ToString(): string': (span: TimeSpan) => formatTimeSpan(span, undefined),
    'ToString(string format): string': (span: TimeSpan, text: string | null) => formatTimeSpan(span, text ?? undefined),
    'ToString(string format, IFormatProvider formatProvider): string': (span: TimeSpan, text: string | null) =>
      formatTimeSpan(span, text ?? undefined),
  },
);
