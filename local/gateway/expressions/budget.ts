import { ExpressionError } from '../errors.ts';

/** Rounds of loops, calls of functions and elements of sequences that one evaluation may take. */
const limit = 2_000_000;
let left = limit;

/** Begins an evaluation. Evaluations do not wait for anything, so that there is one at a time. */
export function startBudget(): void {
  left = limit;
}

/**
 * Counts work whose size the expression decides: one that never ends would stop every other request.
 * Throws TimeoutException.
 */
export function spend(amount = 1): void {
  left -= amount;
  if (left < 0) throw new ExpressionError('TimeoutException', `An expression took more than ${limit} steps.`);
}
