import { DateTime, DateTimeOffset, unixEpochTicks } from './time.ts';

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const iso =
  /^(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const invariant =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*([AP]M)?)?\s*(Z|[+-]\d{2}:\d{2})?$/i;
const rfc1123 = /^(?:\w{3,9},?\s+)?(\d{1,2})\s+(\w{3,9})\s+(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(GMT|Z)?$/i;
const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*([AP]M)?$/i;
const american = /^(\w{3,9})\s+(\d{1,2}),?\s+(\d{4})$/;

interface Parts {
  /** Local time at the offset. */
  ticks: bigint;
  /** Minutes; undefined where the text names no zone. */
  offset: number | undefined;
}

/** `DateTime.Parse` in the invariant culture: a zone makes it local time, which is UTC here. Undefined if no date. */
export function parseDate(text: string): DateTime | undefined {
  const parts = parseParts(text.trim());
  if (!parts) return undefined;
  if (parts.offset === undefined) return new DateTime(parts.ticks);
  return new DateTime(parts.ticks - BigInt(parts.offset) * 600_000_000n, 'Local');
}

export function parseDateOffset(text: string): DateTimeOffset | undefined {
  const parts = parseParts(text.trim());
  return parts && new DateTimeOffset(parts.ticks, parts.offset ?? 0);
}

/** As Newtonsoft reads a date in JSON: "Z" makes it UTC, another zone local. */
export function parseIsoDate(text: string): DateTime | undefined {
  const parsed = parseDate(text);
  return parsed && text.endsWith('Z') ? new DateTime(parsed.ticks, 'Utc') : parsed;
}

function parseParts(text: string): Parts | undefined {
  const isoMatch = iso.exec(text);
  if (isoMatch) {
    const [, year, month, day, hour, minute, second, fraction, zone] = isoMatch;
    return build([year, month, day ?? '1', hour, minute, second], fraction, zone);
  }
  const slashed = invariant.exec(text);
  if (slashed) {
    const [, month, day, year, hour, minute, second, fraction, half, zone] = slashed;
    const shifted = half ? afternoon(hour, half) : hour;
    return build([year, month, day, shifted, minute, second], fraction, zone);
  }
  const timed = clock.exec(text);
  if (timed) {
    const [, hour, minute, second, fraction, half] = timed;
    const today = new Date();
    const day = [today.getUTCFullYear(), today.getUTCMonth() + 1, today.getUTCDate()].map(String);
    return build([...day, half ? afternoon(hour, half) : hour, minute, second], fraction, undefined);
  }
  const named = rfc1123.exec(text);
  if (named) {
    const [, day, month = '', year, hour, minute, second, zone] = named;
    return build([year, monthNumber(month), day, hour, minute, second], undefined, zone);
  }
  const [, month = '', day, year] = american.exec(text) ?? [];
  return day ? build([year, monthNumber(month), day], undefined, undefined) : undefined;
}

const afternoon = (hour: string | undefined, half: string) => String((Number(hour) % 12) + (/p/i.test(half) ? 12 : 0));

function monthNumber(name: string): string {
  return String(monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1);
}

function build(
  fields: readonly (string | undefined)[],
  fraction: string | undefined,
  zone: string | undefined,
): Parts | undefined {
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields.map((field) => Number(field ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ticks = dateTicks(year, month, day);
  if (ticks === undefined) return undefined;
  const time = BigInt((hour * 60 + minute) * 60 + second) * 10_000_000n;
  const parts = BigInt((fraction ?? '').slice(0, 7).padEnd(7, '0'));
  return { ticks: ticks + time + parts, offset: zone === undefined ? undefined : zoneMinutes(zone) };
}

function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** The ticks at which a day begins; undefined if there is no such day. */
export function dateTicks(year: number, month: number, day: number): bigint | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  return BigInt(date.getTime()) * 10_000n + unixEpochTicks;
}
