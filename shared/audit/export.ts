import { createHash, type Hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditLog } from './audit-log.ts';
import type { ChainTip } from './chain.ts';

type ChainEnd = { stream: string } & ChainTip;

/** The last line of a chain in an export: without it, events cut off the end would not show. */
export interface ExportEnd {
  end: ChainEnd;
}

/** The last line of an export: without it, chains that are left out, doubled or cut off the end would not show. */
export interface ExportTotal {
  total: { chains: number; /** SHA-256 over the ends, in order; hex. */ ends: string };
}

/** Adds up what the last line of an export states. */
export function totalOf(): { add: (end: ChainEnd) => void; total: () => ExportTotal['total'] } {
  const ends: Hash = createHash('sha256');
  let chains = 0;
  return {
    add: ({ stream, sequence, hash }) => {
      ends.update(`${stream}\n${sequence}\n${hash}\n`);
      chains++;
    },
    total: () => ({ chains, ends: ends.copy().digest('hex') }),
  };
}

/** An export, line by line: each chain's events in canonical JSON, then its end; and last how many chains there are. */
export async function* exportLines(log: AuditLog, streams: AsyncIterable<string[]>): AsyncIterable<string> {
  const { add, total } = totalOf();
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
      add(end.end);
      yield JSON.stringify(end);
    }
  }
  yield JSON.stringify({ total: total() } satisfies ExportTotal);
}
