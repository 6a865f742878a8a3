import type { AuditEvent } from '../audit/chain.ts';
import { ConflictError } from './errors.ts';
import { dueTime, inlineLimit, newHead, type Entry, type Head } from './head.ts';
import type { Appended, Move, StreamStore, VersionedHead } from './stream-store.ts';

interface Partition {
  head: Head;
  version: number;
  keys: Set<string>;
  outside: Map<number, Entry>;
  events: AuditEvent[];
}

export interface MemoryStreamStore extends StreamStore {
  /** A stream's audit chain, oldest first. */
  events(stream: string): readonly AuditEvent[];
  streams(): string[];
}

/** A stream store with the semantics of the real one, for tests and the simulation. */
export function memoryStreamStore(now: () => number): MemoryStreamStore {
  const partitions = new Map<string, Partition>();

  function append(queue: string, stream: string, entry: Entry): Appended {
    const partition = partitions.get(stream);
    if (!partition) {
      const head = withEntry(newHead(stream, queue), entry);
      partitions.set(stream, { head, version: 1, keys: new Set([entry.key]), outside: new Map(), events: [] });
      return { status: 'appended', head };
    }
    if (partition.keys.has(entry.key)) return { status: 'duplicate' };
    partition.keys.add(entry.key);
    const { head } = partition;
    if (head.room > 0) {
      partition.head = withEntry(head, entry);
    } else {
      const last = head.overflow.last + 1;
      partition.outside.set(last, entry);
      partition.head = touched({ ...head, overflow: { ...head.overflow, last } });
    }
    partition.version++;
    return { status: 'appended', head: partition.head };
  }

  function withEntry(head: Head, entry: Entry): Head {
    return touched({ ...head, pending: [...head.pending, entry], room: Math.min(head.room, inlineLimit) - 1 });
  }

  function touched(head: Head): Head {
    return { ...head, dueAt: dueTime({ ...head, parked: null, blockedUntil: 0 }, now()) };
  }

  function move({ head, events, taken }: Move, version: string | undefined): VersionedHead {
    let partition = partitions.get(head.stream);
    if (version === undefined ? partition !== undefined : String(partition?.version) !== version) {
      throw new ConflictError(`the head of ${head.stream} has moved`);
    }
    partition ??= { head, version: 0, keys: new Set(), outside: new Map(), events: [] };
    partitions.set(head.stream, partition);
    partition.head = head;
    partition.version++;
    partition.events.push(...events);
    if (taken) for (let n = taken.first; n <= taken.last; n++) partition.outside.delete(n);
    return { head, version: String(partition.version) };
  }

  function read(stream: string): VersionedHead | undefined {
    const partition = partitions.get(stream);
    return partition && { head: partition.head, version: String(partition.version) };
  }

  return {
    append: async (queue, stream, entry) => append(queue, stream, entry),
    read: async (stream) => read(stream),
    move: async (change, version) => move(change, version),
    readOverflow: async (stream, first, last) =>
      [...(partitions.get(stream)?.outside ?? [])].filter(([n]) => n >= first && n <= last).map(([, entry]) => entry),
    due: async (at, limit) =>
      [...partitions.values()]
        .map(({ head }) => head)
        .filter((head) => head.dueAt !== null && head.dueAt <= at && head.blockedUntil <= at)
        .sort((a, b) => Number(a.dueAt) - Number(b.dueAt))
        .slice(0, limit)
        .map(({ stream, queue }) => ({ stream, queue })),
    parked: async (limit) =>
      [...partitions.values()]
        .map(({ head }) => head)
        .filter((head) => head.parked)
        .slice(0, limit),
    events: (stream) => partitions.get(stream)?.events ?? [],
    streams: () => [...partitions.keys()],
  };
}
