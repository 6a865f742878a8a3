import { ExpressionError } from '../errors.ts';
import { ticksPerDay, ticksPerSecond } from './calendar.ts';
import { argumentNull } from './text-parts.ts';
import { TimeSpan, ticksPerMillisecond } from './time.ts';

export const ticksPerMinute = ticksPerSecond * 60n;
export const ticksPerHour = ticksPerMinute * 60n;

export const tooLong = () =>
  new ExpressionError('OverflowException', 'TimeSpan overflowed because the duration is too long.');

/** Throws OverflowException beyond 64 bits. */
export function ofTicks(ticks: bigint): TimeSpan {
  if (BigInt.asIntN(64, ticks) !== ticks) throw tooLong();
  return new TimeSpan(ticks);
}

/** Throws OverflowException. */
export const makeSpan = (days: number, hours: number, minutes: number, seconds: number, milliseconds = 0) =>
  ofTicks(
    BigInt(days) * ticksPerDay +
      BigInt(hours) * ticksPerHour +
      BigInt(minutes) * ticksPerMinute +
      BigInt(seconds) * ticksPerSecond +
      BigInt(milliseconds) * ticksPerMillisecond,
  );

/** `[-][d.]hh:mm[:ss[.fffffff]]` or a number of days. */
export function scanTimeSpan(text: string): TimeSpan | 'format' | 'overflow' {
  const match =
    /^\s*(-)?(?:(\d{1,8})|(?:(\d{1,8})(?:\.|:(?=\d+:\d+:\d)))?(\d{1,8}):(\d{1,8})(?::(\d{1,8})(?:\.(\d{1,7}))?)?)\s*$/.exec(
      text,
    );
  if (!match) return 'format';
  const [, sign, bare, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  // `25:00:00` has too many hours to be one of the clock, and is days, hours and minutes.
  if (Number(hours) > 23 && match[3] === undefined && match[6] !== undefined && fraction === '')
    return scanTimeSpan(`${sign ?? ''}${hours}.${minutes}:${seconds}`);
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59 || Number(bare ?? days) > 10_675_199)
    return 'overflow';
  const whole = makeSpan(Number(bare ?? days), Number(hours), Number(minutes), Number(seconds)).ticks;
  const ticks = whole + BigInt(fraction.padEnd(7, '0'));
  return new TimeSpan(sign ? -ticks : ticks);
}

/** `TimeSpan.Parse`. Throws FormatException or OverflowException. */
export function readTimeSpan(text: string | null): TimeSpan {
  if (text === null) throw argumentNull('input');
  const found = scanTimeSpan(text);
  if (found === 'format')
    throw new ExpressionError('FormatException', 'String was not recognized as a valid TimeSpan.');
  if (found === 'overflow')
    throw new ExpressionError(
      'OverflowException',
      'The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits.',
    );
  return found;
}
