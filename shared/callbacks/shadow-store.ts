import type { ExchangeState } from '../exchange/state-machine.ts';
import type { Entry } from '../streams/head.ts';

/** How an exchange stood before one of its callbacks was decided. */
export interface Start {
  provider: string;
  state: ExchangeState;
  /** Keys of the callbacks that were decided before it. */
  before: string[];
}

/** What this arm would have made of one callback, in the order in which it would have decided. */
export interface Prediction {
  /** Provider and event id, as in the entry's key. */
  key: string;
  type: string;
  /** `refused` when it would not have been accepted at all, `parked` when it would have stopped the stream. */
  outcome: string;
  state: ExchangeState | null;
  /** Why it was refused or parked. */
  reason?: string;
  at: number;
}

/**
 * One exchange as this arm would have it, while the legacy arm has the effect: a state of its own, moved by nothing but
 * the copies of its callbacks.
 */
export interface Shadow {
  exchangeId: string;
  /** When the first copy came, in milliseconds since 1970. */
  startedAt: number;
  /** Who carries the exchange out; null when there is none by this id. */
  provider: string | null;
  state: ExchangeState;
  /** Callbacks that the legacy arm had decided before the first copy: nothing is said about them. */
  before: readonly string[];
  /** Came before their turn. */
  held: readonly Entry[];
  predictions: readonly Prediction[];
  /** An event that stopped the stream: what comes behind it would wait. */
  parked: boolean;
  /** Copies beyond what is kept of one exchange. */
  left: number;
}

interface VersionedShadow {
  shadow: Shadow;
  version: string;
}

/** Where shadows are kept, for a week after their last change. May throw `StoreUnavailableError`. */
export interface ShadowStore {
  read(exchangeId: string): Promise<VersionedShadow | undefined>;
  /** @returns false when it is no longer the one that was read */
  write(shadow: Shadow, version: string | undefined): Promise<boolean>;
  /** Those that began since then, in milliseconds, a page at a time. */
  since(startedAt: number): AsyncIterable<Shadow[]>;
}
