import type { AuditLog } from '../../shared/audit/audit-log.ts';
import type { ChainTip } from '../../shared/audit/chain.ts';

/** What the commands need from outside. */
export interface AuditTools {
  log: AuditLog;
  /** Where a stream's chain ends, as its head says. */
  tip: (stream: string) => Promise<ChainTip | undefined>;
  /** Folder of the running stack's checkpoints. */
  checkpoints?: string | undefined;
  close: () => Promise<void>;
}
