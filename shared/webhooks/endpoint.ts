/** A secret and until when it signs; the newest has no end. */
export interface EndpointSecret {
  /** `whsec_` and base64. */
  secret: string;
  /** Ed25519 private key, `whsk_` and base64 of seed and public key; only where the partner asked for it. */
  privateKey?: string;
  /** In milliseconds since 1970. */
  expiresAt?: number;
}

/** How an endpoint has fared lately. All zero while it answers. */
export interface EndpointHealth {
  /** Failed attempts in a row. */
  failures: number;
  /** Since when it has been failing, in milliseconds; 0 when it is not. */
  failingSince: number;
  /** Until then nothing is tried: the circuit is open. */
  openUntil: number;
}

export interface Endpoint {
  id: string;
  partnerId: string;
  url: string;
  /** Null for all. */
  eventTypes: readonly string[] | null;
  /** Null for all. */
  pairs: readonly string[] | null;
  description: string | null;
  /** Deliveries a second; null for no limit. */
  rateLimit: number | null;
  enabled: boolean;
  disabledReason: 'gone' | 'failing' | 'partner' | null;
  /** The follow-up that disabled it last; others that were to do the same did nothing. */
  disabledBy?: string;
  /** Newest first. */
  secrets: readonly EndpointSecret[];
  health: EndpointHealth;
  createdAt: string;
}

export const healthy: EndpointHealth = { failures: 0, failingSince: 0, openUntil: 0 };

export const endpointLimit = 20;

/** Whether an event is for an endpoint. */
export function wants(endpoint: Endpoint, type: string, pair: unknown): boolean {
  if (!endpoint.enabled) return false;
  if (endpoint.eventTypes !== null && !endpoint.eventTypes.includes(type)) return false;
  return endpoint.pairs === null || (typeof pair === 'string' && endpoint.pairs.includes(pair));
}
