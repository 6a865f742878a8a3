/**
 * Wakes the one consumer that may work on a stream. A ring carries nothing: it may come late, twice or never without
 * harm, because the stream's head says what is to be done and a sweeper rings again for what is due.
 */
export interface Bell {
  /** `at`: not before this moment, in milliseconds since 1970. `reconcile`: look at the source even with nothing waiting. */
  ring(stream: string, options?: { at?: number; reconcile?: boolean }): Promise<void>;
}
