import { compareValues, typeRank, type Value } from '../json.ts';
import type { AggregateName } from './syntax.ts';

/** Undefined values do not count; SUM and AVG over anything but numbers, MIN and MAX over no scalar, are undefined. */
export function aggregate(name: AggregateName, values: readonly Value[]): Value {
  const defined = values.filter((value) => value !== undefined);
  if (name === 'COUNT') return defined.length;
  if (name === 'SUM' || name === 'AVG') {
    let sum = 0;
    for (const value of defined) {
      if (typeof value !== 'number') return undefined;
      sum += value;
    }
    if (name === 'SUM') return sum;
    return defined.length ? sum / defined.length : undefined;
  }
  const sign = name === 'MIN' ? 1 : -1;
  let best: Value;
  for (const value of defined) {
    if (typeRank(value) > 4) return undefined;
    if (best === undefined || compareValues(value, best) * sign < 0) best = value;
  }
  return best;
}
