export const tiers = [
  'Consumption',
  'Developer',
  'Basic',
  'Standard',
  'Premium',
  'BasicV2',
  'StandardV2',
  'PremiumV2',
] as const;

/** A tier of API Management. */
export type Tier = (typeof tiers)[number];

export interface TierLimits {
  /** Bytes of one policy document. */
  documentBytes: number;
  /** Bytes of one fragment. */
  fragmentBytes: number;
  /** Whether it limits rates by a key of one's own. */
  byKey: boolean;
  circuitBreaker: boolean;
  builtInCache: boolean;
  /** Policies it refuses. */
  lacks: readonly string[];
}

const kibibyte = 1024;

export function limitsOf(tier: Tier): TierLimits {
  const consumption = tier === 'Consumption';
  return {
    documentBytes: (consumption ? 16 : 256) * kibibyte,
    fragmentBytes: 32 * kibibyte,
    byKey: !consumption,
    circuitBreaker: !consumption,
    builtInCache: !consumption,
    lacks: consumption ? ['rate-limit-by-key', 'quota-by-key'] : tier.endsWith('V2') ? ['quota-by-key'] : [],
  };
}
