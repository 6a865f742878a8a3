import type { Effect } from '../../shared/streams/effect.ts';
import { PermanentError } from '../../shared/streams/errors.ts';
import { heldTooLongMs, type Head } from '../../shared/streams/head.ts';
import type { StreamPorts } from '../../shared/streams/ports.ts';
import type { Move, StreamStore } from '../../shared/streams/stream-store.ts';
import type { Sabotage } from './system.ts';

/** Safeguards taken out one at a time: the checks must notice every one of them. */
export const plantedBugs: Record<string, Sabotage> = {
  'a move does not ask whether the head is still the one that was read': {
    ports: store(({ move, read, ...rest }) => ({
      ...rest,
      read,
      move: async (change, version) => {
        if (version === undefined) return move(change, version);
        return move(change, (await read(change.head.stream))?.version);
      },
    })),
  },
  'a repeated event is not recognised by its key': {
    ports: store(({ append, ...rest }) => {
      return {
        ...rest,
        append: (queue, stream, entry) => append(queue, stream, { ...entry, key: `${entry.key}~${entry.at}` }),
      };
    }),
  },
  'an append that finds its key there is taken for stored, although the entry is not': {
    ports: store(({ append, ...rest }) => {
      return {
        ...rest,
        append: async (queue, stream, entry) =>
          Math.floor(entry.at) % 7 === 0 ? { status: 'duplicate' } : append(queue, stream, entry),
      };
    }),
  },
  'the audit events are not written with the move': {
    ports: store(({ move, ...rest }) => {
      return { ...rest, move: (change, version) => move({ ...change, events: change.events.slice(1) }, version) };
    }),
  },
  'the head forgets what it has counted when it moves': {
    ports: moved((head) => ({ ...head, number: Math.max(1, head.number - 1) })),
  },
  'what follows is forgotten when the head moves': {
    ports: moved((head) => ({ ...head, outbox: [] })),
  },
  'a stream with work is not marked as due, and nothing else repairs a lost ring': {
    ports: moved((head) => ({ ...head, dueAt: null })),
    noDeadLetterTrigger: true,
  },
  'there is no sweeper': { noSweeper: true },
  'the ring is completed before the work, and there is no sweeper': { completeFirst: true, noSweeper: true },
  'an effect is not fenced by its number': {
    ports: effect((inner) => ({
      ...inner,
      apply: (work) => inner.apply({ ...work, number: work.number + 1000 * work.attempts }),
    })),
  },
  'an operator skips without fencing off who is still trying': {
    ports: effect((inner) => ({ ...inner, fence: async () => {} })),
  },
  'what an operator lets go on waits for its ring for as long as for the events before it': {
    ports: moved((head, events) => {
      if (events.every(({ data }) => data.actor === undefined)) return head;
      const [held] = head.held;
      return { ...head, blockedUntil: 0, dueAt: held ? held.heldSince + heldTooLongMs : null };
    }),
  },
  'an operator is told that a move failed, when only its ring got lost': {
    ports: (ports) => ({
      ...ports,
      report: (event) => {
        ports.report(event);
        if (event.kind === 'ring-lost') throw event.error;
      },
    }),
  },
  'a failed attempt leaves no trace': {
    ports: store(({ move, ...rest }) => ({
      ...rest,
      move: (change, version) => {
        const [event] = change.events;
        if (event?.type !== 'stream.delayed') return move(change, version);
        const tip = { sequence: event.sequence - 1, hash: event.previousHash };
        return move({ ...change, head: { ...change.head, tip }, events: [] }, version);
      },
    })),
  },
  'a poisoned event is passed over': {
    ports: effect((inner) => ({
      ...inner,
      apply: async (work) => {
        try {
          const applied = await inner.apply(work);
          const { failure: _failure, ...rest } = applied;
          return applied.failure instanceof PermanentError ? rest : applied;
        } catch (error) {
          const [front, ...behind] = work.pending;
          if (!(error instanceof PermanentError) || !front) throw error;
          return inner.apply({ ...work, pending: behind });
        }
      },
    })),
  },
  'a failure that would pass parks the stream': {
    ports: (ports) => ({ ...ports, retryDelay: () => null }),
  },
  'a held event is never tried again': {
    ports: effect((inner) => ({ ...inner, apply: (work) => inner.apply({ ...work, held: [] }) })),
  },
  'nothing tells when to try again after a failure, and there is no sweeper': {
    ports: (ports) => ({
      ...ports,
      bell: {
        ring: async (stream, options) => (options?.at === undefined ? ports.bell.ring(stream, options) : undefined),
      },
    }),
    noSweeper: true,
  },
  'entries beyond the room of the head come in before those that wait inside': {
    ports: moved((head) => (head.overflow.first <= head.overflow.last ? { ...head, room: 5 } : head)),
  },
  'a crash between fan-out and its note makes new deliveries': {
    ports: (ports) => {
      let count = 0;
      const handOn: StreamPorts['handOn'] = (items) =>
        ports.handOn(items.map((item) => ({ ...item, id: `${item.id}~${count++}` })));
      return { ...ports, handOn };
    },
  },
  'the wait before the next try is not kept': {
    ports: (ports) => ({ ...ports, retryDelay: () => 1 }),
  },
};

function store(change: (inner: StreamStore) => StreamStore): Sabotage['ports'] {
  return (ports) => ({ ...ports, store: change(ports.store) });
}

function moved(change: (head: Head, events: Move['events']) => Head): Sabotage['ports'] {
  return store(({ move, ...rest }) => {
    return { ...rest, move: (next, version) => move({ ...next, head: change(next.head, next.events) }, version) };
  });
}

function effect(change: (inner: Effect) => Effect): Sabotage['ports'] {
  return (ports) => ({ ...ports, effect: change(ports.effect) });
}
