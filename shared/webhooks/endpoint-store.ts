import type { Endpoint, EndpointHealth } from './endpoint.ts';

/** Where endpoints live. Each method is one round trip, and may throw `StoreUnavailableError`. */
export interface EndpointStore {
  list(partnerId: string): Promise<Endpoint[]>;
  get(partnerId: string, id: string): Promise<Endpoint | undefined>;
  create(endpoint: Endpoint): Promise<void>;
  /**
   * Changes an endpoint as it is now, again when somebody else did so in between.
   * @returns what it is afterwards; undefined when there is none
   */
  update(partnerId: string, id: string, change: (endpoint: Endpoint) => Endpoint): Promise<Endpoint | undefined>;
  /** False when there was none. */
  remove(partnerId: string, id: string): Promise<boolean>;
  /**
   * Replaces the health if it is still `seen`: of many streams that wait for a failing endpoint, one gets through.
   * @returns false when somebody else was faster
   */
  setHealth(partnerId: string, id: string, seen: EndpointHealth, health: EndpointHealth): Promise<boolean>;
}
