import { UsageError, type Command } from '../command.ts';
import type { AuditTools } from './audit-tools.ts';
import { verifyOnline } from './verify-online.ts';

const usage = `usage: npm run ops -- audit verify [stream]

Checks that no event of the audit trail was changed, left out, put in or cut off: every hash is computed again, and
every chain must end where its stream's head says. Exit code 1 when one does not hold.

examples:
  npm run ops -- audit verify
  npm run ops -- audit verify ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61`;

export function auditCommand(openTools: () => Promise<AuditTools>): Command {
  return {
    summary: 'verify the audit trail',
    usage,
    async run([action, ...args], output) {
      if (action !== 'verify') throw new UsageError(action ? `no such action: ${action}` : 'name an action: verify');
      if (args.length > 1 || args[0]?.startsWith('-')) throw new UsageError('give one stream, or none for all');
      const tools = await openTools();
      try {
        return await verifyOnline(tools, args[0], output);
      } finally {
        await tools.close();
      }
    },
  };
}
