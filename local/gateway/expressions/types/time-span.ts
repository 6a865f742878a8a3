import { ExpressionError } from '../../errors.ts';
import { ticksPerDay, ticksPerSecond } from '../calendar.ts';
import { formatTimeSpan } from '../format-date.ts';
import { argumentNull } from '../text-parts.ts';
import { TimeSpan, ticksPerMillisecond } from '../time.ts';
import { typeTable } from '../type-table.ts';

type Out = (value: unknown) => void;
const minute = ticksPerSecond * 60n;
const hour = minute * 60n;

const tooLong = () =>
  new ExpressionError(
    'OverflowException',
    'TimeSpan overflowed because the duration is too long.',
  );

function ofTicks(ticks: bigint): TimeSpan {
  if (BigInt.asIntN(64, ticks) !== ticks) throw tooLong();
  return new TimeSpan(ticks);
}

/** `TimeSpan.FromHours(1.5)`: rounded to a millisecond. */
const from = (unit: bigint) => (value: number) => {
  if (Number.isNaN(value)) throw new ExpressionError('ArgumentException', 'TimeSpan does not accept floating point Not-a-Number values.');
  const milliseconds = value * Number(unit / ticksPerMillisecond);
  if (!(Math.abs(milliseconds) <= 922_337_203_685_477)) throw tooLong();
  return new TimeSpan(BigInt(Math.trunc(milliseconds + (value >= 0 ? 0.5 : -0.5))) * ticksPerMillisecond);
};

const made = (days: number, hours: number, minutes: number, seconds: number, milliseconds = 0) =>
  ofTicks(
    BigInt(days) * ticksPerDay +
      BigInt(hours) * hour +
      BigInt(minutes) * minute +
      BigInt(seconds) * ticksPerSecond +
      BigInt(milliseconds) * ticksPerMillisecond,
  );

/** `[-][d.]hh:mm[:ss[.fffffff]]` or a number of days. */
function read(text: string): TimeSpan | 'format' | 'overflow' {
  const match =
    /^\s*(-)?(?:(\d{1,8})|(?:(\d{1,8})(?:\.|:(?=\d+:\d+:\d)))?(\d{1,8}):(\d{1,8})(?::(\d{1,8})(?:\.(\d{1,7}))?)?)\s*$/.exec(text);
  if (!match) return 'format';
  const [, sign, bare, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  // `25:00:00` has too many hours to be one of the clock, and is days, hours and minutes.
  if (Number(hours) > 23 && match[3] === undefined && match[6] !== undefined && fraction === '')
    return read(`${sign ?? ''}${hours}.${minutes}:${seconds}`);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59 || Number(bare ?? days) > 10_675_199) return 'overflow';
  const whole = made(Number(bare ?? days), Number(hours), Number(minutes), Number(seconds)).ticks;
  const ticks = whole + BigInt(fraction.padEnd(7, '0'));
  return new TimeSpan(sign ? -ticks : ticks);
}

function parse(text: string | null): TimeSpan {
  if (text === null) throw argumentNull('input');
  const found = read(text);
  if (found === 'format') throw new ExpressionError('FormatException', 'String was not recognized as a valid TimeSpan.');
  if (found === 'overflow')
    throw new ExpressionError(
      'OverflowException',
      'The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits.',
    );
  return found;
}

const part = (size: bigint, count: bigint) => (span: TimeSpan) => Number((span.ticks / size) % count);
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
      made(0, hours, minutes, seconds),
    'new(int days, int hours, int minutes, int seconds)': (...parts: [number, number, number, number]) => made(...parts),
    'new(int days, int hours, int minutes, int seconds, int milliseconds)': made,
    'static FromDays(double value): TimeSpan': from(ticksPerDay),
    'static FromHours(double value): TimeSpan': from(hour),
    'static FromMinutes(double value): TimeSpan': from(minute),
    'static FromSeconds(double value): TimeSpan': from(ticksPerSecond),
    'static FromMilliseconds(double value): TimeSpan': from(ticksPerMillisecond),
    'static FromTicks(long value): TimeSpan': (value: bigint) => new TimeSpan(value),
    'static Zero: TimeSpan': () => new TimeSpan(0n),
    'static MaxValue: TimeSpan': () => new TimeSpan(2n ** 63n - 1n),
    'static MinValue: TimeSpan': () => new TimeSpan(-(2n ** 63n)),
    'const TicksPerMillisecond: long': () => ticksPerMillisecond,
    'const TicksPerSecond: long': () => ticksPerSecond,
    'const TicksPerMinute: long': () => minute,
    'const TicksPerHour: long': () => hour,
    'const TicksPerDay: long': () => ticksPerDay,
    'static Parse(string s): TimeSpan': parse,
    'static Parse(string input, IFormatProvider formatProvider): TimeSpan': parse,
    'static TryParse(string s, out TimeSpan result): bool': (text: string | null, set: Out) => {
      const found = text === null ? 'format' : read(text);
      const holds = found instanceof TimeSpan;
      set(holds ? found : new TimeSpan(0n));
      return holds;
    },
    'static Compare(TimeSpan t1, TimeSpan t2): int': compare,
    'Days: int': (span: TimeSpan) => Number(span.ticks / ticksPerDay),
    'Hours: int': part(hour, 24n),
    'Minutes: int': part(minute, 60n),
    'Seconds: int': part(ticksPerSecond, 60n),
    'Milliseconds: int': part(ticksPerMillisecond, 1000n),
    'Ticks: long': (span: TimeSpan) => span.ticks,
    'TotalDays: double': total(ticksPerDay),
    'TotalHours: double': total(hour),
    'TotalMinutes: double': total(minute),
    'TotalSeconds: double': total(ticksPerSecond),
    'TotalMilliseconds: double': total(ticksPerMillisecond),
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
