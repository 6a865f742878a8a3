import { ExpressionError } from '../../../errors.ts';
import { ignoringCase, keyOf, Query, type KeyOf } from '../../collections.ts';
import type { TypeArguments } from '../../type-arguments.ts';

export type Func = (...values: unknown[]) => unknown;

export type Items = unknown;

/** A sequence that runs when it is walked over. */
export function later(by: TypeArguments, name: string, run: () => Iterator<unknown>): Query {
  return new Query(by.of(name), run);
}

export function notNull(value: unknown, name: string): void {
  if (value === null || value === undefined)
    throw new ExpressionError('ArgumentNullException', `Value cannot be null.\r\nParameter name: ${name}`);
}

/** How a comparer that was given tells values apart. */
export const keyBy = (comparer: unknown): KeyOf =>
  (comparer as { name?: string } | null | undefined)?.name?.endsWith('IgnoreCase') ? ignoringCase : keyOf;
export type Signatures = Record<string, (...args: never[]) => unknown>;
