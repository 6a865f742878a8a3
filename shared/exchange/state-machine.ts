/** Where an exchange stands. `finished` and `refunded` are final; `failed`, `expired` and `canceled` may still be refunded. */
export const exchangeStates = [
  'awaiting_deposit',
  'confirming',
  'exchanging',
  'sending',
  'finished',
  'expired',
  'canceled',
  'failed',
  'refunded',
] as const;
export type ExchangeState = (typeof exchangeStates)[number];

/** What a provider reports about an exchange. */
export const providerEventTypes = [
  'deposit.detected',
  'deposit.confirmed',
  'trade.completed',
  'payout.sent',
  'payout.confirmed',
  'exchange.failed',
  'refund.sent',
] as const;
export type ProviderEventType = (typeof providerEventTypes)[number];

export type Classification =
  | { outcome: 'apply'; next: ExchangeState }
  /** Not allowed yet, but events still to come may make it so: hold it and try again after each of them. */
  | { outcome: 'early' }
  /** The exchange is already past it: nothing to do. */
  | { outcome: 'late' }
  /** No event to come makes it allowed. */
  | { outcome: 'forbidden' };

const path: readonly ExchangeState[] = ['awaiting_deposit', 'confirming', 'exchanging', 'sending', 'finished'];

// `payout.sent` leaves the state as it is and only brings the payout's transaction: a payout that is already confirmed
// needs no announcement, so `payout.confirmed` does not wait for it.
const steps: Partial<Record<ProviderEventType, { from: ExchangeState; next: ExchangeState }>> = {
  'deposit.detected': { from: 'awaiting_deposit', next: 'confirming' },
  'deposit.confirmed': { from: 'confirming', next: 'exchanging' },
  'trade.completed': { from: 'exchanging', next: 'sending' },
  'payout.sent': { from: 'sending', next: 'sending' },
  'payout.confirmed': { from: 'sending', next: 'finished' },
};

/** What an event means to an exchange in `state`. Providers number nothing, so the state alone decides. */
export function classify(state: ExchangeState, eventType: ProviderEventType): Classification {
  if (eventType === 'exchange.failed') return classifyFailure(state);
  if (eventType === 'refund.sent') return classifyRefund(state);
  const step = steps[eventType];
  const position = path.indexOf(state);
  if (!step || position < 0) return { outcome: 'forbidden' };
  const from = path.indexOf(step.from);
  if (position === from) return { outcome: 'apply', next: step.next };
  return { outcome: position < from ? 'early' : 'late' };
}

/** True for the names in `providerEventTypes`; anything else a provider sends is recorded and has no effect. */
export function isProviderEventType(name: string): name is ProviderEventType {
  return (providerEventTypes as readonly string[]).includes(name);
}

function classifyFailure(state: ExchangeState): Classification {
  if (state === 'failed' || state === 'refunded') return { outcome: 'late' };
  if (path.includes(state) && state !== 'finished') return { outcome: 'apply', next: 'failed' };
  return { outcome: 'forbidden' };
}

// Money that arrives for an exchange that expired or was canceled goes back too.
function classifyRefund(state: ExchangeState): Classification {
  if (state === 'failed' || state === 'expired' || state === 'canceled') return { outcome: 'apply', next: 'refunded' };
  if (state === 'refunded') return { outcome: 'late' };
  return { outcome: state === 'finished' ? 'forbidden' : 'early' };
}
