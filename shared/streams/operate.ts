import type { AuditNote } from '../audit/chain.ts';
import { NotParkedError } from './errors.ts';
import type { Decision } from './effect.ts';
import type { JsonObject } from '../audit/json.ts';
import type { Entry, Head } from './head.ts';
import { decided, operation, released } from './moves.ts';
import type { StreamPorts } from './ports.ts';
import type { Move, VersionedHead } from './stream-store.ts';

type Ports = Pick<StreamPorts, 'store' | 'bell' | 'effect' | 'now' | 'report'>;

/** Who does it, and why; both go into the audit chain. */
export interface Order {
  actor: string;
  reason: string;
}

/** Tries a parked stream again as it is. */
export async function replay(ports: Ports, stream: string, order: Order): Promise<void> {
  const { head, version } = await readParked(ports, stream);
  const now = ports.now();
  await apply(ports, stream, released(head, [note('stream.replayed', order, head, now)], now), version);
}

/** Gives the entry that a stream is parked at up, without effect. What waits behind it goes on. */
export async function skip(ports: Ports, stream: string, order: Order): Promise<void> {
  const { head, version } = await readParked(ports, stream);
  const { key } = blamed(head);
  await decide(ports, head, version, { key, note: note('stream.skipped', order, head, ports.now()) });
}

/** Replaces the data of the entry that a stream is parked at, and tries it again in its old place. */
export async function fix(ports: Ports, stream: string, data: JsonObject, order: Order): Promise<void> {
  const { head, version } = await readParked(ports, stream);
  const { key, type, at } = blamed(head);
  const again = { key, type, at, data };
  await decide(ports, head, version, { key, again, note: note('stream.fixed', order, head, ports.now()) });
}

// The decision takes a number of its own and is fenced by it, so that a worker that still tries the old entry, and
// succeeds after all, cannot have its effect behind the operator's back.
async function decide(ports: Ports, head: Head, version: string, decision: Decision): Promise<void> {
  await ports.effect.fence(head.stream, head.number, decision);
  const now = ports.now();
  const { head: after, events } = decided({ ...head, attempts: 0 }, { decisions: [decision] }, now);
  await apply(ports, head.stream, { ...released(after, [], now), events }, version);
}

// What is stored is done. A ring that gets lost on top of it is reported and no failure: the stream is due, and the
// sweeper rings it.
async function apply(ports: Ports, stream: string, move: Move, version: string): Promise<void> {
  await ports.store.move(move, version);
  await ports.bell
    .ring(stream, { reconcile: true })
    .catch((error: Error) => ports.report({ kind: 'ring-lost', stream, error }));
}

function blamed(head: Head): Entry {
  const key = head.parked?.key;
  const entry = [head.pending[0], ...head.held].find((candidate) => candidate?.key === key);
  if (!entry) throw new NotParkedError(`${head.stream} is not parked at an entry: only replay fits`);
  return entry;
}

async function readParked(ports: Ports, stream: string): Promise<VersionedHead> {
  const found = await ports.store.read(stream);
  if (!found) throw new NotParkedError(`there is no stream ${stream}`);
  if (!found.head.parked) throw new NotParkedError(`${stream} is not parked`);
  return found;
}

function note(type: string, { actor, reason }: Order, head: Head, now: number): AuditNote {
  return {
    ...operation(type, now),
    data: { key: head.parked?.key ?? null, parkedFor: head.parked?.reason, actor, reason },
  };
}
