import { ExpressionError } from '../errors.ts';
import { ticksPerDay } from './calendar.ts';
import { DateTime, DateTimeOffset, maxTicks, ticksPerMillisecond } from './time.ts';

/** What a text says of a moment, before `DateTimeStyles` say what becomes of it. */
export interface DateFields {
  /** The day, in ticks; undefined where the text names a time alone. */
  day: bigint | undefined;
  /** The time of the day, in ticks. */
  time: bigint;
  /** Minutes before UTC, `utc` for "Z" and "GMT", undefined where the text names no zone. */
  zone: number | 'utc' | undefined;
}

export const dateStyles = {
  None: 0,
  AllowLeadingWhite: 1,
  AllowTrailingWhite: 2,
  AllowInnerWhite: 4,
  AllowWhiteSpaces: 7,
  NoCurrentDateDefault: 8,
  AdjustToUniversal: 16,
  AssumeLocal: 32,
  AssumeUniversal: 64,
  RoundtripKind: 128,
} as const;

/** The moment as a `DateTime`: a zone makes it local time, which is UTC here. Undefined outside the calendar. */
export function dateOf(fields: DateFields, styles: number): DateTime | undefined {
  const { zone } = fields;
  const clock = clockOf(fields, styles);
  const ticks = clock - ticksOf(zone);
  if (!isInCalendar(ticks)) return undefined;
  const has = (style: keyof typeof dateStyles) => (styles & dateStyles[style]) !== 0;
  if (zone === undefined && !has('AssumeUniversal') && !has('AssumeLocal')) return new DateTime(ticks);
  const isUtc = has('AdjustToUniversal') || (zone === 'utc' && has('RoundtripKind'));
  return new DateTime(ticks, isUtc ? 'Utc' : 'Local');
}

/** The moment as a `DateTimeOffset`. Undefined outside the calendar. */
export function dateOffsetOf(fields: DateFields, styles: number): DateTimeOffset | undefined {
  const clock = clockOf(fields, styles);
  const utc = clock - ticksOf(fields.zone);
  if (!isInCalendar(utc) || !isInCalendar(clock)) return undefined;
  const adjusts = (styles & dateStyles.AdjustToUniversal) !== 0;
  return adjusts || typeof fields.zone !== 'number'
    ? new DateTimeOffset(utc, 0)
    : new DateTimeOffset(clock, fields.zone);
}

/** Throws ArgumentException for styles that contradict each other. */
export function checkStyles(styles: number): void {
  const { AssumeLocal, AssumeUniversal, AdjustToUniversal, RoundtripKind } = dateStyles;
  const both = AssumeLocal | AssumeUniversal;
  if ((styles & both) === both)
    throw contradiction('The DateTimeStyles values AssumeLocal and AssumeUniversal cannot be used together.');
  if ((styles & RoundtripKind) !== 0 && (styles & (both | AdjustToUniversal)) !== 0)
    throw contradiction(
      'The DateTimeStyles value RoundtripKind cannot be used with the values AssumeLocal, AssumeUniversal or AdjustToUniversal.',
    );
}

const contradiction = (text: string) => new ExpressionError('ArgumentException', `${text}\r\nParameter name: styles`);

function clockOf({ day, time }: DateFields, styles: number): bigint {
  if (day !== undefined) return day + time;
  if ((styles & dateStyles.NoCurrentDateDefault) !== 0) return time;
  const now = DateTime.fromMilliseconds(Date.now()).ticks;
  return now - (now % ticksPerDay) + time;
}

const ticksOf = (zone: DateFields['zone']) =>
  typeof zone === 'number' ? BigInt(zone) * 60_000n * ticksPerMillisecond : 0n;
const isInCalendar = (ticks: bigint) => ticks >= 0n && ticks <= maxTicks;

export const monthNames: readonly string[] = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
export const dayNames: readonly string[] = [
  ...['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
];

/** The index of a name that a text has in full or in three letters, in any case. */
export function indexOfName(names: readonly string[], text: string): number {
  const sought = text.toLowerCase();
  return names.findIndex((name) => name.toLowerCase() === sought || name.slice(0, 3).toLowerCase() === sought);
}

/** A year of two digits, as .NET Framework's invariant calendar reads it: up to 2029. */
export const fullYear = (year: number): number => (year >= 100 ? year : year < 30 ? 2000 + year : 1900 + year);

/** The ticks of a time of the day; undefined where there is none such. A fraction is rounded to a tick. */
export function timeTicks(hour: number, minute: number, second: number, fraction = ''): bigint | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const parts = fraction === '' ? 0 : Math.round(Number(`0.${fraction}`) * 10_000_000);
  return BigInt((hour * 60 + minute) * 60 + second) * 10_000_000n + BigInt(parts);
}

/** The hour of a clock with "AM" or "PM"; undefined where there is none such. */
export function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (/^a/i.test(half)) return hour > 12 ? undefined : hour % 12;
  return hour < 12 ? hour + 12 : hour;
}

/** A zone's minutes; undefined beyond 14 hours. */
export function zoneOf(sign: string, hours: number, minutes: number): number | undefined {
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > 14 * 60) return undefined;
  return sign === '-' ? -total : total;
}

/** Whether a day is the one of the week that its text names. */
export const isWeekday = (day: bigint, weekday: number): boolean =>
  weekday === -1 || Number((day / ticksPerDay + 1n) % 7n) === weekday;
