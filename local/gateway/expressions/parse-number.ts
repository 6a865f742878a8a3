import { ExpressionError } from '../errors.ts';
import { Decimal } from './decimal.ts';
import { Char, checkedInteger, fits, Real, type NumberKind, type Numeric } from './numbers.ts';

/** `int.Parse` and its kin in the invariant culture. Throws FormatException or OverflowException. */
export function parseNumber(kind: NumberKind | 'char', text: string): Numeric {
  const parsed = tryParseNumber(kind, text);
  if (parsed !== undefined) return parsed;
  if (kind !== 'decimal' && kind !== 'double' && kind !== 'float' && kind !== 'char' && isWhole(text))
    return checkedInteger(kind, BigInt(text.trim().replace('+', '')));
  throw new ExpressionError('FormatException', 'Input string was not in a correct format.');
}

const isWhole = (text: string) => /^\s*[+-]?\d+\s*$/.test(text);

/** Undefined where the text is no such number. */
export function tryParseNumber(kind: NumberKind | 'char', text: string): Numeric | undefined {
  const trimmed = text.trim();
  if (kind === 'char') return text.length === 1 ? new Char(text.charCodeAt(0)) : undefined;
  if (kind === 'double' || kind === 'float') {
    if (/^(?:NaN|-?Infinity)$/.test(trimmed)) return new Real(Number(trimmed), kind);
    const plain = withoutThousands(trimmed);
    return plain !== undefined && plain !== '' ? new Real(Number(plain), kind) : undefined;
  }
  if (kind === 'decimal') {
    const plain = withoutThousands(trimmed);
    return plain === undefined || /e/i.test(plain) ? undefined : Decimal.parse(plain);
  }
  if (!isWhole(text)) return undefined;
  const value = BigInt(trimmed.replace('+', ''));
  return fits(kind, value) ? checkedInteger(kind, value) : undefined;
}

function withoutThousands(text: string): string | undefined {
  const plain = text.replaceAll(/(?<=\d),(?=\d)/g, '');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? plain : undefined;
}
