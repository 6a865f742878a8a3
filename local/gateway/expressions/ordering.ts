import { binaryOperators } from './operators.ts';
import { compareText } from './compare-text.ts';
import { JsonValue } from './json-token.ts';

/** The order that OrderBy, Min and Max use: null first, strings ordinal, false before true. */
export function areLess(left: unknown, right: unknown): boolean {
  const [a, b] = [plain(left), plain(right)];
  if (a === null || a === undefined) return b !== null && b !== undefined;
  if (b === null || b === undefined) return false;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b, false) < 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return !a && b;
  return binaryOperators['<']?.(a, b, 'none') === true;
}

function plain(value: unknown): unknown {
  return value instanceof JsonValue ? value.value : value;
}
