import { callbackStreams } from '../../shared/callbacks/stream.ts';
import { drain } from '../../shared/streams/drain.ts';
import type { Effect } from '../../shared/streams/effect.ts';
import { PermanentError } from '../../shared/streams/errors.ts';
import { memoryStreamStore, type MemoryStreamStore } from '../../shared/streams/memory-stream-store.ts';
import type { StreamPorts, StreamReport } from '../../shared/streams/ports.ts';
import type { Ring } from '../../shared/streams/ring.ts';
import { ringInTurn, sweep } from '../../shared/streams/sweep.ts';
import { fanOut } from '../../shared/webhooks/fan-out.ts';
import { memoryDeliveryStore } from '../../shared/webhooks/memory-delivery-store.ts';
import type { EndpointStore } from '../../shared/webhooks/endpoint-store.ts';
import { memoryEndpointStore } from '../../shared/webhooks/memory-endpoint-store.ts';
import { deliveryStreams } from '../../shared/webhooks/stream.ts';
import { BrokenRowError, simulatedExchanges, type SimulatedExchanges } from './exchanges.ts';
import type { Faults } from './faults.ts';
import { createHost, type Host, type Worker } from './host.ts';
import { simulatedPartner, type Partner } from './partner.ts';
import type { Random } from './random.ts';
import { sessionQueue, type SessionQueue } from './session-queue.ts';
import type { World } from './world.ts';

/** Takes a safeguard out of the system, to see whether the checks notice. */
export interface Sabotage {
  ports?: (ports: StreamPorts) => StreamPorts;
  /** Completes the ring before the work is done. */
  completeFirst?: boolean;
  noSweeper?: boolean;
  noDeadLetterTrigger?: boolean;
}

/** The whole system on simulated parts. */
export interface System {
  host: Host;
  store: MemoryStreamStore;
  exchanges: SimulatedExchanges;
  endpoints: EndpointStore;
  partner: Partner;
  queues: Record<'callbacks' | 'deliveries', SessionQueue<Ring>>;
  /** Entries in the order in which the store took them in, by stream. */
  arrivals: Map<string, { key: string; at: number }[]>;
  /** What a worker works with: the real engine's ports, each call subject to the faults. */
  portsOf: (worker: Worker) => Record<'callbacks' | 'deliveries', StreamPorts>;
  runSweep: (worker: Worker) => Promise<void>;
  /** Streams that an operator let go on: since when they wait for a worker, and how long others waited. */
  operated: { since: Map<string, number>; delays: [stream: string, milliseconds: number][] };
  /** Told of every stream that is parked. */
  onParked: (stream: string) => void;
}

export function createSystem(world: World, random: Random, faults: Faults, sabotage: Sabotage): System {
  const host = createHost(world, random, faults);
  const store = memoryStreamStore(world.now);
  const exchanges = simulatedExchanges(world.now);
  const endpoints = memoryEndpointStore();
  const log = memoryDeliveryStore();
  const partner = simulatedPartner(world, random);
  const arrivals: System['arrivals'] = new Map();
  const operated: System['operated'] = { since: new Map(), delays: [] };
  const remotes = { store: remote(recording(store)), endpoints: remote(endpoints), log: remote(log) };
  const queues = { callbacks: queueOf('callbacks'), deliveries: queueOf('deliveries') };

  function queueOf(name: 'callbacks' | 'deliveries'): SessionQueue<Ring> {
    const queue: SessionQueue<Ring> = sessionQueue<Ring>(world, random, {
      slots: 1 + random.below(4),
      idleMs: 100,
      lockMs: 60_000,
      maxDeliveryCount: 10,
      duplicate: faults.duplicateRing,
      reorder: faults.reorderedRing,
      lockLoss: faults.lockLoss,
      consume: ({ message }, settlement) => {
        if (sabotage.completeFirst) settlement.complete();
        const work = (worker: Worker) => drain(portsOf(worker)[name], message.stream, { reconcile: message.reconcile });
        host.run(work, settlement.vanish).then(settlement.complete, settlement.abandon);
      },
      deadLetter: ({ session, message }) => {
        if (!sabotage.noDeadLetterTrigger) queue.send(session, message, world.now() + 1000);
      },
    });
    return queue;
  }

  function portsOf(worker: Worker): Record<'callbacks' | 'deliveries', StreamPorts> {
    const { call } = host;
    const toStore: Through = (run) => call(worker, 'store', run);
    const remoteEndpoints = remotes.endpoints(toStore);
    const common = {
      store: remotes.store(toStore),
      now: world.now,
      random: random.next,
      report: (event: StreamReport) => {
        if (event.kind === 'parked') system.onParked(event.stream);
      },
      handOn: fanOut(remoteEndpoints, () => deliveries),
    };
    const bell = (queue: 'callbacks' | 'deliveries'): StreamPorts['bell'] => ({
      ring: (stream, { at, reconcile = false } = {}) =>
        call(worker, 'bell', async () => queues[queue].send(stream, { stream, reconcile }, at)),
    });
    const deliveries: StreamPorts = deliveryStreams({
      ...common,
      bell: bell('deliveries'),
      endpoints: remoteEndpoints,
      deliveries: remotes.log(toStore),
      post: (_url, headers, body) => call(worker, 'partner', async () => partner.answer(headers, body)).catch(noAnswer),
    });
    const callbacks = callbackStreams({
      ...common,
      bell: bell('callbacks'),
      rows: {
        read: (id) => call(worker, 'database', () => exchanges.read(id)),
        write: (row, change, now) => call(worker, 'database', () => exchanges.write(row, change, now)),
      },
      hasSubscribers: async () => true,
    });
    const wrap = sabotage.ports ?? ((ports: StreamPorts) => ports);
    return {
      callbacks: wrap({ ...callbacks, effect: seen(breakable(callbacks.effect)) }),
      deliveries: wrap({ ...deliveries, effect: seen(deliveries.effect) }),
    };
  }

  function recording(inner: MemoryStreamStore): MemoryStreamStore {
    return {
      ...inner,
      append: async (queue, stream, entry) => {
        const appended = await inner.append(queue, stream, entry);
        if (appended.status === 'appended') {
          const arrived = arrivals.get(stream) ?? [];
          arrivals.set(stream, arrived);
          arrived.push({ key: entry.key, at: entry.at });
        }
        return appended;
      },
      move: async (change, version) => {
        const moved = await inner.move(change, version);
        const { stream, held, pending } = moved.head;
        goesOn(stream);
        const byOperator = change.events.some(({ data }) => data.actor !== undefined);
        if (byOperator && held.length + pending.length > 0) operated.since.set(stream, world.now());
        return moved;
      },
    };
  }

  /** Notes when a worker takes a stream up. */
  function seen(inner: Effect): Effect {
    return {
      ...inner,
      apply: (work) => {
        goesOn(work.stream);
        return inner.apply(work);
      },
    };
  }

  function goesOn(stream: string): void {
    const since = operated.since.get(stream);
    if (since === undefined) return;
    operated.since.delete(stream);
    operated.delays.push([stream, world.now() - since]);
  }

  const noAnswer = (error: Error) => ({
    attempt: {
      at: new Date(world.now()).toISOString(),
      milliseconds: 0,
      status: null,
      error: error.message,
      response: null,
    },
    retryAfterMs: 0,
  });

  async function runSweep(worker: Worker): Promise<void> {
    const { callbacks, deliveries } = portsOf(worker);
    const { store, now } = callbacks;
    const bells = { callbacks: callbacks.bell, deliveries: deliveries.bell };
    await sweep({ store, bells, now });
    const behind = exchanges.unrecorded().map((stream) => ({ stream, queue: 'callbacks' }));
    await ringInTurn({ bells, now }, behind, { reconcile: true });
  }

  const system: System = {
    host,
    store,
    exchanges,
    endpoints,
    partner,
    queues,
    arrivals,
    operated,
    portsOf,
    runSweep,
    onParked: () => {},
  };
  return system;
}

/** Has a broken row park its stream. */
function breakable(inner: Effect): Effect {
  return {
    ...inner,
    apply: (work) =>
      inner.apply(work).catch((error: Error) => {
        const key = work.pending[0]?.key;
        throw error instanceof BrokenRowError && key !== undefined ? new PermanentError(key, error.message) : error;
      }),
  };
}

type Through = (run: () => Promise<unknown>) => Promise<unknown>;

/** Makes the same object, each of its methods a call that may fail. Every worker has its own, so making one is cheap. */
function remote<T extends object>(target: T): (call: Through) => T {
  const methods = Object.entries(target) as [string, (...given: unknown[]) => unknown][];
  return (call) => {
    const made: Record<string, unknown> = {};
    for (const [name, method] of methods) made[name] = (...values: unknown[]) => call(async () => method(...values));
    return made as T;
  };
}
