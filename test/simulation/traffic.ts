import type { Entry } from '../../shared/streams/head.ts';
import type { Random } from './random.ts';

export interface PlannedEvent {
  at: number;
  entry: Omit<Entry, 'at'>;
}

/** One exchange of a schedule, and what happens to it. */
export interface PlannedExchange {
  id: string;
  createdAt: number;
  canceledAt?: number;
  sick?: { from: number; to: number };
  broken?: { from: number; to: number };
  events: PlannedEvent[];
  /** Keys of events that cannot be processed until an operator mends them. */
  poison: Set<string>;
  /** True when every event comes and nothing is wrong with this exchange itself. */
  healthy: boolean;
}

export const provider = 'simulator';
const success = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];
const failure = ['deposit.detected', 'deposit.confirmed', 'exchange.failed', 'refund.sent'];

/** Draws one exchange: created, reported on out of order and more than once, now and then poisoned, canceled or stuck. */
export function drawExchange(random: Random, index: number, start: number, spanMs: number): PlannedExchange {
  const id = `ex_${index}`;
  const createdAt = start + random.next() * spanMs * 0.3;
  const types = [...(random.chance(0.85) ? success : failure)];
  if (random.chance(0.05)) types.push(...Array.from({ length: 70 }, () => 'never.heard.of'));
  else if (random.chance(0.15)) types.push('never.heard.of');
  const poison = new Set<string>();
  const poisoned = random.chance(0.15) ? random.below(5) : -1;
  const missing = random.chance(0.04) ? random.below(5) : -1;
  const disorder = random.chance(0.4) ? random.next() * 0.5 : 0;
  const duplicates = random.chance(0.4) ? random.next() * 0.5 : 0;
  const gap = random.chance(0.3) ? 0 : (spanMs / types.length) * random.next();
  const events: PlannedEvent[] = [];
  let foreign = false;
  let at = createdAt - (random.chance(0.1) ? random.below(5000) : 0);
  for (const [number, type] of types.entries()) {
    at += gap * random.next() * 2;
    if (number === missing) continue;
    const key = `${id}-${number}`;
    const bad = number === poisoned;
    if (bad) poison.add(key);
    const from = random.chance(0.01) ? 'another' : provider;
    if (from !== provider) foreign = true;
    const entry = { key, type, data: { eventId: key, provider: from, data: bad ? { transaction: 'no such' } : {} } };
    events.push({ at: random.chance(disorder) ? at + gap * 3 : at, entry });
    if (random.chance(duplicates)) events.push({ at: at + random.next() * spanMs * 0.5, entry });
  }
  const sick = random.chance(0.2) ? { from: createdAt, to: createdAt + random.next() * 3_600_000 } : undefined;
  const breaks = createdAt + random.next() * spanMs;
  const broken = random.chance(0.15) ? { from: breaks, to: breaks + random.next() * 120_000 } : undefined;
  const canceledAt = random.chance(0.08) ? createdAt + random.next() * spanMs : undefined;
  const healthy = !sick && !broken && poison.size === 0 && missing < 0 && !foreign;
  return {
    id,
    createdAt,
    events,
    poison,
    healthy,
    ...(sick && { sick }),
    ...(broken && { broken }),
    ...(canceledAt !== undefined && { canceledAt }),
  };
}
