import { ExpressionError } from '../errors.ts';
import { Guid } from './time.ts';

/** The GUID of 32 hexadecimal digits. */
export function guidOf(digits: string): Guid {
  return new Guid(
    [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-'),
  );
}

/** `ToString(format)`. Throws FormatException. */
export function formatGuid(value: Guid, format: string | null): string {
  const { text } = value;
  switch (letterOf(format)) {
    case 'N':
      return text.replaceAll('-', '');
    case 'D':
      return text;
    case 'B':
      return `{${text}}`;
    case 'P':
      return `(${text})`;
    default: {
      const [a, b, c, ...rest] = text.replaceAll('-', '').match(/^.{8}|.{4}(?=.{16})|..(?=(?:..){0,7}$)/g) ?? [];
      return `{0x${a},0x${b},0x${c},{${rest.map((byte) => `0x${byte}`).join(',')}}}`;
    }
  }
}

function letterOf(format: string | null): string {
  const letter = format === null || format === '' ? 'D' : format.toUpperCase();
  if (/^[NDBPX]$/.test(letter)) return letter;
  throw new ExpressionError(
    'FormatException',
    'Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".',
  );
}

const hex = '[0-9a-f]';
const dashed = `${hex}{8}(?:-${hex}{4}){3}-${hex}{12}`;
const shapes: Readonly<Record<string, RegExp>> = {
  N: new RegExp(`^${hex}{32}$`, 'i'),
  D: new RegExp(`^${dashed}$`, 'i'),
  B: new RegExp(`^\\{${dashed}\\}$`, 'i'),
  P: new RegExp(`^\\(${dashed}\\)$`, 'i'),
};
const fields =
  /^\{0x([0-9a-f]{1,8}),0x([0-9a-f]{1,4}),0x([0-9a-f]{1,4}),\{((?:0x[0-9a-f]{1,2},){7}0x[0-9a-f]{1,2})\}\}$/i;

/** Reads a GUID in the given format, or in any. Throws FormatException for a format that there is not. */
export function parseGuid(given: string, format?: string): Guid | undefined {
  const text = given.trim();
  const letter = format === undefined ? undefined : letterOf(format);
  for (const [name, shape] of Object.entries(shapes))
    if ((letter ?? name) === name && shape.test(text)) return guidOf(text.replaceAll(/[^0-9a-f]/gi, ''));
  if (letter !== undefined && letter !== 'X') return undefined;
  const [, a, b, c, rest] = fields.exec(text.replaceAll(/\s/g, '')) ?? [];
  if (a === undefined || b === undefined || c === undefined || rest === undefined) return undefined;
  const bytes = rest.split(',').map((byte) => byte.slice(2).padStart(2, '0'));
  return guidOf(a.padStart(8, '0') + b.padStart(4, '0') + c.padStart(4, '0') + bytes.join(''));
}
