import type { Bell } from './bell.ts';
import type { Effect } from './effect.ts';
import type { FollowUp } from './head.ts';
import type { StreamStore } from './stream-store.ts';

/** What an operator should hear of. */
export type StreamReport =
  | { kind: 'parked'; stream: string; key: string | null; reason: string }
  | { kind: 'delayed'; stream: string; attempts: number; until: number; error: Error }
  | { kind: 'ring-lost'; stream: string; error: Error }
  | { kind: 'log-lost'; stream: string; error: Error }
  | { kind: 'store-unavailable'; stream: string; error: Error };

/** Everything the engine touches; nothing else in it knows the time, chance or the network. */
export interface StreamPorts {
  queue: string;
  store: StreamStore;
  bell: Bell;
  effect: Effect;
  now: () => number;
  /** From 0 up to 1. */
  random: () => number;
  /** Milliseconds to wait after the n-th failed attempt; null gives up and parks the stream. */
  retryDelay: (attempt: number, error: Error, random: () => number) => number | null;
  /** Hands what decisions set off to other streams, in order; may see the same item again after a crash. */
  handOn: (followUps: readonly FollowUp[]) => Promise<void>;
  report: (event: StreamReport) => void;
}
