import { parseArgs } from 'node:util';
import type { Operation } from '../../shared/contract/operation.ts';
import type { Command } from '../command.ts';
import { findOperation } from './find-operation.ts';
import { currentSwitch, moveRoute, timeoutOf } from './move-route.ts';
import type { RouteTools } from './route-tools.ts';

const usage = `usage: npm run ops -- rollback <operation> [options]

Sends all traffic of one operation back to legacy, waits until the gateway is seen to do so, and says how long
that took. The rollback is an event of the audit trail, in the stream ops.

  --previous      back to what the switch held before the last shift, not to legacy
  --reason TEXT   why, for the audit trail
  --timeout S     how long to wait for the gateway, in seconds (default 60)

examples:
  npm run ops -- rollback quotes.create
  npm run ops -- rollback exchanges.create --previous --reason "errors doubled"`;

export function rollbackCommand(operations: readonly Operation[], openTools: () => Promise<RouteTools>): Command {
  return {
    summary: 'send the traffic of an operation back to legacy, or to where it was',
    usage,
    async run(args, output) {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          previous: { type: 'boolean', default: false },
          reason: { type: 'string' },
          timeout: { type: 'string', default: '60' },
        },
      });
      const operation = findOperation(operations, positionals);
      const timeoutMs = timeoutOf(values.timeout);
      const tools = await openTools();
      const from = await currentSwitch(tools, operation);
      const to = values.previous ? from.previous : 'legacy';
      if (to === undefined) {
        output.err(`${operation.id}: was never shifted, so there is nothing before ${from.text}: leave out --previous`);
        return 1;
      }
      if (from.text === to) {
        output.out(`${operation.id}: is ${to} already`);
        return 0;
      }
      const { reason } = values;
      return moveRoute(tools, { operation, from, to, type: 'traffic.rolled-back', reason, timeoutMs }, output);
    },
  };
}
