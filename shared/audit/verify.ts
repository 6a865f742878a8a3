import type { AuditLog } from './audit-log.ts';
import { checkLink, emptyChain, type ChainTip } from './chain.ts';

/** What checking one chain came to. */
export interface ChainResult {
  stream: string;
  events: number;
  /** What is wrong, and where; absent when the chain holds. */
  fault?: string;
}

/**
 * Checks a chain from its first event to its end.
 * @param expected where the chain must end, when that is known: without it, events cut off the end do not show
 */
export async function verifyChain(log: AuditLog, stream: string, expected?: ChainTip): Promise<ChainResult> {
  let tip = emptyChain;
  for await (const page of log.chain(stream)) {
    for (const event of page) {
      if (event.stream !== stream) return { stream, events: tip.sequence, fault: `holds an event of ${event.stream}` };
      const next = checkLink(tip, event);
      if (typeof next === 'string') return { stream, events: tip.sequence, fault: next };
      tip = next;
    }
  }
  const fault = expected && endFault(tip, expected);
  return { stream, events: tip.sequence, ...(fault && { fault }) };
}

function endFault(tip: ChainTip, expected: ChainTip): string | undefined {
  // The chain may have grown since its end was looked up, but never shrunk.
  if (tip.sequence < expected.sequence) return `ends at event ${tip.sequence}; ${expected.sequence} are known to exist`;
  if (tip.sequence === expected.sequence && tip.hash !== expected.hash) return 'does not end as its head says';
  return undefined;
}
