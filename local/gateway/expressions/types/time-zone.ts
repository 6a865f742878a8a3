import { DateTime, DateTimeOffset, TimeSpan, ticksPerMillisecond } from '../time.ts';
import { argumentNull } from '../text-parts.ts';
import { convertTime, findZone, local, millisecondsOf, offsetOf, TimeZone, utc, zoneOf } from '../time-zone.ts';
import { typeTable } from '../type-table.ts';

type Zone = TimeZone | null;

const span = (minutes: number) => new TimeSpan(BigInt(minutes) * 60_000n * ticksPerMillisecond);

function at(moment: DateTimeOffset, target: Zone): DateTimeOffset {
  if (!target) throw argumentNull('destinationTimeZone');
  const { utcTicks } = moment;
  return new DateTimeOffset(target.shownAt(utcTicks), target.offsetAt(millisecondsOf(utcTicks)));
}

/** Between zones that are named: a date that says it is UTC's may come from the zone of that name. */
function between(date: DateTime, source: string | null, target: string | null): DateTime {
  const named = source?.toLowerCase() === 'utc';
  const from = date.kind === 'Local' && named ? local : findZone(source);
  return convertTime(date, from, findZone(target));
}

function isSummer(zone: TimeZone, date: DateTime): boolean {
  const moment = millisecondsOf(date.ticks);
  return offsetOf(zone, date) !== zone.standardOffset(moment);
}

/** As another zone has it: a date of UTC is read as what the zone's clocks show then. */
const shown = (zone: TimeZone, date: DateTime) =>
  date.kind === 'Unspecified' || zone === zoneOf(date) ? date.ticks : zone.shownAt(date.ticks);

export const timeZoneTypes = [
  [
    typeTable('class System.TimeZoneInfo : IEquatable<TimeZoneInfo>', {
      'static Utc: TimeZoneInfo': () => utc,
      'static Local: TimeZoneInfo': () => local,
      'static FindSystemTimeZoneById(string id): TimeZoneInfo': findZone,
      'static ClearCachedData(): void': () => undefined,
      'static ConvertTime(DateTime dateTime, TimeZoneInfo destinationTimeZone): DateTime': (
        date: DateTime,
        target: Zone,
      ) => convertTime(date, zoneOf(date), target),
      'static ConvertTime(DateTime dateTime, TimeZoneInfo sourceTimeZone, TimeZoneInfo destinationTimeZone): DateTime':
        convertTime,
      'static ConvertTime(DateTimeOffset dateTimeOffset, TimeZoneInfo destinationTimeZone): DateTimeOffset': at,
      'static ConvertTimeFromUtc(DateTime dateTime, TimeZoneInfo destinationTimeZone): DateTime': (
        date: DateTime,
        target: Zone,
      ) => convertTime(date, utc, target),
      'static ConvertTimeToUtc(DateTime dateTime): DateTime': (date: DateTime) => convertTime(date, zoneOf(date), utc),
      'static ConvertTimeToUtc(DateTime dateTime, TimeZoneInfo sourceTimeZone): DateTime': (
        date: DateTime,
        source: Zone,
      ) => convertTime(date, source, utc),
      'static ConvertTimeBySystemTimeZoneId(DateTime dateTime, string destinationTimeZoneId): DateTime': (
        date: DateTime,
        target: string | null,
      ) => convertTime(date, zoneOf(date), findZone(target)),
      'static ConvertTimeBySystemTimeZoneId(DateTime dateTime, string sourceTimeZoneId, string destinationTimeZoneId): DateTime':
        between,
      'static ConvertTimeBySystemTimeZoneId(DateTimeOffset dateTimeOffset, string destinationTimeZoneId): DateTimeOffset':
        (moment: DateTimeOffset, target: string | null) => at(moment, findZone(target)),
      'Id: string': ({ id }: TimeZone) => id,
      'BaseUtcOffset: TimeSpan': (zone: TimeZone) => span(zone.standardOffset(Date.now())),
      'SupportsDaylightSavingTime: bool': (zone: TimeZone) => zone.hasSummer(Date.now()),
      'GetUtcOffset(DateTime dateTime): TimeSpan': (zone: TimeZone, date: DateTime) => span(offsetOf(zone, date)),
      'GetUtcOffset(DateTimeOffset dateTimeOffset): TimeSpan': (zone: TimeZone, { utcTicks }: DateTimeOffset) =>
        span(zone.offsetAt(millisecondsOf(utcTicks))),
      'IsDaylightSavingTime(DateTime dateTime): bool': isSummer,
      'IsDaylightSavingTime(DateTimeOffset dateTimeOffset): bool': (zone: TimeZone, { utcTicks }: DateTimeOffset) =>
        isSummer(zone, new DateTime(utcTicks, 'Utc')),
      'IsAmbiguousTime(DateTime dateTime): bool': (zone: TimeZone, date: DateTime) =>
        zone.read(shown(zone, date)).ambiguous,
      'IsAmbiguousTime(DateTimeOffset dateTimeOffset): bool': (zone: TimeZone, { utcTicks }: DateTimeOffset) =>
        zone.read(zone.shownAt(utcTicks)).ambiguous,
      'IsInvalidTime(DateTime dateTime): bool': (zone: TimeZone, date: DateTime) =>
        date.kind === 'Unspecified' && zone.read(date.ticks).invalid,
      'Equals(TimeZoneInfo other): bool': (zone: TimeZone, other: unknown) => zone.equals(other),
      'Equals(object obj): bool': (zone: TimeZone, other: unknown) => zone.equals(other),
    }),
    TimeZone,
  ],
] as const;
