/** How a change came to be seen. */
export interface Sighting {
  seen: boolean;
  /** From the start to the first of the answers that agreed; without a sighting, how long was waited. */
  milliseconds: number;
  /** How many times was asked. */
  probes: number;
}

interface Watch {
  expected: string;
  probe: () => Promise<string | undefined>;
  clock: { now(): number; wait(milliseconds: number): Promise<void> };
  timeoutMs: number;
}

/** A gateway is many instances that change one after another: this many answers in a row must agree. */
const inARow = 5;
const pauseMs = 20;

/** Asks until the gateway answers with a revision. The clock starts now: call it right after the change. */
export async function waitForRevision({ expected, probe, clock, timeoutMs }: Watch): Promise<Sighting> {
  const start = clock.now();
  let firstSeen = start;
  let agreeing = 0;
  for (let probes = 1; ; probes++) {
    const revision = await probe();
    const now = clock.now();
    if (revision !== expected) agreeing = 0;
    else if (agreeing++ === 0) firstSeen = now;
    if (agreeing === inARow) return { seen: true, milliseconds: firstSeen - start, probes };
    if (now - start >= timeoutMs) return { seen: false, milliseconds: now - start, probes };
    if (agreeing === 0) await clock.wait(pauseMs);
  }
}
