import type { Decision } from '../streams/effect.ts';
import type { ExchangeState } from '../exchange/state-machine.ts';

/** The decisions that were made durable last, and the number of the first: what a repeated call answers. */
export interface LastDecisions {
  first: number;
  decisions: Decision[];
}

/** What deciding about an exchange's events needs of its row. */
export interface ExchangeRow {
  id: string;
  partnerId: string;
  /** Who carries the exchange out, and alone may report on it. */
  provider: string;
  /** What is exchanged for what: `BTC-ETH`. */
  pair: string;
  state: ExchangeState;
  /** The state that the audit chain knows; null before the chain has begun. The legacy service moves only `state`. */
  recordedState: ExchangeState | null;
  /** Number of the last decision that had an effect here. */
  sequence: number;
  last: LastDecisions | null;
  createdAt: string;
  updatedAt: string;
}

export interface RowChange {
  state: ExchangeState;
  recordedState: ExchangeState | null;
  sequence: number;
  last: LastDecisions;
  depositTransaction?: string;
  payoutTransaction?: string;
}

/** The system of record, as far as callbacks touch it. Each method is one round trip. */
export interface ExchangeRows {
  read(exchangeId: string): Promise<ExchangeRow | undefined>;
  /**
   * Changes the row in one statement, if its state and sequence are still those that were read.
   * @returns false when they are not, and nothing was changed
   */
  write(row: ExchangeRow, change: RowChange, now: number): Promise<boolean>;
}
