import { TextCursor } from './text-cursor.ts';
import { dateTicks } from './calendar.ts';
import {
  dateOf,
  dateOffsetOf,
  dayNames,
  fullYear,
  hourOf,
  indexOfName,
  isWeekday,
  monthNames,
  timeTicks,
  zoneOf,
  type DateFields,
} from './date-fields.ts';
import { DateTime, type DateTimeOffset } from './time.ts';

/** `DateTime.Parse` in the invariant culture. Undefined if the text is no date. */
export function parseDate(text: string, styles = 0): DateTime | undefined {
  const fields = readDate(text);
  return fields && dateOf(fields, styles);
}

export function parseDateOffset(text: string, styles = 0): DateTimeOffset | undefined {
  const fields = readDate(text);
  return fields && dateOffsetOf(fields, styles);
}

/** As Newtonsoft reads a date in JSON: "Z" makes it UTC, another zone local. */
export function parseIsoDate(text: string): DateTime | undefined {
  const parsed = parseDate(text);
  return parsed && text.endsWith('Z') ? new DateTime(parsed.ticks, 'Utc') : parsed;
}

const blanks = /[\s,.]*/y;
const clock = /(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?(?![\d:])\s*([AP]M\b)?/iy;
const hourAlone = /(\d{1,2})\s*([AP]M)\b/iy;
const shift = /([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)/y;
const digits = /\d+/y;
const word = /[a-z]+/iy;
const separator = /[/-]/y;

/** A number of a date; three digits make it a year. */
interface Part {
  value: number;
  isYear: boolean;
}

/**
 * Reads what stands in a text from left to right: numbers and a month's name, a time, a zone, a day of the week.
 * Their order says what the numbers are, as .NET tells it.
 */
class DateReader extends TextCursor {
  readonly #parts: Part[] = [];
  #month = -1;
  /** How many numbers stood before the month's name. */
  #before = 0;
  #weekday = -1;
  #time: bigint | undefined;
  #zone: DateFields['zone'];
  /** A date that began before the time does not go on behind it. */
  #isClosed = false;

  constructor(text: string) {
    super(text.trim().replace(/^#(.*)#$/, '$1'));
  }

  read(): DateFields | undefined {
    while (this.at < this.text.length) if (!this.#step()) return undefined;
    const isTimeAlone = this.#parts.length === 0 && this.#month === -1;
    const day = this.#day();
    if (isTimeAlone ? this.#time === undefined : day === undefined) return undefined;
    const fields = { day, time: this.#time ?? 0n, zone: this.#zone };
    const moment = dateOf(fields, 0);
    return moment && isWeekday(fields.day ?? moment.ticks, this.#weekday) ? fields : undefined;
  }

  #step(): boolean {
    const zone = this.#isDated() || this.#time !== undefined ? this.exec(shift) : undefined;
    if (zone) return this.#take(zoneOf(zone[1] as string, Number(zone[2]), Number(zone[3] ?? 0)));
    const time = this.exec(clock);
    if (time) return this.#takeTime(Number(time[1]), time[5], Number(time[2]), Number(time[3] ?? 0), time[4]);
    const hour = this.exec(hourAlone);
    if (hour) return this.#takeTime(Number(hour[1]), hour[2]);
    const number = this.match(digits);
    if (number !== undefined) {
      if (this.#isClosed || this.#parts.length === 3 || number.length > 4) return false;
      this.#parts.push({ value: Number(number), isYear: number.length > 2 });
      return this.#separate();
    }
    const name = this.match(word);
    return name !== undefined && this.#takeName(name);
  }

  #takeName(name: string): boolean {
    const isTimed = this.#time !== undefined;
    if (/^t$/i.test(name)) {
      this.#skip();
      return this.#isDated() && !isTimed && this.at < this.text.length;
    }
    if (/^(?:z|gmt)$/i.test(name)) return (isTimed || this.#isDated()) && this.#take('utc');
    const month = indexOfName(monthNames, name);
    if (month !== -1) {
      if (this.#isClosed || this.#month !== -1) return false;
      this.#month = month;
      this.#before = this.#parts.length;
      return this.#separate();
    }
    this.#weekday = indexOfName(dayNames, name);
    this.#skip();
    return this.#weekday !== -1;
  }

  #takeTime(hour: number, half: string | undefined, minute = 0, second = 0, fraction?: string): boolean {
    const actual = hourOf(hour, half);
    if (this.#time !== undefined || actual === undefined) return false;
    this.#time = timeTicks(actual, minute, second, fraction);
    this.#isClosed = this.#parts.length > 0 || this.#month !== -1;
    this.#skip(/\s*/y);
    return this.#time !== undefined;
  }

  #take(zone: DateFields['zone']): boolean {
    if (zone === undefined || this.#zone !== undefined) return false;
    this.#zone = zone;
    this.#skip();
    return true;
  }

  /** Whether a whole date has been read. */
  #isDated(): boolean {
    return this.#parts.length + (this.#month === -1 ? 0 : 1) === 3;
  }

  /** One separator, with blanks around it; none at the end. */
  #separate(): boolean {
    const from = this.at;
    this.#skip();
    if (this.#isDated()) return true;
    if (this.exec(separator) && this.at === this.text.length) return false;
    this.#skip();
    return this.at > from || this.at === this.text.length || /\D/.test(this.text[this.at] as string);
  }

  #skip(pattern = blanks): void {
    this.exec(pattern);
  }

  #day(): bigint | undefined {
    const [first, second, third] = this.#parts;
    if (!first) return undefined;
    if (this.#month !== -1) return third ? undefined : this.#dayOfMonth(this.#month + 1, first, second);
    if (!second) return undefined;
    if (third) {
      if (second.isYear || (first.isYear && third.isYear)) return undefined;
      return first.isYear ? dayOf(first, second.value, third.value) : dayOf(third, first.value, second.value);
    }
    if (first.isYear && second.isYear) return undefined;
    if (first.isYear) return dayOf(first, second.value, 1);
    return second.isYear ? dayOf(second, first.value, 1) : dayOf(undefined, first.value, second.value);
  }

  #dayOfMonth(month: number, first: Part, second: Part | undefined): bigint | undefined {
    // "Nov 20" is a day, "20 Nov" a year, since the culture writes them so.
    if (!second)
      return first.isYear || this.#before === 1 ? dayOf(first, month, 1) : dayOf(undefined, month, first.value);
    if (first.isYear) return second.isYear ? undefined : dayOf(first, month, second.value);
    if (second.isYear) return dayOf(second, month, first.value);
    return dayOf(second, month, first.value) ?? dayOf(first, month, second.value);
  }
}

function dayOf(year: Part | undefined, month: number, day: number): bigint | undefined {
  if (!year) return dateTicks(new Date().getUTCFullYear(), month, day);
  return dateTicks(year.isYear ? year.value : fullYear(year.value), month, day);
}

const readDate = (text: string): DateFields | undefined => new DateReader(text).read();
