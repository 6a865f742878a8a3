import type { AuditLog } from './audit-log.ts';
import type { AuditEvent } from './chain.ts';

/** Events of one chain that an answer shows at most; an exchange has a dozen. */
const shownLimit = 1000;

/** The audit trail of a stream, oldest first; empty when it has none (yet). */
export async function readChain(log: AuditLog, stream: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const page of log.chain(stream)) {
    events.push(...page);
    if (events.length >= shownLimit) break;
  }
  return events.slice(0, shownLimit);
}
