import { ConflictError, PermanentError, PostponedError, StoreUnavailableError, TransientError } from './errors.ts';
import type { Applied } from './effect.ts';
import { hasOverflow, heldLimit, heldTooLongMs, inlineLimit, newHead, type Head } from './head.ts';
import { backedOff, decided, handedOn, lookedAt, parked, postponed, refilled } from './moves.ts';
import type { StreamPorts } from './ports.ts';
import type { Move, VersionedHead } from './stream-store.ts';

/** Rounds of one drain before it gives its slot to another stream and rings again. */
const maxRounds = 20;
/** Decisions of one round: their events fit one transactional batch of the store. */
const batchSize = 24;

interface Current {
  head: Head;
  version: string | undefined;
}

/**
 * Does what is waiting in a stream, in order, and returns when nothing is left to do now. For one event: read the
 * head, the effect, one move of the head with its audit events. What else is waiting shares those three round trips.
 * Never throws for what time may heal: it arranges to be called again and returns, so the ring that woke it can be
 * completed and no delivery count burns.
 */
export async function drain(ports: StreamPorts, stream: string, options: { reconcile?: boolean } = {}): Promise<void> {
  try {
    for (let round = 0; round < maxRounds; round++) {
      const done = await drainWhile(ports, stream, options.reconcile ?? false);
      if (done) return;
    }
    await ports.bell.ring(stream, options);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    ports.report({ kind: 'store-unavailable', stream, error });
    await ports.bell.ring(stream, { ...options, at: ports.now() + 1000 + Math.ceil(ports.random() * 9000) });
  }
}

/** Works until nothing is left (true), or until somebody else moved the head (false: look again). */
async function drainWhile(ports: StreamPorts, stream: string, reconcile: boolean): Promise<boolean> {
  const found = await ports.store.read(stream);
  if (!found && !reconcile) return true;
  let current: Current = found ?? { head: newHead(stream, ports.queue), version: undefined };
  try {
    for (let round = 0; round < maxRounds; round++) {
      const next = await step(ports, current, reconcile && round === 0);
      if (!next) return true;
      current = next;
    }
    return false;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

/** One round. Undefined when there is nothing more to do now. */
async function step(ports: StreamPorts, current: Current, reconcile: boolean): Promise<Current | undefined> {
  const now = ports.now();
  const { head } = current;
  if (head.blockedUntil > now) return undefined;
  if (head.outbox.length > 0) return handOn(ports, current);
  const overdue = head.held.find((entry) => entry.heldSince + heldTooLongMs <= now);
  if (overdue) return park(ports, current, overdue.key, `waited too long for the events before ${overdue.type}`);
  if (head.held.length > heldLimit) return park(ports, current, null, 'too many events before their turn');
  if (head.pending.length === 0 && hasOverflow(head)) return refill(ports, current);
  if (head.pending.length === 0 && head.blockedUntil === 0 && !reconcile) return undefined;
  return work(ports, current, reconcile);
}

async function work(ports: StreamPorts, current: Current, reconcile: boolean): Promise<Current | undefined> {
  const { head } = current;
  const { stream, number, held, attempts } = head;
  let applied: Applied;
  try {
    const pending = head.pending.slice(0, batchSize);
    applied = await ports.effect.apply({ stream, number, held, pending, attempts, now: ports.now() });
  } catch (error) {
    return fail(ports, current, error as Error, reconcile);
  }
  let next = current;
  if (applied.decisions.length > 0) {
    next = await move(ports, current, (latest) => decided(latest, applied, ports.now()));
  }
  if (applied.failure) return fail(ports, next, applied.failure);
  if (applied.decisions.length === 0 && head.pending.length > 0) {
    throw new Error(`the effect of ${stream} neither decided about the next entry nor failed`);
  }
  if (applied.decisions.length === 0 && head.blockedUntil > 0) {
    await move(ports, current, (latest) => lookedAt(latest, ports.now()));
  }
  return applied.decisions.length > 0 ? next : undefined;
}

async function fail(ports: StreamPorts, current: Current, error: Error, reconcile = false): Promise<undefined> {
  if (error instanceof ConflictError) throw error;
  const { stream, attempts } = current.head;
  if (error instanceof PermanentError) return park(ports, current, error.key, error.message);
  const now = ports.now();
  const counts = !(error instanceof PostponedError);
  const delay = counts ? ports.retryDelay(attempts + 1, error, ports.random) : error.until - now;
  if (delay === null) {
    const key = current.head.pending[0]?.key ?? null;
    return park(ports, current, key, `gave up after ${attempts + 1} attempts: ${error.message}`);
  }
  const until = now + Math.max(1, delay, error instanceof TransientError ? error.retryAfterMs : 0);
  await move(ports, current, (head) => (counts ? backedOff(head, until, error, now) : postponed(head, until, now)));
  ports.report({ kind: 'delayed', stream, attempts: attempts + 1, until, error });
  await ports.bell.ring(stream, { at: until, reconcile });
  return undefined;
}

async function park(ports: StreamPorts, current: Current, key: string | null, reason: string): Promise<undefined> {
  await move(ports, current, (head) => parked(head, key, reason, ports.now()));
  ports.report({ kind: 'parked', stream: current.head.stream, key, reason });
  return undefined;
}

async function handOn(ports: StreamPorts, current: Current): Promise<Current | undefined> {
  const items = current.head.outbox;
  try {
    await ports.handOn(items);
  } catch (error) {
    return fail(ports, current, error as Error);
  }
  const ids = new Set(items.map(({ id }) => id));
  return move(ports, current, (head) => handedOn(head, ids, ports.now()));
}

async function refill(ports: StreamPorts, current: Current): Promise<Current> {
  const { stream, overflow } = current.head;
  const last = Math.min(overflow.last, overflow.first + inlineLimit - 1);
  const entries = await ports.store.readOverflow(stream, overflow.first, last);
  return move(ports, current, (head) => refilled(head, entries, last, ports.now()));
}

/**
 * Moves the head. An append may have slipped in since it was read: then the same decisions are put on the newer head,
 * without asking the effect again.
 * @throws {ConflictError} somebody else decided
 */
async function move(ports: StreamPorts, current: Current, change: (head: Head) => Move): Promise<VersionedHead> {
  let latest = current;
  for (;;) {
    try {
      return await ports.store.move(change(latest.head), latest.version);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const found = await ports.store.read(current.head.stream);
      if (!found || !onlyAppended(current.head, found.head)) throw error;
      latest = found;
    }
  }
}

function onlyAppended(before: Head, after: Head): boolean {
  return (
    after.number === before.number &&
    after.tip.hash === before.tip.hash &&
    after.attempts === before.attempts &&
    after.blockedUntil === before.blockedUntil &&
    after.overflow.first === before.overflow.first &&
    after.outbox.length === before.outbox.length
  );
}
