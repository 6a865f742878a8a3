import { append } from '../../shared/streams/append.ts';
import { fullJitter } from '../../shared/streams/back-off.ts';
import { drain } from '../../shared/streams/drain.ts';
import type { Applied, Decision, Effect, Work } from '../../shared/streams/effect.ts';
import { PermanentError } from '../../shared/streams/errors.ts';
import { memoryStreamStore } from '../../shared/streams/memory-stream-store.ts';
import type { StreamPorts } from '../../shared/streams/ports.ts';
import { ringInTurn } from '../../shared/streams/sweep.ts';
import type { Random } from './random.ts';
import { sessionQueue, type Delivery, type SessionQueue, type Settlement } from './session-queue.ts';
import type { World } from './world.ts';

/** What there is to do: event `number` of a stream. */
export interface StreamEvent {
  stream: string;
  number: number;
}

/** The outside that every strategy works against. */
export interface Ground {
  world: World;
  random: Random;
  /** Takes 50 ms; throws TransientError while the stream's database is away, PermanentError for a poisoned event. */
  attempt: (event: StreamEvent) => Promise<void>;
  /** The effect itself, counted. */
  effect: (event: StreamEvent) => void;
  /** Whether the worker dies now: between effect and settlement, where it hurts. */
  dies: () => boolean;
  /** Sessions worked on at a time. */
  slots: number;
}

export interface Strategy {
  send: (event: StreamEvent) => void;
  /** Messages given up, or streams parked. */
  givenUp: () => number;
  /** Rings all of these, which need none. */
  sweep?: (streams: readonly string[]) => void;
}

const lockMs = 60_000;
const maxDeliveryCount = 10;
const wait = (attempt: number) => Math.min(300_000, 1000 * 2 ** attempt);

/** The ways that people use, and ours, by name. */
export const strategies: Record<string, (ground: Ground) => Strategy> = {
  abandon: (ground) => onQueue(ground, (_event, settlement) => settlement.abandon()),
  'scheduled copy': (ground) =>
    onQueue(ground, (message, settlement, queue) => {
      settlement.complete();
      const attempts = (message.attempts ?? 0) + 1;
      if (attempts >= maxDeliveryCount) return 'given up';
      queue.send(message.stream, { ...message, attempts }, ground.world.now() + wait(attempts));
      return undefined;
    }),
  'sleep in the lock': (ground) =>
    onQueue(ground, (message, settlement, _queue, again) => {
      const attempts = (message.attempts ?? 0) + 1;
      if (attempts >= maxDeliveryCount) {
        settlement.complete();
        return 'given up';
      }
      message.attempts = attempts;
      ground.world.after(wait(attempts), again);
      return undefined;
    }),
  'this engine': engine,
};

type Message = StreamEvent & { attempts?: number };
type Failed = (
  message: Message,
  settlement: Settlement,
  queue: SessionQueue<Message>,
  again: () => void,
) => 'given up' | undefined | void;

/** The event travels in the message; they differ in what they do about a failure. */
function onQueue(ground: Ground, failed: Failed): Strategy {
  const { world, random } = ground;
  let givenUp = 0;
  const work = (delivery: Delivery<Message>, settlement: Settlement) => {
    const { message } = delivery;
    ground.attempt(message).then(
      () => {
        ground.effect(message);
        if (ground.dies()) settlement.vanish();
        else settlement.complete();
      },
      () => {
        if (failed(message, settlement, queue, () => work(delivery, settlement)) === 'given up') givenUp++;
      },
    );
  };
  const queue: SessionQueue<Message> = sessionQueue<Message>(world, random, {
    ...quiet,
    slots: ground.slots,
    consume: work,
  });
  return {
    send: (event) => queue.send(event.stream, { ...event }),
    givenUp: () => givenUp + queue.deadLettered.length,
  };
}

const quiet = { idleMs: 100, lockMs, maxDeliveryCount, duplicate: 0, reorder: 0, lockLoss: 0 };

/** The events wait in a store, the message only rings. */
function engine(ground: Ground): Strategy {
  const { world, random } = ground;
  const store = memoryStreamStore(world.now);
  const parked = new Set<string>();
  const queue: SessionQueue<string> = sessionQueue<string>(world, random, {
    ...quiet,
    slots: ground.slots,
    consume: ({ message }, settlement) => {
      void drain(ports, message).then(
        () => (ground.dies() ? settlement.vanish() : settlement.complete()),
        settlement.abandon,
      );
    },
    deadLetter: ({ message }) => queue.send(message, message, world.now() + 1000),
  });
  const ports: StreamPorts = {
    queue: 'simulated',
    store,
    bell: { ring: async (stream, { at } = {}) => queue.send(stream, stream, at) },
    effect: fenced(ground),
    now: world.now,
    random: random.next,
    retryDelay: (attempt, _error, chance) => fullJitter(attempt, 1000, 300_000, chance),
    handOn: async () => {},
    report: (event) => {
      if (event.kind === 'parked') parked.add(event.stream);
    },
  };
  return {
    send: ({ stream, number }) => void append(ports, stream, { key: String(number), type: 'event', data: { number } }),
    givenUp: () => parked.size,
    sweep: (streams) => {
      const behind = streams.map((stream) => ({ stream, queue: 'simulated' }));
      void ringInTurn({ bells: { simulated: ports.bell }, now: world.now }, behind, { reconcile: true });
    },
  };
}

/** As the real effects do it: what was done is kept with the data it changed, by number. */
function fenced(ground: Ground): Effect {
  const last = new Map<string, { first: number; decisions: Decision[] }>();
  const note = { type: 'event', outcome: 'applied', state: null, occurredAt: '2026-01-01T00:00:00.000Z', data: {} };

  async function apply({ stream, number, pending }: Work): Promise<Applied> {
    const known = last.get(stream);
    if (known && known.first + known.decisions.length > number) return { decisions: known.decisions };
    const decisions: Decision[] = [];
    for (const { key, data } of pending) {
      const event = { stream, number: Number(data.number) };
      try {
        await ground.attempt(event);
      } catch (error) {
        const failure = error instanceof PermanentError ? new PermanentError(key, error.message) : (error as Error);
        if (decisions.length === 0) throw failure;
        return { decisions, failure };
      }
      ground.effect(event);
      decisions.push({ key, note });
      last.set(stream, { first: number, decisions: [...decisions] });
    }
    return { decisions };
  }
  return { apply, fence: async () => {} };
}
