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
    /^\s*(-)?(?:(\d{1,8})|(?:(\d{1,8})(?:\.|:(?=\d+:\d+:\d)))?(\d{1,8}):(\d{1,8})(?::(\d{1,8})(?:\.(\d+))?)?)\s*$/.exec(
      text,
    );
  if (!match) return 'format';
  const [, sign, bare, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  // `25:00:00` has too many hours to be one of the clock, and is days, hours and minutes.
  if (Number(hours) > 23 && match[3] === undefined && match[6] !== undefined && fraction === '')
    return scanTimeSpan(`${sign ?? ''}${hours}.${minutes}:${seconds}`);
  if (
    Number(hours) > 23 ||
    Number(minutes) > 59 ||
    Number(seconds) > 59 ||
    Number(bare ?? days) > 10_675_199 ||
    fraction.length > 7
  )
    return 'overflow';
  const whole = makeSpan(Number(bare ?? days), Number(hours), Number(minutes), Number(seconds)).ticks;
  const ticks = whole + BigInt(fraction.padEnd(7, '0'));
  return new TimeSpan(sign ? -ticks : ticks);
}

const exactPieces = /\\.|'[^']*'|"[^"]*"|%|([dhmsfF])\1*|./gs;
const exactStandard: Readonly<Record<string, RegExp>> = {
  g: /^(-)?(?:(\d{1,8}):)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/,
  G: /^(-)?(\d{1,8}):(\d{2}):(\d{2}):(\d{2})\.(\d{7})$/,
};

/** `TimeSpan.ParseExact`, whose format says where the parts stand. */
export function scanExactTimeSpan(text: string, format: string): TimeSpan | 'format' | 'overflow' {
  if (/^[ctT]$/.test(format)) return /^\s|\s$/.test(text) ? 'format' : scanTimeSpan(text);
  const standard = exactStandard[format];
  if (standard) {
    const [found, sign, days, hours, minutes, seconds, fraction] = standard.exec(text) ?? [];
    return found === undefined ? 'format' : spanOf({ d: days, h: hours, m: minutes, s: seconds, f: fraction }, sign);
  }
  const names: string[] = [];
  const pattern = (format.match(exactPieces) ?? []).map((piece) => {
    if (piece === '%') return '';
    if (!/^[dhmsfF]/.test(piece)) return escapePattern(piece.replace(/^\\|^['"]|['"]$/g, ''));
    const [letter = '', length] = [piece[0], piece.length];
    names.push(letter.toLowerCase());
    if (letter === 'f') return `(\\d{${length}})`;
    if (letter === 'F') return `(\\d{0,${length}})`;
    return length === 1 ? (letter === 'd' ? '(\\d{1,8})' : '(\\d{1,2})') : `(\\d{${length}})`;
  });
  const match = new RegExp(`^${pattern.join('')}$`).exec(text);
  return match ? spanOf(Object.fromEntries(names.map((name, i) => [name, match[i + 1]])), undefined) : 'format';
}

const escapePattern = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function spanOf(parts: Readonly<Record<string, string | undefined>>, sign: string | undefined): TimeSpan | 'overflow' {
  const [days, hours, minutes, seconds] = ['d', 'h', 'm', 's'].map((name) => Number(parts[name] ?? 0));
  if ((days ?? 0) > 10_675_199 || (hours ?? 0) > 23 || (minutes ?? 0) > 59 || (seconds ?? 0) > 59) return 'overflow';
  const whole = makeSpan(days ?? 0, hours ?? 0, minutes ?? 0, seconds ?? 0).ticks;
  const ticks = whole + BigInt((parts['f'] ?? '').padEnd(7, '0'));
  return new TimeSpan(sign ? -ticks : ticks);
}

/** `TimeSpan.Parse`. Throws FormatException or OverflowException. */
export function readTimeSpan(text: string | null): TimeSpan {
  if (text === null) throw argumentNull('input');
  return mustSpan(scanTimeSpan(text));
}

/** Throws FormatException or OverflowException for what was no span. */
export function mustSpan(found: TimeSpan | 'format' | 'overflow'): TimeSpan {
  if (found === 'format')
    throw new ExpressionError('FormatException', 'String was not recognized as a valid TimeSpan.');
  if (found === 'overflow')
    throw new ExpressionError(
      'OverflowException',
      'The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits.',
    );
  return found;
}
