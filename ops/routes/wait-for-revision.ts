/** How a change came to be seen. */
export interface Sighting {
  seen: boolean;
  /** From `since` to the first of the answers that agreed; without a sighting, to the last answer. */
  milliseconds: number;
  /** How many times was asked. */
  probes: number;
}

interface Watch {
  expected: string;
  probe: () => Promise<string | undefined>;
  clock: { now(): number; wait(milliseconds: number): Promise<void> };
  /** When the change was asked for. */
  since: number;
  timeoutMs: number;
}

/** A gateway is many instances that change one after another: this many answers in a row must agree. */
const inARow = 5;
const pauseMs = 20;

/** Asks until the gateway answers with a revision. */
export async function waitForRevision({ expected, probe, clock, since, timeoutMs }: Watch): Promise<Sighting> {
  let firstSeen = since;
  let agreeing = 0;
  for (let probes = 1; ; probes++) {
    const revision = await probe();
    const now = clock.now();
    if (revision !== expected) agreeing = 0;
    else if (agreeing++ === 0) firstSeen = now;
    if (agreeing === inARow) return { seen: true, milliseconds: firstSeen - since, probes };
    if (now - since >= timeoutMs) return { seen: false, milliseconds: now - since, probes };
    if (agreeing === 0) await clock.wait(pauseMs);
  }
}
