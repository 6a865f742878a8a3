/** One charge against one subject's day. */
export interface Charge {
  /** Who is charged: a subscription's id. */
  subject: string;
  /** UTC day, `YYYY-MM-DD`. */
  day: string;
  /** How many may be used that day. */
  limit: number;
  /** How many are asked for; all of them are granted, or none. */
  cost: number;
}

export interface Charged {
  granted: boolean;
  /** Used that day after the charge; on a denial, without it. */
  used: number;
}

/** Counts usage by subject and day. Every charge is atomic: however many run at once, `used` never passes `limit`. */
export interface QuotaStore {
  /** @throws {QuotaUnavailableError} when the store cannot be reached; nothing is known to be charged. */
  charge(charge: Charge): Promise<Charged>;
  /** Used so far that day. @throws {QuotaUnavailableError} */
  used(subject: string, day: string): Promise<number>;
}
