import { callbackStreams } from '../../shared/callbacks/stream.ts';
import { append } from '../../shared/streams/append.ts';
import { drain } from '../../shared/streams/drain.ts';
import { ConflictError } from '../../shared/streams/errors.ts';
import type { FollowUp } from '../../shared/streams/head.ts';
import { memoryStreamStore } from '../../shared/streams/memory-stream-store.ts';
import { fix, replay, skip } from '../../shared/streams/operate.ts';
import type { StreamPorts } from '../../shared/streams/ports.ts';
import type { Ring } from '../../shared/streams/ring.ts';
import { sweep } from '../../shared/streams/sweep.ts';
import { findViolations, type Evidence } from './checks.ts';
import { simulatedExchanges } from './exchanges.ts';
import { drawFaults } from './faults.ts';
import { createHost, type Worker } from './host.ts';
import { seededRandom } from './random.ts';
import { sessionQueue } from './session-queue.ts';
import { drawExchange, provider, type PlannedExchange } from './traffic.ts';
import { createWorld } from './world.ts';

/** Takes a safeguard out of the system, to see whether the checks notice. */
export interface Sabotage {
  ports?: (ports: StreamPorts) => StreamPorts;
  /** Completes the ring before the work is done. */
  completeFirst?: boolean;
  noSweeper?: boolean;
  noDeadLetterTrigger?: boolean;
}

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
const operatorRounds = 40;
/** From this round on the operator only skips. */
const patience = 4;

/** Plays one schedule of the real engine on simulated parts: the same seed, the same schedule, to the last call. */
export async function playSchedule(seed: number, sabotage: Sabotage = {}): Promise<Result> {
  const random = seededRandom(seed);
  const world = createWorld(start);
  const faults = drawFaults(random, start, spanMs);
  const host = createHost(world, random, faults);
  const store = memoryStreamStore(world.now);
  const exchanges = simulatedExchanges(world.now);
  const arrivals = new Map<string, { key: string; at: number }[]>();
  const acknowledged = new Map<string, Set<string>>();
  const followUps = new Map<string, FollowUp[]>();

  const queue = sessionQueue<Ring>(world, random, {
    slots: 1 + random.below(4),
    lockMs: 60_000,
    maxDeliveryCount: 10,
    duplicate: faults.duplicateRing,
    reorder: faults.reorderedRing,
    lockLoss: faults.lockLoss,
    consume: ({ message }, settlement) => {
      if (sabotage.completeFirst) settlement.complete();
      host
        .run((worker) => drain(portsOf(worker), message.stream, { reconcile: message.reconcile }), settlement.vanish)
        .then(settlement.complete, settlement.abandon);
    },
    deadLetter: ({ session, message }) => {
      if (!sabotage.noDeadLetterTrigger) queue.send(session, message, world.now() + 1000);
    },
  });

  function portsOf(worker: Worker): StreamPorts {
    const call = host.call;
    const ports = callbackStreams({
      store: {
        append: (name, stream, entry) =>
          call(worker, 'store', async () => {
            const appended = await store.append(name, stream, entry);
            if (appended.status === 'appended') list(arrivals, stream).push({ key: entry.key, at: entry.at });
            return appended;
          }),
        read: (stream) => call(worker, 'store', () => store.read(stream)),
        move: (move, version) => call(worker, 'store', () => store.move(move, version)),
        readOverflow: (stream, first, last) => call(worker, 'store', () => store.readOverflow(stream, first, last)),
        parked: (limit) => call(worker, 'store', () => store.parked(limit)),
        due: (now, limit) => call(worker, 'store', () => store.due(now, limit)),
      },
      bell: {
        ring: (stream, { at, reconcile = false } = {}) =>
          call(worker, 'bell', async () => queue.send(stream, { stream, reconcile }, at)),
      },
      rows: {
        read: (id) => call(worker, 'database', () => exchanges.read(id)),
        write: (row, change, now) => call(worker, 'database', () => exchanges.write(row, change, now)),
      },
      hasSubscribers: async () => true,
      handOn: (items) =>
        call(worker, 'partner', async () => {
          for (const item of items) list(followUps, item.data.exchangeId as string).push(item);
        }),
      now: world.now,
      random: random.next,
      report: () => {},
    });
    return sabotage.ports ? sabotage.ports(ports) : ports;
  }

  function createExchange(plan: PlannedExchange): void {
    const at = new Date(world.now()).toISOString();
    const row = { id: plan.id, partnerId: 'p', provider, pair: 'BTC-ETH', state: 'awaiting_deposit' as const, recordedState: null };
    exchanges.insert({
      ...row,
      sequence: 0,
      last: null,
      createdAt: at,
      updatedAt: at,
      ...(plan.sick && { sick: plan.sick }),
    });
    void host.run(async (worker) => portsOf(worker).bell.ring(plan.id, { reconcile: true })).catch(() => {});
  }

  /** The provider repeats a callback until it is told that it was accepted. */
  function send(stream: string, entry: PlannedExchange['events'][number]['entry']): void {
    const again = () => world.after(1000 + random.below(4000), () => send(stream, entry));
    host
      .run((worker) => append(portsOf(worker), stream, entry), again)
      .then(() => {
        const keys = acknowledged.get(stream) ?? new Set();
        acknowledged.set(stream, keys.add(entry.key));
      }, again);
  }

  let steps = 0;
  const runaway = () => steps >= maxSteps;
  async function settle(): Promise<void> {
    let nextSweep = world.now() + sweepEveryMs;
    for (;;) {
      const stepped = await world.step();
      if (runaway()) return;
      steps++;
      if (sabotage.noSweeper) {
        if (!stepped) return;
        continue;
      }
      if (!stepped) {
        const due = await nextDue();
        if (due === undefined) return;
        world.jumpTo(Math.max(nextSweep, due));
      }
      if (world.now() < nextSweep) continue;
      nextSweep = world.now() + sweepEveryMs;
      void host.run(async (worker) => runSweep(portsOf(worker))).catch(() => {});
    }
  }

  async function nextDue(): Promise<number | undefined> {
    const parked = await parkedStreams(store);
    // A parked stream catches up with its row when it goes on.
    if (exchanges.unrecorded().some((id) => !parked.has(id))) return world.now();
    const times = [];
    for (const stream of store.streams()) {
      const dueAt = parked.has(stream) ? null : (await store.read(stream))?.head.dueAt;
      if (dueAt !== null && dueAt !== undefined) times.push(dueAt);
    }
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  async function runSweep(ports: StreamPorts): Promise<void> {
    await sweep({ store: ports.store, bells: { callbacks: ports.bell }, now: ports.now });
    for (const id of exchanges.unrecorded()) await ports.bell.ring(id, { reconcile: true });
  }

  /** An operator looks at what is parked, and does something about it. */
  async function operate(last: boolean): Promise<boolean> {
    let acted = false;
    for (const stream of store.streams()) {
      const head = (await store.read(stream))?.head;
      if (!head?.parked) continue;
      acted = true;
      const order = { actor: 'operator', reason: 'simulation' };
      const entry = [...head.pending, ...head.held].find(({ key }) => key === head.parked?.key);
      const choice = last || !entry ? 0 : random.below(3);
      const healed = { ...entry?.data, data: {} };
      void host
        .run(async (worker) => {
          const ports = portsOf(worker);
          // What has had its effect after all cannot be skipped: the stream catches up with it when it is replayed.
          const again = (error: Error) => (error instanceof ConflictError ? replay(ports, stream, order) : undefined);
          if (choice === 0 && entry) await skip(ports, stream, order).catch(again);
          else if (choice === 1) await fix(ports, stream, healed, order);
          else await replay(ports, stream, order);
        })
        .catch(() => {});
    }
    return acted;
  }

  const plans = Array.from({ length: 1 + random.below(4) }, (_, index) => drawExchange(random, index, start, spanMs));
  for (const plan of plans) {
    world.at(plan.createdAt, () => createExchange(plan));
    if (plan.canceledAt) world.at(plan.canceledAt, () => exchanges.cancel(plan.id));
    for (const { at, entry } of plan.events) world.at(at, () => send(plan.id, entry));
  }
  await settle();
  const parkedFirst = await parkedStreams(store);
  for (let round = 1; round <= operatorRounds && !runaway(); round++) {
    // Operators are slow: what was down when the stream was parked is up again.
    world.jumpTo(world.now() + 600_000);
    if (!(await operate(round > patience))) break;
    await settle();
  }
  const evidence: Evidence = {
    plans,
    store,
    exchanges,
    arrivals,
    acknowledged,
    followUps,
    parkedFirst,
    rings: queue.size(),
  };
  const violations = runaway() ? [`did not come to rest within ${maxSteps} steps`] : await findViolations(evidence);
  return { violations, events: [...arrivals.values()].reduce((sum, keys) => sum + keys.length, 0), steps };
}

async function parkedStreams(store: ReturnType<typeof memoryStreamStore>): Promise<Map<string, string>> {
  const parked = new Map<string, string>();
  for (const stream of store.streams()) {
    const head = (await store.read(stream))?.head;
    if (head?.parked) parked.set(stream, head.parked.reason);
  }
  return parked;
}

function list<T>(lists: Map<string, T[]>, key: string): T[] {
  const items = lists.get(key) ?? [];
  lists.set(key, items);
  return items;
}
