import type { JsonObject } from '../audit/json.ts';

/** One try to deliver, and what came of it. */
export interface Attempt {
  at: string;
  milliseconds: number;
  /** Null when there was no answer. */
  status: number | null;
  error: string | null;
  /** The beginning of the answer. */
  response: string | null;
}

export type DeliveryStatus = 'delivered' | 'retrying' | 'failed' | 'dropped';

/** What was sent to an endpoint, as partners and operators see it. The stream decides; this only tells. */
export interface Delivery {
  id: string;
  endpointId: string;
  partnerId: string;
  /** The stream that it belongs to, which keeps its order. */
  stream: string;
  eventId: string;
  eventType: string;
  exchangeId: string | null;
  status: DeliveryStatus;
  createdAt: string;
  event: JsonObject;
  attempts: Attempt[];
}

const keptAttempts = 10;

/** The delivery after one more attempt; the oldest attempts are forgotten. */
export function withAttempt(delivery: Delivery, attempt: Attempt, status: DeliveryStatus): Delivery {
  return { ...delivery, status, attempts: [...delivery.attempts, attempt].slice(-keptAttempts) };
}
