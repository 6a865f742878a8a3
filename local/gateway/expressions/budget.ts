import { ExpressionError } from '../errors.ts';

/** Rounds of loops, calls of functions and elements of sequences that one evaluation may take. */
const limit = 2_000_000;
/** Seconds for what is few steps, each of them long, such as a megabyte of text in capitals. */
const patience = 5;
/** Steps between two looks at the clock, so that most evaluations never look. */
const stride = 1000;

let left = limit;
let untilLook = stride;
let deadline = Infinity;

/** Begins an evaluation. Evaluations do not wait for anything, so that there is one at a time. */
export function startBudget(): void {
  left = limit;
  untilLook = stride;
  deadline = Infinity;
}

/**
 * Counts work whose size the expression decides: one that never ends would stop every other request.
 * Throws TimeoutException.
 */
export function spend(amount = 1): void {
  left -= amount;
  if (left < 0) throw new ExpressionError('TimeoutException', `An expression took more than ${limit} steps.`);
  untilLook -= amount;
  if (untilLook < 0) look();
}

/** Throws TimeoutException. */
function look(): void {
  const now = performance.now();
  untilLook = stride;
  if (deadline === Infinity) deadline = now + patience * 1000;
  if (now > deadline) throw new ExpressionError('TimeoutException', `An expression took more than ${patience} s.`);
}
