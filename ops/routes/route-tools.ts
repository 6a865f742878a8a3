import type { Operation } from '../../shared/contract/operation.ts';

/** One route's switch, as the gateway's administration has it. */
export interface RouteSwitch {
  /** `legacy`, `split:2500` ... */
  text: string;
  /** What it held before the last shift. */
  previous?: string;
}

/** The switches of a gateway, by the name of their named value. */
export interface RouteSwitches {
  list(): Promise<ReadonlyMap<string, RouteSwitch>>;
  /** Rejects when the switch does not hold `from` any more. */
  move(name: string, from: string, to: string): Promise<void>;
}

/** A shift of traffic, for the audit trail. */
export interface ShiftEvent {
  type: 'traffic.shifted' | 'traffic.rolled-back';
  /** Whether the new state was seen at the gateway, and not only accepted by its administration. */
  outcome: 'applied' | 'not-confirmed';
  operation: string;
  from: string;
  to: string;
  reason?: string;
  /** From the order to the first sight of the new state. */
  milliseconds: number;
  probes: number;
}

/** What the commands need from outside. */
export interface RouteTools {
  switches: RouteSwitches;
  /** The revision that a route's answers carry, asked by a request that no limit, quota or back end notices. */
  probe(operation: Operation): Promise<string | undefined>;
  record(event: ShiftEvent): Promise<void>;
  clock: { now(): number; wait(milliseconds: number): Promise<void> };
}
