import { PermanentError, TransientError } from '../../shared/streams/errors.ts';
import { seededRandom } from './random.ts';
import { strategies, type StreamEvent } from './strategies.ts';
import { createWorld } from './world.ts';

export interface Outcome {
  /** Effects out of turn. */
  disorder: number;
  /** Effects beyond the first of an event. */
  twice: number;
  /** Events without an effect, poisoned streams left out. */
  missing: number;
  givenUp: number;
  /** From the sending of an event to its effect, in streams with nothing wrong, in milliseconds. */
  p50: number;
  p99: number;
}

interface Conditions {
  /** Streams whose database is away for a time. */
  sickShare?: number;
  /** Deliveries that end in a crash. */
  crashShare?: number;
  /** Sessions worked on at a time. */
  slots?: number;
  /** Every stream is rung in vain each time that this has passed. */
  sweepMs?: number;
}

const streams = 400;
const eventsEach = 20;
const spanMs = 60_000;
const endMs = 6 * 3_600_000;
const attemptMs = 50;

/**
 * One run of one strategy: 400 streams of 20 events, a twentieth of them with a database that is away for one to ten
 * minutes, 0.1% poisoned events, 0.5% of the deliveries end in a crash, 8 slots.
 */
export async function compare(
  name: string,
  seed: number,
  { sickShare = 0.05, crashShare = 0.005, slots = 8, sweepMs }: Conditions = {},
): Promise<Outcome> {
  const random = seededRandom(seed);
  const world = createWorld(0);
  const make = strategies[name];
  if (!make) throw new Error(`no such strategy: ${name}`);
  const plans = Array.from({ length: streams }, (_, index) => {
    const away = random.chance(sickShare) ? random.next() * 500_000 : undefined;
    const outage = away === undefined ? undefined : { from: away, to: away + 60_000 + random.next() * 540_000 };
    let at = random.next() * spanMs;
    const events = Array.from({ length: eventsEach }, (_, number) => {
      at += random.next() * spanMs;
      return { stream: `s${index}`, number, at, poison: random.chance(0.001) };
    });
    return { outage, events, effects: [] as number[], healthy: !outage && events.every(({ poison }) => !poison) };
  });
  const planOf = ({ stream }: StreamEvent) => plans[Number(stream.slice(1))] as (typeof plans)[number];
  const delays: number[] = [];

  const strategy = make({
    world,
    random,
    attempt: (event) =>
      new Promise((resolve, reject) => {
        world.after(attemptMs, () => {
          const { outage, events } = planOf(event);
          if (events[event.number]?.poison) return reject(new PermanentError('', 'poison'));
          if (outage && world.now() >= outage.from && world.now() < outage.to) {
            return reject(new TransientError('the database is away'));
          }
          resolve();
        });
      }),
    effect: (event) => {
      const plan = planOf(event);
      if (plan.healthy && !plan.effects.includes(event.number)) {
        delays.push(world.now() - (plan.events[event.number]?.at ?? 0));
      }
      plan.effects.push(event.number);
    },
    dies: () => random.chance(crashShare),
    slots,
  });
  for (const { events } of plans) {
    for (const event of events) world.at(event.at, () => strategy.send(event));
  }
  if (sweepMs !== undefined) {
    const names = plans.map((_, index) => `s${index}`);
    for (let at = sweepMs; at < spanMs * eventsEach; at += sweepMs) world.at(at, () => strategy.sweep?.(names));
  }
  while (world.next() < endMs && (await world.step()));

  const outcome = { disorder: 0, twice: 0, missing: 0 };
  for (const { effects, events } of plans) {
    const seen = new Set<number>();
    let highest = -1;
    for (const number of effects) {
      if (seen.has(number)) outcome.twice++;
      else if (number !== highest + 1) outcome.disorder++;
      seen.add(number);
      highest = Math.max(highest, number);
    }
    if (events.every(({ poison }) => !poison)) outcome.missing += eventsEach - seen.size;
  }
  delays.sort((a, b) => a - b);
  const at = (share: number) => Math.round(delays[Math.floor(delays.length * share)] ?? 0);
  return { ...outcome, givenUp: strategy.givenUp(), p50: at(0.5), p99: at(0.99) };
}
