import { Generic } from './expressions/collections.ts';
import { formatDate } from './expressions/format-date.ts';
import { JsonArray, JsonObject, JsonValue } from './expressions/json/json-token.ts';
import { isNumeric, toDouble } from './expressions/numbers.ts';
import { areLess } from './expressions/ordering.ts';
import { parseDate } from './expressions/parse-date.ts';
import { NetRegex } from './expressions/regex/net-regex.ts';
import { DateTime } from './expressions/time.ts';
import { listOf, toText } from './expressions/values.ts';
import { LiquidXml } from './liquid-xml.ts';

export function truthy(value: unknown): boolean {
  const plain = value instanceof JsonValue ? value.value : value;
  return plain !== null && plain !== undefined && plain !== false;
}

export function walk(value: unknown): readonly unknown[] {
  if (value instanceof JsonArray || value instanceof LiquidXml) return value.items;
  return Array.isArray(value) || value instanceof Generic || value instanceof JsonObject ? listOf(value) : [];
}

const number = (value: unknown) => (isNumeric(value) ? toDouble(value) : Number(toText(value)));

const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** DotLiquid takes what is sought as a regular expression; the policies that Azure makes for SOAP count on it. */
function replaced(value: unknown, from: unknown, replace: (regex: NetRegex, text: string) => string): string {
  const [text, pattern] = [toText(value), toText(from)];
  return text === '' || pattern === '' ? text : replace(new NetRegex(pattern), text);
}

/** By their names without case and underscores. */
export const filters: ReadonlyMap<string, (value: unknown, ...given: unknown[]) => unknown> = new Map(
  Object.entries({
    upcase: (value: unknown) => toText(value).toUpperCase(),
    downcase: (value: unknown) => toText(value).toLowerCase(),
    capitalize: (value: unknown) => toText(value).replace(/^./s, (char) => char.toUpperCase()),
    strip: (value: unknown) => toText(value).trim(),
    size: (value: unknown) => (typeof value === 'string' ? value.length : walk(value).length),
    append: (value: unknown, text: unknown) => toText(value) + toText(text),
    prepend: (value: unknown, text: unknown) => toText(text) + toText(value),
    replace: (value: unknown, from: unknown, to: unknown) =>
      replaced(value, from, (regex, text) => {
        const replacement = regex.replacement(toText(to));
        return regex.replace(text, (match) => replacement.expand(match));
      }),
    remove: (value: unknown, text: unknown) => toText(value).replaceAll(toText(text), ''),
    split: (value: unknown, separator: unknown) => toText(value).split(toText(separator)),
    join: (value: unknown, separator: unknown) =>
      walk(value)
        .map(toText)
        .join(toText(separator ?? ' ')),
    first: (value: unknown) => walk(value)[0] ?? null,
    last: (value: unknown) => walk(value).at(-1) ?? null,
    default: (value: unknown, fallback: unknown) => (truthy(value) && toText(value) !== '' ? value : fallback),
    escape: (value: unknown) => escapeHtml(toText(value)),
    plus: (value: unknown, other: unknown) => String(number(value) + number(other)),
    minus: (value: unknown, other: unknown) => String(number(value) - number(other)),
    times: (value: unknown, other: unknown) => String(number(value) * number(other)),
    dividedby: (value: unknown, other: unknown) => {
      const quotient = number(value) / number(other);
      return String(
        Number.isInteger(number(value)) && Number.isInteger(number(other)) ? Math.trunc(quotient) : quotient,
      );
    },
    modulo: (value: unknown, other: unknown) => String(number(value) % number(other)),
    abs: (value: unknown) => String(Math.abs(number(value))),
    ceil: (value: unknown) => String(Math.ceil(number(value))),
    floor: (value: unknown) => String(Math.floor(number(value))),
    atleast: (value: unknown, least: unknown) => String(Math.max(number(value), number(least))),
    atmost: (value: unknown, most: unknown) => String(Math.min(number(value), number(most))),
    round: (value: unknown, digits: unknown = 0) => String(Number(number(value).toFixed(number(digits)))),
    lstrip: (value: unknown) => toText(value).trimStart(),
    rstrip: (value: unknown) => toText(value).trimEnd(),
    striphtml: (value: unknown) => toText(value).replaceAll(/<[^<>]*>/g, ''),
    stripnewlines: (value: unknown) => toText(value).replaceAll(/\r?\n/g, ''),
    newlinetobr: (value: unknown) => toText(value).replaceAll(/\r?\n/g, '<br />\n'),
    replacefirst: (value: unknown, from: unknown, to: unknown) =>
      replaced(value, from, (regex, text) => regex.replace(text, () => toText(to), 1)),
    removefirst: (value: unknown, from: unknown) =>
      replaced(value, from, (regex, text) => regex.replace(text, () => '', 1)),
    slice: (value: unknown, from: unknown, count: unknown = 1) => {
      const text = toText(value);
      const start = number(from) < 0 ? text.length + number(from) : number(from);
      return text.slice(Math.max(0, start), Math.max(0, start + number(count)));
    },
    truncate: (value: unknown, length: unknown = 50, end: unknown = '...') => {
      const [text, tail] = [toText(value), toText(end)];
      return text.length <= number(length) ? text : text.slice(0, Math.max(0, number(length) - tail.length)) + tail;
    },
    truncatewords: (value: unknown, count: unknown = 15, end: unknown = '...') => {
      const words = toText(value).split(/\s+/);
      return words.length <= number(count) ? toText(value) : words.slice(0, number(count)).join(' ') + toText(end);
    },
    map: (value: unknown, name: unknown) =>
      walk(value).map((item) => (item instanceof JsonObject ? (item.properties.get(toText(name)) ?? null) : null)),
    uniq: (value: unknown) => [...new Map(walk(value).map((item) => [toText(item), item])).values()],
    compact: (value: unknown) => walk(value).filter((item) => toText(item) !== ''),
    sort: (value: unknown) => walk(value).toSorted((a, b) => (areLess(a, b) ? -1 : areLess(b, a) ? 1 : 0)),
    date: (value: unknown, format: unknown) => {
      const plain = value instanceof JsonValue ? value.value : value;
      const date = plain instanceof DateTime ? plain : parseDate(toText(plain));
      return date ? formatDate(date, toText(format)) : toText(value);
    },
    h: (value: unknown) => escapeHtml(toText(value)),
    urldecode: (value: unknown) =>
      decodeURIComponent(
        toText(value)
          .replaceAll('+', ' ')
          .replaceAll(/%(?![0-9a-f]{2})/gi, '%25'),
      ),
    urlencode: (value: unknown) => encodeURIComponent(toText(value)),
  }),
);
