import type { Random } from './random.ts';

export type Part = 'store' | 'bell' | 'database' | 'partner';

interface Outage {
  part: Part;
  from: number;
  to: number;
}

/** What goes wrong in one schedule, as probabilities of each call unless said otherwise. */
export interface Faults {
  /** The worker dies at this call: before it, or after it took effect. */
  crash: number;
  /** Refused without effect: throttled, or the connection failed. */
  refused: number;
  /** It took effect, but the answer got lost. */
  lostReply: number;
  /** The call hangs beyond the lock's time. */
  stall: number;
  /** A held session lock is lost while its worker goes on (of each delivery). */
  lockLoss: number;
  /** A ring is delivered twice. */
  duplicateRing: number;
  /** A ring is put in any place of its session. */
  reorderedRing: number;
  /** Times at which every worker of the host dies at once. */
  hostKills: number[];
  outages: Outage[];
}

const none: Faults = {
  crash: 0,
  refused: 0,
  lostReply: 0,
  stall: 0,
  lockLoss: 0,
  duplicateRing: 0,
  reorderedRing: 0,
  hostKills: [],
  outages: [],
};

/**
 * Draws the faults of one schedule. Each kind is absent from many schedules: some bugs only show when nothing else
 * disturbs them (Groce et al., "Swarm Testing", 2012).
 */
export function drawFaults(random: Random, start: number, spanMs: number): Faults {
  const faults: Faults = { ...none, hostKills: [], outages: [] };
  const maybe = (most: number) => (random.chance(0.45) ? random.next() * most : 0);
  faults.crash = maybe(0.04);
  faults.refused = maybe(0.08);
  faults.lostReply = maybe(0.05);
  faults.stall = maybe(0.03);
  faults.lockLoss = maybe(0.15);
  faults.duplicateRing = maybe(0.2);
  faults.reorderedRing = maybe(0.5);
  for (const part of ['store', 'bell', 'database', 'partner'] as const) {
    if (!random.chance(0.15)) continue;
    const from = start + random.next() * spanMs;
    faults.outages.push({ part, from, to: from + random.next() * 120_000 });
  }
  if (random.chance(0.2)) faults.hostKills.push(start + random.next() * spanMs);
  return faults;
}
