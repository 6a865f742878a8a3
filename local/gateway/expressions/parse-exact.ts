import { dateTicks } from './parse-date.ts';
import { DateTime } from './time.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const piecePattern = /\\.|'[^']*'|"[^"]*"|([dfFhHKmMstyz])\1*|./gs;

/** `DateTime.ParseExact` with a custom format in the invariant culture. Undefined if the text does not fit. */
export function parseExact(text: string, format: string): DateTime | undefined {
  const names: string[] = [];
  const pattern = (format.match(piecePattern) ?? []).map((piece) => {
    const rule = ruleOf(piece);
    if (!rule) return escape(piece.replace(/^\\|^['"]|['"]$/g, ''));
    names.push(piece);
    return rule;
  });
  const match = new RegExp(`^${pattern.join('')}$`, 'i').exec(text.trim());
  if (!match) return undefined;
  const fields = new Map(
    names.map((name, i) => [name[0] as string, { text: match[i + 1] ?? '', length: name.length }]),
  );
  return assemble(fields);
}

function ruleOf(piece: string): string | undefined {
  const { length } = piece;
  switch (piece[0]) {
    case 'y':
      return length > 2 ? '(\\d{4})' : '(\\d{2})';
    case 'M':
      return length > 2 ? '([a-z]+)' : length === 2 ? '(\\d{2})' : '(\\d{1,2})';
    case 'd':
      return length > 2 ? '([a-z]+)' : length === 2 ? '(\\d{2})' : '(\\d{1,2})';
    case 'H':
    case 'h':
    case 'm':
    case 's':
      return length === 2 ? '(\\d{2})' : '(\\d{1,2})';
    case 'f':
      return `(\\d{${length}})`;
    case 'F':
      return `(\\d{0,${length}})`;
    case 't':
      return '([AP]M?)';
    case 'K':
      return '(Z|[+-]\\d{2}:\\d{2}|)';
    case 'z':
      return '([+-]\\d{1,2}(?::?\\d{2})?)';
    default:
      return undefined;
  }
}

const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function assemble(fields: ReadonlyMap<string, { text: string; length: number }>): DateTime | undefined {
  const number = (name: string, fallback: number) => (fields.has(name) ? Number(fields.get(name)?.text) : fallback);
  const yearText = fields.get('y');
  const year = yearText
    ? Number(yearText.text) + (yearText.length <= 2 ? (Number(yearText.text) < 50 ? 2000 : 1900) : 0)
    : new Date().getUTCFullYear();
  const monthText = fields.get('M');
  const month =
    monthText && monthText.length > 2 ? months.indexOf(monthText.text.slice(0, 3).toLowerCase()) + 1 : number('M', 1);
  const dayField = fields.get('d');
  const ticks = dateTicks(year, month, dayField && dayField.length <= 2 ? Number(dayField.text) : 1);
  const half = fields.get('t')?.text.toUpperCase();
  const hour = fields.has('h') ? (number('h', 0) % 12) + (half?.startsWith('P') ? 12 : 0) : number('H', 0);
  const [minute, second] = [number('m', 0), number('s', 0)];
  if (ticks === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = BigInt((fields.get('f') ?? fields.get('F'))?.text.padEnd(7, '0') ?? '0');
  const local = ticks + BigInt((hour * 60 + minute) * 60 + second) * 10_000_000n + fraction;
  const zone = (fields.get('K') ?? fields.get('z'))?.text;
  if (!zone) return new DateTime(local);
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return new DateTime(local - BigInt(offset) * 600_000_000n, 'Local');
}
