import { ExpressionError } from '../errors.ts';
import { argumentNull } from './text-parts.ts';
import { DateTime, ticksPerMillisecond, unixEpochTicks } from './time.ts';
import { placeOfZone } from './windows-zones.ts';

const minute = 60_000;
const day = 86_400_000;
const ticksPerMinute = BigInt(minute) * ticksPerMillisecond;

/** What a time that a zone's clocks show stands for, in minutes from UTC. */
interface Reading {
  offset: number;
  /** The clocks jump over it. */
  invalid: boolean;
  /** The clocks show it twice: it is read as standard time. */
  ambiguous: boolean;
}

/** .NET's `TimeZoneInfo`, with the rules that the runtime's own time zones have. */
export class TimeZone {
  readonly id: string;
  readonly #place: string;
  #format: Intl.DateTimeFormat | undefined;

  /** @param place - of the IANA database */
  constructor(id: string, place: string) {
    this.id = id;
    this.#place = place;
  }

  /** Minutes from UTC at a moment in milliseconds. */
  offsetAt(moment: number): number {
    // Windows knows no older rules, and before them local mean times were in use.
    if (moment < 0) return this.standardOffset(0);
    return this.#offset(moment);
  }

  /** Minutes from UTC, without what summer adds, in the year of a moment in milliseconds. */
  standardOffset(moment: number): number {
    const year = new Date(moment).getUTCFullYear();
    return Math.min(this.#offset(Date.UTC(year, 0, 1)), this.#offset(Date.UTC(year, 6, 1)));
  }

  /** Whether it had summer times since 2000, which are those that Windows has rules for. */
  hasSummer(now: number): boolean {
    for (let year = 2000; year <= new Date(now).getUTCFullYear(); year++)
      if (this.#offset(Date.UTC(year, 0, 1)) !== this.#offset(Date.UTC(year, 6, 1))) return true;
    return false;
  }

  read(ticks: bigint): Reading {
    const shown = Number((ticks - unixEpochTicks) / ticksPerMillisecond);
    const around = [...new Set([this.offsetAt(shown - day), this.offsetAt(shown + day)])];
    const fitting = around.filter((offset) => this.offsetAt(shown - offset * minute) === offset);
    return {
      offset: Math.min(...(fitting.length > 0 ? fitting : around)),
      invalid: fitting.length === 0,
      ambiguous: fitting.length > 1,
    };
  }

  /** What the clocks show at a moment of UTC. */
  shownAt(utcTicks: bigint): bigint {
    const offset = this.offsetAt(millisecondsOf(utcTicks));
    const shown = utcTicks + BigInt(offset) * ticksPerMinute;
    const last = 3_155_378_975_999_999_999n;
    return shown < 0n ? 0n : shown > last ? last : shown;
  }

  /** `Equals`: zones of one name have the same rules here. */
  equals(other: unknown): boolean {
    return other instanceof TimeZone && other.id.toLowerCase() === this.id.toLowerCase();
  }

  toNetString(): string {
    return this.id;
  }

  #offset(moment: number): number {
    if (this.#place === 'UTC') return 0;
    this.#format ??= new Intl.DateTimeFormat('en-US', {
      timeZone: this.#place,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    const parts = new Map(this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return Math.round((shown - Math.floor(moment / 1000) * 1000) / minute);
  }
}

export const utc = new TimeZone('UTC', 'UTC');
/** Where API Management runs the clocks show UTC, but .NET tells the zone from `Utc`. */
export const local = new TimeZone('UTC', 'UTC');
const found = new Map<string, TimeZone>();

/** The zone of a name of Windows or of the IANA database. Throws TimeZoneNotFoundException. */
export function findZone(id: string | null): TimeZone {
  if (id === null) throw argumentNull('id');
  if (id.toLowerCase() === 'utc') return utc;
  const key = id.toLowerCase();
  const known = found.get(key);
  if (known) return known;
  const place = placeOfZone(id) ?? (/^[a-z]\w*(?:[/+-]\w+)*$/i.test(id) ? id : undefined);
  const made = place && isPlace(place) ? new TimeZone(id, place) : undefined;
  if (!made)
    throw new ExpressionError(
      'TimeZoneNotFoundException',
      `The time zone ID '${id}' was not found on the local computer.`,
    );
  found.set(key, made);
  return made;
}

function isPlace(place: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: place }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const kindOf = (zone: TimeZone) => (zone === utc ? 'Utc' : zone === local ? 'Local' : 'Unspecified');

/** The zone in which a date without another is read. */
export const zoneOf = (date: DateTime): TimeZone => (date.kind === 'Utc' ? utc : local);

/** What the clocks of one zone show when those of another show `date`. Throws ArgumentException. */
export function convertTime(date: DateTime, source: TimeZone | null, target: TimeZone | null): DateTime {
  if (!source) throw argumentNull('sourceTimeZone');
  if (!target) throw argumentNull('destinationTimeZone');
  if (date.kind !== 'Unspecified' && date.kind !== kindOf(source))
    throw new ExpressionError(
      'ArgumentException',
      'The conversion could not be completed because the supplied DateTime did not have the Kind property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source time zone must be TimeZoneInfo.Local.\r\nParameter name: sourceTimeZone',
    );
  const { offset, invalid } = source.read(date.ticks);
  if (invalid)
    throw new ExpressionError(
      'ArgumentException',
      'The supplied DateTime represents an invalid time.  For example, when the clock is adjusted forward, any time in the period that is skipped is invalid.\r\nParameter name: dateTime',
    );
  if (date.kind !== 'Unspecified' && kindOf(source) === kindOf(target)) return date;
  return new DateTime(target.shownAt(date.ticks - BigInt(offset) * ticksPerMinute), kindOf(target));
}

/** Minutes from UTC that a zone has at a date. */
export function offsetOf(zone: TimeZone, date: DateTime): number {
  if (date.kind === 'Unspecified') return zone.read(date.ticks).offset;
  return zone.offsetAt(millisecondsOf(date.ticks));
}

export function millisecondsOf(utcTicks: bigint): number {
  return Number((utcTicks - unixEpochTicks) / ticksPerMillisecond);
}
