import { ProblemError } from '../contract/errors.ts';

/** What the next page begins after, as the opaque text of `nextCursor`; null when there is no next page. */
export function toCursor(last: string | undefined): string | null {
  return last === undefined ? null : Buffer.from(last).toString('base64url');
}

/**
 * What a cursor stands for. A forged one only begins the page elsewhere: pages never leave the caller's own rows.
 * @throws {ProblemError} validation-failed when it cannot be one of ours
 */
export function fromCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const last = Buffer.from(cursor, 'base64url').toString('latin1');
  if (/^[\w-]+$/.test(last)) return last;
  const errors = [{ parameter: 'cursor', detail: 'must be the nextCursor of an earlier answer' }];
  throw new ProblemError('validation-failed', { errors });
}
