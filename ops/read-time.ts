import { moment } from '../shared/contract/values.ts';
import { UsageError } from './command.ts';

/**
 * A time on the command line. Strictly RFC 3339: `new Date` reads "5" as May 2001, and whatever has happened since would
 * be chosen. @throws {UsageError}
 */
export function readTime(text: string): Date {
  if (moment.safeParse(text).success) return new Date(text);
  throw new UsageError(`"${text}" is no time: use RFC 3339, such as 2026-01-05T00:00:00Z`);
}
