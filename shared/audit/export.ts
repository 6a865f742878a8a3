import canonicalize from 'canonicalize';
import type { AuditLog } from './audit-log.ts';
import type { ChainTip } from './chain.ts';

/** The last line of a chain in an export: without it, events cut off the end would not show. */
export interface ExportEnd {
  end: { stream: string } & ChainTip;
}

/** An export, line by line: each chain's events in canonical JSON, then its end. */
export async function* exportLines(log: AuditLog, streams: AsyncIterable<string[]>): AsyncIterable<string> {
  for await (const page of streams) {
    for (const stream of page) {
      let tip: ChainTip = { sequence: 0, hash: null };
      for await (const events of log.chain(stream)) {
        for (const event of events) {
          yield canonicalize(event) as string;
          tip = { sequence: event.sequence, hash: event.hash };
        }
      }
      const end: ExportEnd = { end: { stream, ...tip } };
      yield JSON.stringify(end);
    }
  }
}
