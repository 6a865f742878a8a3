import { routeSwitchName, type Operation } from '../../shared/contract/operation.ts';
import { invalidRevision, revisionOf } from '../../shared/migration/route-state.ts';
import { FailedError, UsageError, type Output } from '../command.ts';
import type { RouteSwitch, RouteTools, ShiftEvent } from './route-tools.ts';
import { waitForRevision } from './wait-for-revision.ts';

interface Move {
  operation: Operation;
  from: RouteSwitch;
  to: string;
  type: ShiftEvent['type'];
  reason: string | undefined;
  timeoutMs: number;
}

/** The switch of an operation now. @throws {FailedError} when the gateway has none */
export async function currentSwitch(tools: RouteTools, operation: Operation): Promise<RouteSwitch> {
  const found = (await tools.switches.list()).get(routeSwitchName(operation.id));
  if (found) return found;
  throw new FailedError(
    `${operation.id}: the gateway has no switch for it: legacy does not have the operation, or its policies are not deployed`,
  );
}

/**
 * Moves a switch, waits until the gateway is seen to follow, and records it. Exit code: 0 seen and recorded, else 1.
 * @throws {FailedError} for text that no switch should hold
 */
export async function moveRoute(tools: RouteTools, move: Move, output: Output): Promise<number> {
  const { operation, from, to, type, reason, timeoutMs } = move;
  // What the switch held before may have been put there by hand.
  if (revisionOf(to) === invalidRevision)
    throw new FailedError(
      `${operation.id}: "${to}" is no state of a route, and is not written: use legacy, shadow, functions or split:0 to split:10000`,
    );
  const since = tools.clock.now();
  await tools.switches.move(routeSwitchName(operation.id), from.text, to);
  const { seen, milliseconds, probes } = await waitForRevision({
    expected: to,
    probe: () => tools.probe(operation),
    clock: tools.clock,
    since,
    timeoutMs,
  });
  const asked = `${probes} ${probes === 1 ? 'probe' : 'probes'}`;
  if (seen) output.out(`${operation.id}: ${from.text} -> ${to}, live after ${milliseconds} ms (${asked})`);
  else
    output.err(
      `${operation.id}: ${from.text} -> ${to} was accepted, but not seen at the gateway in ${milliseconds} ms (${asked}): look again with "ops routes"`,
    );
  try {
    await tools.record({
      type,
      outcome: seen ? 'applied' : 'not-confirmed',
      operation: operation.id,
      from: from.text,
      to,
      ...(reason !== undefined && { reason }),
      milliseconds,
      probes,
    });
  } catch (error) {
    // A way back must not wait for the audit store: the traffic has moved, and the operator must know that nothing says so.
    output.err(`${operation.id}: moved, but not in the audit trail: ${(error as Error).message}`);
    return 1;
  }
  return seen ? 0 : 1;
}

/** Milliseconds, from a `--timeout` option in seconds. @throws {UsageError} */
export function timeoutOf(option: string): number {
  const seconds = Number(option);
  if (seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw new UsageError(`--timeout ${option}: use seconds, from 1 to 3600`);
}
