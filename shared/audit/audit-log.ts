import type { AuditEvent, ChainTip } from './chain.ts';

/** Where audit chains can be read. */
export interface AuditLog {
  /** One chain from `from` on, in order, a page at a time. */
  chain(stream: string, from?: number): AsyncIterable<AuditEvent[]>;
  /** Every stream that has a chain, a page at a time. */
  streams(): AsyncIterable<string[]>;
  /** Where the chains that moved at or after a time (milliseconds) end, a page at a time. */
  tips(since: number): AsyncIterable<{ stream: string; tip: ChainTip }[]>;
}
