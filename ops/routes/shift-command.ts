import { parseArgs } from 'node:util';
import type { Operation } from '../../shared/contract/operation.ts';
import { basisPointsOf, formatRouteState, revisionOf, type RouteState } from '../../shared/migration/route-state.ts';
import { UsageError, type Command } from '../command.ts';
import { findOperation } from './find-operation.ts';
import { currentSwitch, moveRoute, timeoutOf } from './move-route.ts';
import type { RouteTools } from './route-tools.ts';

const usage = `usage: npm run ops -- shift <operation> --to legacy|shadow|functions|split [--percent N] [options]

Moves the traffic of one operation, waits until the gateway is seen to do so, and says how long that took.
The shift is an event of the audit trail, in the stream ops.

  --to WHERE      legacy, functions, or split between them; of callbacks also shadow: legacy has the effect, and functions
                  decides about a copy (see callbacks compare --live)
  --percent N     with split: the share of functions, 0 to 100, at most two decimals
  --reason TEXT   why, for the audit trail
  --force         shift although the gateway has not followed the last shift yet, or does not answer; needs --reason
  --dry-run       say what would change, and change nothing
  --timeout S     how long to wait for the gateway, in seconds (default 60)

examples:
  npm run ops -- shift quotes.create --to split --percent 25
  npm run ops -- shift currencies.list --to functions --reason "parity certificate of Tuesday"`;

export function shiftCommand(operations: readonly Operation[], openTools: () => Promise<RouteTools>): Command {
  return {
    summary: 'move the traffic of an operation to legacy, functions, or a split',
    usage,
    async run(args, output) {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          to: { type: 'string' },
          percent: { type: 'string' },
          reason: { type: 'string' },
          force: { type: 'boolean', default: false },
          'dry-run': { type: 'boolean', default: false },
          timeout: { type: 'string', default: '60' },
        },
      });
      const operation = findOperation(operations, positionals);
      const to = formatRouteState(stateOf(values, operation));
      const timeoutMs = timeoutOf(values.timeout);
      if (values.force && values.reason === undefined) throw new UsageError('--force needs --reason: it is audited');
      const tools = await openTools();
      const from = await currentSwitch(tools, operation);
      if (from.text === to) {
        output.out(`${operation.id}: is ${to} already`);
        return 0;
      }
      if (values['dry-run']) {
        output.out(`${operation.id}: ${from.text} -> ${to} (not done: --dry-run)`);
        return 0;
      }
      const { reason, force } = values;
      const live = await tools.probe(operation);
      if (live !== revisionOf(from.text) && !force) {
        output.err(
          `${operation.id}: its switch says ${from.text}, but the gateway ${live === undefined ? 'does not answer' : `is at ${live}`}: wait for it, or use --force with --reason`,
        );
        return 1;
      }
      return moveRoute(tools, { operation, from, to, type: 'traffic.shifted', reason, timeoutMs }, output);
    },
  };
}

function stateOf(
  { to, percent }: { to?: string | undefined; percent?: string | undefined },
  { id, access }: Operation,
): RouteState {
  if (to === 'split') {
    const basisPoints = percent === undefined ? undefined : basisPointsOf(percent);
    if (basisPoints === undefined)
      throw new UsageError('--to split needs --percent, from 0 to 100 with at most two decimals, such as 0.25');
    return { mode: 'split', basisPoints };
  }
  if (percent !== undefined) throw new UsageError('--percent has a meaning with --to split only');
  if (to === 'legacy' || to === 'functions') return { mode: to };
  if (to === 'shadow') {
    if (access === 'signature') return { mode: to };
    throw new UsageError(`--to shadow compares callbacks only: ${id} would be answered by legacy, and no more`);
  }
  throw new UsageError(
    to === undefined ? 'say where to: --to legacy, functions or split' : `--to ${to}: use legacy, functions or split`,
  );
}
