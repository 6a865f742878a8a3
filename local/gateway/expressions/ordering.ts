import { ExpressionError } from '../errors.ts';
import { compareCulture } from './compare-text.ts';
import { JsonValue } from './json/json-token.ts';
import { isNumeric } from './numbers.ts';
import { DateTime, DateTimeOffset, EnumValue, Guid, TimeSpan } from './time.ts';
import { compareNumbers } from './values.ts';
import { NetTuple } from './collections.ts';

/** `Comparer.Default`: null first, texts as the invariant culture sorts them, false before true. */
export function compareValues(left: unknown, right: unknown): number {
  const [a, b] = [plain(left), plain(right)];
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : -1;
  if (b === null || b === undefined) return 1;
  if (typeof a === 'string' && typeof b === 'string') return compareCulture(a, b, false);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (isNumeric(a) && isNumeric(b)) {
    const order = compareNumbers(a, b);
    // NaN comes before every number.
    return Number.isNaN(order) ? Number(isNumber(a)) - Number(isNumber(b)) : order;
  }
  const [x, y] = [ticksOf(a), ticksOf(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0;
  if (a instanceof Guid && b instanceof Guid) return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  if (a instanceof NetTuple && b instanceof NetTuple)
    return a.items.map((item, i) => compareValues(item, b.items[i])).find((order) => order !== 0) ?? 0;
  throw new ExpressionError('ArgumentException', 'At least one object must implement IComparable.');
}

/** What sorting throws where elements cannot be compared. */
export function areLess(left: unknown, right: unknown): boolean {
  return compareValues(left, right) < 0;
}

const isNumber = (value: unknown) => compareNumbers(value as number, value as number) === 0;

function plain(value: unknown): unknown {
  return value instanceof JsonValue ? value.value : value;
}

function ticksOf(value: unknown): bigint | undefined {
  if (value instanceof DateTime || value instanceof TimeSpan) return value.ticks;
  if (value instanceof EnumValue) return BigInt(value.value);
  return value instanceof DateTimeOffset ? value.utcTicks : undefined;
}
