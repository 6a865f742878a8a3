import { ExpressionError } from '../errors.ts';
import { DateTime, ticksPerMillisecond, unixEpochTicks, type DateKind } from './time.ts';

/** Ticks of a day. */
export const ticksPerDay = 864_000_000_000n;
export const ticksPerSecond = 10_000_000n;
/** Where the clock of Windows' files begins. */
export const fileEpoch = 504_911_232_000_000_000n;

export function badDate(): never {
  throw new ExpressionError('FormatException', 'String was not recognized as a valid DateTime.');
}

/** What `AddDays(1.5)` adds: .NET rounds the amount to a millisecond. Throws ArgumentOutOfRangeException. */
export function scaled(amount: number, unit: bigint): bigint {
  const milliseconds = amount * (Number(unit) / 10_000);
  if (!(Math.abs(milliseconds) < 315_537_897_600_000))
    throw new ExpressionError('ArgumentOutOfRangeException', 'Value to add was out of range.\r\nParameter name: value');
  return BigInt(Math.trunc(milliseconds + (milliseconds >= 0 ? 0.5 : -0.5))) * ticksPerMillisecond;
}

/** The moment of a day and a time. Throws ArgumentOutOfRangeException where there is none such. */
export function makeDate(
  year: number,
  month: number,
  date: number,
  hour = 0,
  minute = 0,
  second = 0,
  kind: DateKind = 'Unspecified',
): DateTime {
  const ticks = dateTicks(year, month, date);
  const isTime = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
  if (ticks === undefined || !isTime)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      isTime
        ? 'Year, Month, and Day parameters describe an un-representable DateTime.'
        : 'Hour, Minute, and Second parameters describe an un-representable DateTime.',
    );
  return new DateTime(ticks + BigInt((hour * 60 + minute) * 60 + second) * ticksPerSecond, kind);
}

/** Throws ArgumentOutOfRangeException. */
export function withMilliseconds(made: DateTime, milliseconds: number): DateTime {
  if (milliseconds < 0 || milliseconds > 999)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Valid values are between 0 and 999, inclusive.\r\nParameter name: millisecond',
    );
  return addTicks(made, BigInt(milliseconds) * ticksPerMillisecond);
}

export function addTicks(value: DateTime, ticks: bigint): DateTime {
  const sum = value.ticks + ticks;
  if (sum < 0n || sum > 3_155_378_975_999_999_999n)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'The added or subtracted value results in an un-representable DateTime.\r\nParameter name: value',
    );
  return new DateTime(sum, value.kind);
}

/** The same day of another month, or its last. Throws ArgumentOutOfRangeException. */
export function addMonths(value: DateTime, months: number): DateTime {
  const date = value.toDate();
  const index = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  if (Math.abs(months) > 120_000 || year < 1 || year > 9999) return addTicks(value, 2n ** 63n);
  const moved = makeDate(year, month, Math.min(date.getUTCDate(), daysInMonth(year, month)));
  return new DateTime(moved.ticks + (value.ticks % ticksPerDay), value.kind);
}

/** Throws ArgumentOutOfRangeException. */
export function daysInMonth(year: number, month: number): number {
  if (month < 1 || month > 12)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Month must be between one and twelve.\r\nParameter name: month',
    );
  if (year < 1 || year > 9999)
    throw new ExpressionError(
      'ArgumentOutOfRangeException',
      'Year must be between 1 and 9999.\r\nParameter name: year',
    );
  return dateTicks(year, month, 31) ? 31 : dateTicks(year, month, 30) ? 30 : dateTicks(year, month, 29) ? 29 : 28;
}

/** The ticks at which a day begins; undefined if there is no such day. */
export function dateTicks(year: number, month: number, day: number): bigint | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  return BigInt(date.getTime()) * 10_000n + unixEpochTicks;
}
