import { ExpressionError } from '../errors.ts';
import { dateTicks } from './calendar.ts';
import {
  checkStyles,
  dateStyles,
  dayNames,
  fullYear,
  hourOf,
  isWeekday,
  monthNames,
  timeTicks,
  zoneOf,
  type DateFields,
} from './date-fields.ts';
import { standardPattern } from './format-date.ts';
import { argumentNull } from './text-parts.ts';
import type { EnumValue } from './time.ts';

const pieces = /\\.|'[^']*'|"[^"]*"|%|([dfFghHKmMstyzZ])\1*|./gs;

interface Found {
  year?: number;
  month?: number;
  day?: number;
  weekday?: number;
  hour?: number;
  half?: string;
  minute?: number;
  second?: number;
  fraction?: string;
  zone?: DateFields['zone'];
}

/** What a piece of a format takes from the text, and where it keeps it; undefined where that is no such thing. */
type Rule = readonly [pattern: string, keep: (found: Found, text: string) => boolean];

const number = (digits: string, name: 'month' | 'day' | 'hour' | 'minute' | 'second'): Rule => [
  digits,
  (found, text) => put(found, name, Number(text)),
];
const named = (names: readonly string[], length: number, name: 'month' | 'weekday', base: number): Rule => {
  const all = names.map((one) => (length === 3 ? one.slice(0, 3) : one));
  return [
    all.join('|'),
    (found, text) => put(found, name, all.findIndex((one) => one.toLowerCase() === text.toLowerCase()) + base),
  ];
};

/** A field that is there twice has to say the same. */
function put<K extends keyof Found>(found: Found, name: K, value: Found[K]): boolean {
  if (found[name] !== undefined && found[name] !== value) return false;
  found[name] = value;
  return true;
}

function ruleOf(piece: string): Rule | undefined {
  const { length } = piece;
  const short = length === 1 ? '\\d{1,2}' : '\\d{2}';
  switch (piece[0]) {
    case 'y':
      return [
        length > 2 ? `\\d{${length}}` : short,
        (found, text) => put(found, 'year', length > 2 ? Number(text) : fullYear(Number(text))),
      ];
    case 'M':
      return length > 2 ? named(monthNames, length, 'month', 1) : number(short, 'month');
    case 'd':
      return length > 2 ? named(dayNames, length, 'weekday', 0) : number(short, 'day');
    case 'H':
      return number(short, 'hour');
    case 'h':
      return [short, (found, text) => Number(text) <= 12 && put(found, 'hour', Number(text) % 12)];
    case 'm':
      return number(short, 'minute');
    case 's':
      return number(short, 'second');
    case 'f':
      return length > 7 ? undefined : [`\\d{${length}}`, (found, text) => put(found, 'fraction', text)];
    case 'F':
      return length > 7 ? undefined : [`\\d{0,${length}}`, (found, text) => put(found, 'fraction', text)];
    case 't':
      return [length === 1 ? '[AP]' : '[AP]M', (found, text) => !/^[ap]$/.test(text) && put(found, 'half', text)];
    case 'g':
      return ['A\\.D\\.|AD', () => true];
    case 'K':
      return ['Z|[+-]\\d{2}:?\\d{2}|', keepZone];
    case 'Z':
      return ['Z|GMT', keepZone];
    case 'z':
      return [length === 1 ? '[+-]\\d{1,2}' : length === 2 ? '[+-]\\d{2}' : '[+-]\\d{1,2}:?\\d{2}', keepZone];
    default:
      return undefined;
  }
}

function keepZone(found: Found, text: string): boolean {
  if (text === '') return true;
  if (/^(?:Z|GMT)$/i.test(text)) return put(found, 'zone', 'utc');
  const [, sign = '+', hours, minutes = '0'] = /^([+-])(\d{1,2}?):?(\d{2})?$/.exec(text) ?? [];
  const zone = zoneOf(sign, Number(hours), Number(minutes));
  return zone !== undefined && put(found, 'zone', zone);
}

/** What `DateTime.ParseExact` finds by a format of the invariant culture. Undefined if the text does not fit. */
function parseExact(text: string, format: string, styles: number): DateFields | undefined {
  if (text === '' || format === '') return undefined;
  const keeps: Rule[1][] = [];
  let pattern = '';
  let isOptional = false;
  const all = (format.length === 1 ? (standardPattern(format) ?? format) : format).match(pieces) ?? [];
  for (const [i, piece] of all.entries()) {
    const rule = ruleOf(piece);
    if (rule) {
      keeps.push(rule[1]);
      pattern += isOptional ? `(?:\\.(?=\\d))?(${rule[0]})` : `(${rule[0]})`;
      isOptional = false;
    } else if (piece === '.' && all[i + 1]?.startsWith('F')) isOptional = true;
    else if (piece !== '%') pattern += escape(piece.replace(/^\\|^['"]|['"]$/g, ''));
  }
  const has = (style: keyof typeof dateStyles) => (styles & dateStyles[style]) !== 0;
  const before = has('AllowLeadingWhite') ? '\\s*' : '';
  const after = has('AllowTrailingWhite') ? '\\s*' : '';
  const body = has('AllowLeadingWhite') ? pattern.replace(/^(?: )+/, '') : pattern;
  const match = new RegExp(`^${before}${body}${after}$`, 'i').exec(text);
  const found: Found = {};
  return match && keeps.every((keep, i) => keep(found, match[i + 1] ?? '')) ? assemble(found) : undefined;
}

/**
 * The same for the first of several formats that fits. Throws ArgumentNullException, FormatException for a format that
 * is empty, and ArgumentException for styles that contradict each other.
 */
export function readExactly(
  text: string | null,
  formats: unknown,
  styles: EnumValue | undefined,
): DateFields | undefined {
  if (text === null) throw argumentNull('s');
  if (formats === null) throw argumentNull('format');
  if (styles) checkStyles(styles.value);
  for (const format of Array.isArray(formats) ? formats : [formats]) {
    if (format === '') throw new ExpressionError('FormatException', 'Format specifier was invalid.');
    const found = parseExact(text, format as string, styles?.value ?? 0);
    if (found) return found;
  }
  return undefined;
}

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function assemble(found: Found): DateFields | undefined {
  const hour = hourOf(found.hour ?? 0, found.half);
  const time = hour === undefined ? hour : timeTicks(hour, found.minute ?? 0, found.second ?? 0, found.fraction);
  if (time === undefined) return undefined;
  if (found.year === undefined && found.month === undefined && found.day === undefined)
    return { day: undefined, time, zone: found.zone };
  const day = dateTicks(found.year ?? new Date().getUTCFullYear(), found.month ?? 1, found.day ?? 1);
  return day !== undefined && isWeekday(day, found.weekday ?? -1) ? { day, time, zone: found.zone } : undefined;
}
