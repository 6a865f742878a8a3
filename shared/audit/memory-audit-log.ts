import type { AuditLog } from './audit-log.ts';
import type { AuditEvent } from './chain.ts';

/** Chains in memory, for tests. Pages are small on purpose. */
export function memoryAuditLog(chains: ReadonlyMap<string, readonly AuditEvent[]>): AuditLog {
  async function* pages<T>(items: readonly T[]): AsyncIterable<T[]> {
    for (let at = 0; at < items.length; at += 3) yield items.slice(at, at + 3);
  }
  return {
    chain: (stream, from = 1) => pages((chains.get(stream) ?? []).filter(({ sequence }) => sequence >= from)),
    streams: () => pages([...chains.keys()]),
    tips: (since) =>
      pages(
        [...chains].flatMap(([stream, events]) => {
          const last = events.at(-1);
          if (!last || Date.parse(last.recordedAt) < since) return [];
          return [{ stream, tip: { sequence: last.sequence, hash: last.hash } }];
        }),
      ),
  };
}
