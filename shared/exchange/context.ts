import type { Sql } from './sql.ts';

/** What the domain needs from outside for one request. */
export interface Context {
  sql: Sql;
  now: Date;
  /** Cryptographic randomness. */
  randomBytes: (count: number) => Uint8Array;
}
