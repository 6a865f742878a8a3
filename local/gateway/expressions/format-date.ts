import { ExpressionError } from '../errors.ts';
import { dayNames, monthNames } from './date-fields.ts';
import type { DateTime } from './time.ts';
import { DateTimeOffset, ticksPerMillisecond, unixEpochTicks, type TimeSpan } from './time.ts';

const standard: Readonly<Record<string, string>> = {
  d: 'MM/dd/yyyy',
  D: 'dddd, dd MMMM yyyy',
  f: 'dddd, dd MMMM yyyy HH:mm',
  F: 'dddd, dd MMMM yyyy HH:mm:ss',
  g: 'MM/dd/yyyy HH:mm',
  G: 'MM/dd/yyyy HH:mm:ss',
  M: 'MMMM dd',
  m: 'MMMM dd',
  o: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  O: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  R: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  r: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  s: "yyyy-MM-dd'T'HH:mm:ss",
  t: 'HH:mm',
  T: 'HH:mm:ss',
  u: "yyyy-MM-dd HH:mm:ss'Z'",
  U: 'dddd, dd MMMM yyyy HH:mm:ss',
  Y: 'yyyy MMMM',
  y: 'yyyy MMMM',
};

/** Where the American culture differs from the invariant one. */
const american: Readonly<Record<string, string>> = {
  d: 'M/d/yyyy',
  D: 'dddd, MMMM d, yyyy',
  f: 'dddd, MMMM d, yyyy h:mm tt',
  F: 'dddd, MMMM d, yyyy h:mm:ss tt',
  g: 'M/d/yyyy h:mm tt',
  G: 'M/d/yyyy h:mm:ss tt',
  M: 'MMMM d',
  m: 'MMMM d',
  t: 'h:mm tt',
  T: 'h:mm:ss tt',
  U: 'dddd, MMMM d, yyyy h:mm:ss tt',
  Y: 'MMMM yyyy',
  y: 'MMMM yyyy',
};

/** What a format of one letter stands for. */
export const standardPattern = (letter: string): string | undefined => standard[letter];

/** A moment's text in the invariant culture, or in the American one. Throws FormatException for an unknown format. */
export function formatDate(value: DateTime | DateTimeOffset, format: string | undefined, isAmerican = false): string {
  const isOffset = value instanceof DateTimeOffset;
  let pattern = format || (isOffset ? (isAmerican ? 'M/d/yyyy h:mm:ss tt zzz' : 'MM/dd/yyyy HH:mm:ss zzz') : 'G');
  let moment = value;
  if (pattern.length === 1) {
    const known = (isAmerican ? american[pattern] : undefined) ?? standardPattern(pattern);
    if (!known) throw new ExpressionError('FormatException', 'Input string was not in a correct format.');
    if (isOffset && /[rRu]/.test(pattern)) moment = new DateTimeOffset(value.utcTicks, 0);
    pattern = known;
  }
  if (/%(?:%|$)/.test(pattern))
    throw new ExpressionError('FormatException', 'Input string was not in a correct format.');
  return customDate(moment, pattern.startsWith('%') ? pattern.slice(1) : pattern);
}

const unclosed = (quote: string) =>
  new ExpressionError('FormatException', `Cannot find a matching quote character for the character '${quote}'.`);

function customDate(value: DateTime | DateTimeOffset, pattern: string): string {
  const fraction = value.ticks % 10_000_000n;
  const date = new Date(
    Number((value.ticks - unixEpochTicks - (value.ticks % ticksPerMillisecond)) / ticksPerMillisecond),
  );
  return pattern
    .replace(/\\.|'[^']*'|"[^"]*"|([dfFghHKmMstyz])\1*|./gs, (piece) => {
      if (piece.startsWith('\\')) return piece.slice(1);
      if (/^['"]/.test(piece)) {
        if (piece.length < 2) throw unclosed(piece);
        return piece.slice(1, -1);
      }
      return datePart(piece, date, fraction, value);
    })
    .replace(/\.?\uFFFF/g, '');
}

function datePart(piece: string, date: Date, fraction: bigint, value: DateTime | DateTimeOffset): string {
  const { length } = piece;
  const two = (number: number) => String(number).padStart(Math.min(length, 2), '0');
  const hour = date.getUTCHours();
  switch (piece[0]) {
    case 'y':
      return length <= 2 ? two(date.getUTCFullYear() % 100) : String(date.getUTCFullYear()).padStart(length, '0');
    case 'M': {
      const name = monthNames[date.getUTCMonth()] as string;
      return length > 3 ? name : length === 3 ? name.slice(0, 3) : two(date.getUTCMonth() + 1);
    }
    case 'd': {
      const name = dayNames[date.getUTCDay()] as string;
      return length > 3 ? name : length === 3 ? name.slice(0, 3) : two(date.getUTCDate());
    }
    case 'H':
      return two(hour);
    case 'h':
      return two(hour % 12 || 12);
    case 'm':
      return two(date.getUTCMinutes());
    case 's':
      return two(date.getUTCSeconds());
    case 't':
      return (hour < 12 ? 'AM' : 'PM').slice(0, length);
    case 'f':
      return String(fraction).padStart(7, '0').slice(0, length);
    case 'F':
      // The mark lets the caller drop a "." with nothing after it.
      return String(fraction).padStart(7, '0').slice(0, length).replace(/0+$/, '') || '\uFFFF';
    case 'K':
      return value instanceof DateTimeOffset || value.kind === 'Local'
        ? zone(value, 3)
        : value.kind === 'Utc'
          ? 'Z'
          : '';
    case 'z':
      return zone(value, length);
    case 'g':
      return 'A.D.';
    default:
      return piece;
  }
}

function zone(value: DateTime | DateTimeOffset, length: number): string {
  const minutes = value instanceof DateTimeOffset ? value.offsetMinutes : 0;
  const sign = minutes < 0 ? '-' : '+';
  const hours = Math.floor(Math.abs(minutes) / 60);
  if (length === 1) return `${sign}${hours}`;
  const text = `${sign}${String(hours).padStart(2, '0')}`;
  return length === 2 ? text : `${text}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
}

/** `c` (the default), `g`, `G` or a custom format. */
export function formatTimeSpan(value: TimeSpan, format: string | undefined): string {
  const negative = value.ticks < 0n;
  const ticks = negative ? -value.ticks : value.ticks;
  const part = (size: bigint, count: bigint) => Number((ticks / size) % count);
  const day = Number(ticks / 864_000_000_000n);
  const hour = part(36_000_000_000n, 24n);
  const minute = part(600_000_000n, 60n);
  const second = part(10_000_000n, 60n);
  const fraction = String(ticks % 10_000_000n).padStart(7, '0');
  const pad = (number: number, length = 2) => String(number).padStart(length, '0');
  const sign = negative ? '-' : '';
  if (!format || /^[ctT]$/.test(format)) {
    const rest = Number(fraction) ? `.${fraction}` : '';
    return `${sign}${day ? `${day}.` : ''}${pad(hour)}:${pad(minute)}:${pad(second)}${rest}`;
  }
  if (format === 'g') {
    const rest = Number(fraction) ? `.${fraction.replace(/0+$/, '')}` : '';
    return `${sign}${day ? `${day}:` : ''}${hour}:${pad(minute)}:${pad(second)}${rest}`;
  }
  if (format === 'G') return `${sign}${day}:${pad(hour)}:${pad(minute)}:${pad(second)}.${fraction}`;
  const numbers: Readonly<Record<string, number>> = { d: day, h: hour, m: minute, s: second };
  return format.replace(/\\.|'[^']*'|"[^"]*"|%|([dhmsfF])\1*|./gs, (piece) => {
    if (piece.startsWith('\\')) return piece.slice(1);
    if (piece === '%') return '';
    if (/^['"]/.test(piece)) return piece.slice(1, -1);
    if (piece[0] === 'f') return fraction.slice(0, piece.length);
    if (piece[0] === 'F') return fraction.slice(0, piece.length).replace(/0+$/, '');
    const number = numbers[piece[0] as string];
    if (number === undefined) throw new ExpressionError('FormatException', 'Input string was not in a correct format.');
    return pad(number, piece.length);
  });
}
