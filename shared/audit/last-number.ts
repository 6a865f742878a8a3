/**
 * The last of things numbered from 1 without a gap, by looking for single ones: first in steps that double, then by
 * halves, so two for each doubling of their count (Bentley and Yao, "An almost optimal algorithm for unbounded
 * searching", 1976).
 * @param from known to exist, or 0
 */
export async function lastNumber(exists: (number: number) => Promise<boolean>, from: number): Promise<number> {
  let found = from;
  let step = 1;
  while (await exists(found + step)) {
    found += step;
    step *= 2;
  }
  let missing = found + step;
  while (missing - found > 1) {
    const middle = found + Math.floor((missing - found) / 2);
    if (await exists(middle)) found = middle;
    else missing = middle;
  }
  return found;
}
