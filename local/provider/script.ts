import { createHash } from 'node:crypto';

/** A callback as the simulated provider sends it. */
export interface ProviderEvent {
  id: string;
  type: string;
  exchangeId: string;
  occurredAt: string;
  data: Record<string, unknown>;
}

export interface ScriptOptions {
  /** The same seed and exchange give the same script. */
  seed: number;
  /** Mean time between two events, ms. */
  delayMs: number;
  /** Share of events that are sent twice, 0 to 1. */
  duplicates: number;
  /** Share of events that are sent after their successor, 0 to 1. */
  disorder: number;
  /** Share of exchanges that fail after the deposit and are refunded, 0 to 1. */
  failures: number;
}

export interface Sending {
  /** When, in ms after the exchange was seen. */
  atMs: number;
  event: Omit<ProviderEvent, 'occurredAt'>;
}

const success = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];
const failure = ['deposit.detected', 'deposit.confirmed', 'exchange.failed', 'refund.sent'];

/** Everything the provider sends for one exchange, by time. Event ids are stable, so a restart repeats, not adds. */
export function script(exchangeId: string, options: ScriptOptions): Sending[] {
  const random = seeded(`${options.seed}:${exchangeId}`);
  const types = random() < options.failures ? failure : success;
  let atMs = 0;
  const sendings = types.map((type): Sending => {
    atMs += options.delayMs * (0.5 + random());
    return { atMs, event: { id: `evt_${exchangeId.slice(3)}_${type}`, type, exchangeId, data: details(type, random) } };
  });
  const extra: Sending[] = [];
  for (const [index, sending] of sendings.entries()) {
    const next = sendings[index + 1];
    if (next && random() < options.disorder) sending.atMs = next.atMs + options.delayMs * 0.25;
    if (random() < options.duplicates) extra.push({ ...sending, atMs: sending.atMs + options.delayMs * random() * 2 });
  }
  return [...sendings, ...extra].sort((a, b) => a.atMs - b.atMs);
}

function details(type: string, random: () => number): Record<string, unknown> {
  const transaction = createHash('sha256').update(String(random())).digest('hex');
  switch (type) {
    case 'deposit.detected':
      return { transaction, confirmations: 0 };
    case 'deposit.confirmed':
      return { transaction, confirmations: 2 };
    case 'exchange.failed':
      return { reason: 'liquidity withdrawn' };
    default:
      return { transaction };
  }
}

/** Uniform numbers in [0, 1) from a text: a hash of a counter, which needs no state to be repeatable. */
function seeded(text: string): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${text}:${count++}`).digest().readUInt32LE() / 2 ** 32;
}
