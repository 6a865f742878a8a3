import type { Exchange } from '../exchange.ts';
import type { PolicyElement } from '../policy-element.ts';
import { condition } from './choose.ts';

export interface Increments {
  /** How much a call counts when it comes. */
  now: number;
  /** How much it counts when its answer is known: expressions are evaluated at the end of outbound. */
  later?: (exchange: Exchange) => number;
}

/** Reads `increment-condition` and `increment-count`. */
export function increments(element: PolicyElement): Increments {
  const count = element.integer('increment-count', { min: 0 }, 1);
  const counts = element.has('increment-condition') ? condition(element, 'increment-condition') : undefined;
  if (!counts && count.constant !== undefined) return { now: count.constant };
  return { now: 0, later: (exchange) => (counts?.(exchange) === false ? 0 : count(exchange)) };
}
