import { ExpressionError } from '../../../errors.ts';
import { arithmetic, type ArithmeticKind } from '../../arithmetic.ts';
import { Decimal } from '../../decimal.ts';
import { castNumber, Real, toDouble, type Numeric } from '../../numbers.ts';
import { compareValues } from '../../ordering.ts';
import type { TypeArguments } from '../../type-arguments.ts';
import { iterate } from '../../values.ts';
import type { Func, Signatures } from './sequence.ts';

const empty = () => new ExpressionError('InvalidOperationException', 'Sequence contains no elements');
const kinds = ['int', 'long', 'float', 'double', 'decimal'] as const;

function sum(items: unknown, kind: ArithmeticKind, selector?: Func): Numeric {
  // .NET adds floats as doubles and rounds once.
  const wide = kind === 'float' ? 'double' : kind;
  const add = arithmetic('+', wide, true);
  let total: unknown = castNumber(wide, 0);
  for (const item of iterate(items)) {
    const value = selector ? selector(item) : item;
    if (value !== null && value !== undefined) total = add(total, castNumber(wide, value as Numeric));
  }
  return castNumber(kind, total as Numeric);
}

function average(items: unknown, kind: ArithmeticKind, nullable: boolean, selector?: Func): Numeric | null {
  const values: Numeric[] = [];
  for (const item of iterate(items)) {
    const value = selector ? selector(item) : item;
    if (value !== null && value !== undefined) values.push(value as Numeric);
  }
  if (values.length === 0) {
    if (nullable) return null;
    throw empty();
  }
  if (kind === 'decimal') return (sum(values, 'decimal') as Decimal).divide(new Decimal(BigInt(values.length), 0));
  const wide = kind === 'int' ? 'long' : kind === 'float' ? 'double' : kind;
  const mean = toDouble(sum(values, wide)) / values.length;
  return new Real(mean, kind === 'float' ? 'float' : 'double');
}

function extreme(items: unknown, sign: 1 | -1, selector: Func | undefined, by: TypeArguments, name: string): unknown {
  let found: unknown;
  let any = false;
  for (const item of iterate(items)) {
    const value = selector ? selector(item) : item;
    if (value === null || value === undefined) continue;
    if (!any || compareValues(value, found) * sign < 0) found = value;
    any = true;
  }
  if (any) return found;
  const type = by.of(name);
  if (by.registry.isValueType(type) && type.name !== '?') throw empty();
  return null;
}

/** Sums, means and extremes. */
export function numberMembers(): Signatures {
  const made: Signatures = {};
  for (const kind of kinds) {
    const mean = kind === 'float' || kind === 'decimal' ? kind : 'double';
    for (const mark of ['', '?']) {
      const nullable = mark === '?';
      made[`static Sum(this IEnumerable<${kind}${mark}> source): ${kind}${mark}`] = (items: unknown) =>
        sum(items, kind);
      made[`static Sum<T>(this IEnumerable<T> source, Func<T, ${kind}${mark}> selector): ${kind}${mark}`] = (
        items: unknown,
        selector: Func,
      ) => sum(items, kind, selector);
      made[`static Average(this IEnumerable<${kind}${mark}> source): ${mean}${mark}`] = (items: unknown) =>
        average(items, kind, nullable);
      made[`static Average<T>(this IEnumerable<T> source, Func<T, ${kind}${mark}> selector): ${mean}${mark}`] = (
        items: unknown,
        selector: Func,
      ) => average(items, kind, nullable, selector);
    }
  }
  for (const [name, sign] of [
    ['Min', 1],
    ['Max', -1],
  ] as const) {
    made[`typed static ${name}<T>(this IEnumerable<T> source): T`] = (by: TypeArguments, items: unknown) =>
      extreme(items, sign, undefined, by, 'T');
    made[`typed static ${name}<T, R>(this IEnumerable<T> source, Func<T, R> selector): R`] = (
      by: TypeArguments,
      items: unknown,
      selector: Func,
    ) => extreme(items, sign, selector, by, 'R');
  }
  return made;
}
