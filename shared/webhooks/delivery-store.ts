import type { Delivery, DeliveryStatus } from './delivery.ts';

interface DeliveryPage {
  /** Newest first. */
  items: Delivery[];
  /** Where the next page begins; undefined on the last. */
  next: string | undefined;
}

/** The log of deliveries, kept for 30 days. Each method is one round trip, and may throw `StoreUnavailableError`. */
export interface DeliveryStore {
  get(endpointId: string, id: string): Promise<Delivery | undefined>;
  put(delivery: Delivery): Promise<void>;
  list(
    endpointId: string,
    options: { status?: DeliveryStatus | undefined; limit: number; before?: string | undefined },
  ): Promise<DeliveryPage>;
  /** By time of the event, oldest first; `until` is left out. */
  range(endpointId: string, since: string, until: string, limit: number): Promise<Delivery[]>;
  /**
   * Takes one of an endpoint's deliveries of this second.
   * @returns milliseconds to wait when they are used up; 0 for go ahead
   */
  take(endpointId: string, perSecond: number, now: number): Promise<number>;
}
