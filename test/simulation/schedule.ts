import { append } from '../../shared/streams/append.ts';
import { ConflictError } from '../../shared/streams/errors.ts';
import type { Head } from '../../shared/streams/head.ts';
import { fix, replay, skip } from '../../shared/streams/operate.ts';
import { healthy } from '../../shared/webhooks/endpoint.ts';
import { findViolations } from './checks.ts';
import { drawFaults } from './faults.ts';
import { seededRandom, type Random } from './random.ts';
import { createSystem, type Sabotage, type System } from './system.ts';
import { drawExchange, provider, type PlannedExchange } from './traffic.ts';
import { createWorld, type World } from './world.ts';

export interface Result {
  violations: string[];
  events: number;
  steps: number;
}

const start = Date.UTC(2026, 0, 1);
const spanMs = 60_000;
const sweepEveryMs = 15_000;
/** Far more than any schedule needs: beyond it something goes round in circles. */
const maxSteps = 60_000;
const operatorRounds = 60;
/** From this round on the operator only skips. */
const patience = 4;

/** Plays one schedule of the real engine on simulated parts: the same seed, the same schedule, to the last call. */
export async function playSchedule(seed: number, sabotage: Sabotage = {}): Promise<Result> {
  const random = seededRandom(seed);
  const world = createWorld(start);
  const system = createSystem(world, random, drawFaults(random, start, spanMs), sabotage);
  const acknowledged = new Map<string, Set<string>>();
  const operatorFailures: { stream: string; error: Error }[] = [];
  const act = (head: Head, onlySkip: boolean) =>
    operate(system, random, head, onlySkip).catch((error: Error) =>
      operatorFailures.push({ stream: head.stream, error }),
    );
  const plans = Array.from({ length: 1 + random.below(4) }, (_, index) => drawExchange(random, index, start, spanMs));
  await registerEndpoint(system);
  if (random.chance(0.4)) {
    // An operator who does not wait for things to calm down.
    const haste = random.below(120_000);
    system.onParked = (stream) => world.after(random.below(haste), () => void operateNow(system, stream, act));
  }
  for (const plan of plans) play(plan, world, random, system, acknowledged);

  let steps = 0;
  const settle = async () => {
    steps += await runToRest(world, system, sabotage.noSweeper ?? false, maxSteps - steps);
  };
  await settle();
  const parkedFirst = new Map((await parkedHeads(system)).map((head) => [head.stream, head.parked?.reason ?? '']));
  for (let round = 1; round <= operatorRounds && steps < maxSteps; round++) {
    const heads = await parkedHeads(system);
    if (heads.length === 0) break;
    // Operators are slow: what was down when the stream was parked is up again.
    world.jumpTo(world.now() + 600_000);
    for (const head of heads) void act(head, round > patience);
    await settle();
  }
  const events = [...system.arrivals.values()].reduce((sum, keys) => sum + keys.length, 0);
  if (steps >= maxSteps) return { violations: [`did not come to rest within ${maxSteps} steps`], events, steps };
  const evidence = { plans, system, acknowledged, parkedFirst, operatorFailures };
  return { violations: await findViolations(evidence), events, steps };
}

async function registerEndpoint({ endpoints }: System): Promise<void> {
  const common = { url: 'https://partner.example', description: null, rateLimit: null, disabledReason: null };
  await endpoints.create({
    ...common,
    id: 'we_1',
    partnerId: 'p',
    eventTypes: null,
    pairs: null,
    enabled: true,
    secrets: [{ secret: 'whsec_c2ltdWxhdGlvbg==' }],
    health: healthy,
    createdAt: new Date(start).toISOString(),
  });
}

/** Plans everything that happens to one exchange. */
function play(
  plan: PlannedExchange,
  world: World,
  random: Random,
  system: System,
  acknowledged: Map<string, Set<string>>,
): void {
  const { host, portsOf, exchanges } = system;

  function create(): void {
    const at = new Date(world.now()).toISOString();
    const row = { id: plan.id, partnerId: 'p', provider, pair: 'BTC-ETH', state: 'awaiting_deposit' as const };
    const times = { createdAt: at, updatedAt: at };
    exchanges.insert({
      ...row,
      recordedState: null,
      sequence: 0,
      last: null,
      ...times,
      ...(plan.sick && { sick: plan.sick }),
      ...(plan.broken && { broken: plan.broken }),
    });
    host.run((worker) => portsOf(worker).callbacks.bell.ring(plan.id, { reconcile: true })).catch(() => {});
  }

  /** The provider repeats a callback until it is told that it was accepted. */
  function send(entry: PlannedExchange['events'][number]['entry']): void {
    const again = () => world.after(1000 + random.below(4000), () => send(entry));
    host
      .run((worker) => append(portsOf(worker).callbacks, plan.id, entry), again)
      .then(() => {
        const keys = acknowledged.get(plan.id) ?? new Set();
        acknowledged.set(plan.id, keys.add(entry.key));
      }, again);
  }

  world.at(plan.createdAt, create);
  if (plan.canceledAt) world.at(plan.canceledAt, () => exchanges.cancel(plan.id));
  for (const { at, entry } of plan.events) world.at(at, () => send(entry));
}

/** Lets time pass until nothing is left to happen. Returns the steps it took. */
async function runToRest(world: World, system: System, noSweeper: boolean, limit: number): Promise<number> {
  let nextSweep = world.now() + sweepEveryMs;
  for (let steps = 0; steps < limit; steps++) {
    if (!noSweeper && world.next() > nextSweep) {
      const due = Math.max(nextSweep, (await nextDue(world, system)) ?? Infinity);
      // Sweeps that would find nothing are left out.
      if (due < world.next()) {
        world.jumpTo(due);
        nextSweep = due + sweepEveryMs;
        system.host.run(system.runSweep).catch(() => {});
      }
    }
    if (await world.step()) continue;
    // A sweep that died leaves nothing to happen, but something to do.
    if (noSweeper || (await nextDue(world, system)) === undefined) return steps;
  }
  return limit;
}

async function nextDue(world: World, { store, exchanges }: System): Promise<number | undefined> {
  let next: number | undefined;
  const parked = new Set<string>();
  for (const stream of store.streams()) {
    const head = (await store.read(stream))?.head;
    if (head?.parked) parked.add(stream);
    else if (head && head.dueAt !== null) next = Math.min(next ?? Infinity, Math.max(head.dueAt, head.blockedUntil));
  }
  // A parked stream catches up with its row when it goes on.
  return exchanges.unrecorded().some((id) => !parked.has(id)) ? world.now() : next;
}

async function parkedHeads({ store }: System): Promise<Head[]> {
  return store.parked(Infinity);
}

type Act = (head: Head, onlySkip: boolean) => Promise<unknown>;

async function operateNow({ store }: System, stream: string, act: Act): Promise<void> {
  const head = (await store.read(stream))?.head;
  if (head?.parked) await act(head, false);
}

/** An operator looks at a parked stream, and does something about it. Rejects with what the command would say. */
function operate({ host, portsOf }: System, random: Random, head: Head, onlySkip: boolean): Promise<void> {
  const { stream, parked } = head;
  const order = { actor: 'operator', reason: 'simulation' };
  const entry = [...head.pending, ...head.held].find(({ key }) => key === parked?.key);
  const choice = onlySkip || !entry ? 0 : random.below(3);
  return host.run(async (worker) => {
    const ports = portsOf(worker)[head.queue as 'callbacks' | 'deliveries'];
    // What has had its effect after all cannot be skipped: the stream catches up with it when it is replayed.
    const again = (error: Error) => {
      if (error instanceof ConflictError) return replay(ports, stream, order);
      throw error;
    };
    if (choice === 0 && entry) await skip(ports, stream, order).catch(again);
    else if (choice === 1 && head.queue === 'callbacks') await fix(ports, stream, { ...entry?.data, data: {} }, order);
    else await replay(ports, stream, order);
  });
}
