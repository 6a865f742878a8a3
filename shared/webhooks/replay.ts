import type { JsonObject } from '../audit/json.ts';
import { append } from '../streams/append.ts';
import { ConflictError, NotParkedError } from '../streams/errors.ts';
import { postponed } from '../streams/moves.ts';
import { replay, type Order } from '../streams/operate.ts';
import type { StreamPorts } from '../streams/ports.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { Delivery } from './delivery.ts';

/**
 * Has a delivery sent again under its own id. One that its stream still waits for goes on at once; one that is done is
 * added behind what waits now.
 * @param times what makes one replay different from the next
 */
export async function replayDelivery(
  ports: StreamPorts,
  delivery: Delivery,
  actor: string,
  times: string,
): Promise<void> {
  const { stream, id, eventId, eventType, endpointId, partnerId, event } = delivery;
  const head = (await ports.store.read(stream))?.head;
  const waiting = head?.pending.some(({ data }) => data.deliveryId === id) ?? false;
  if (waiting) return tryNow(ports, stream, { actor, reason: `replay of ${id}` });
  const data: JsonObject = { deliveryId: id, endpointId, partnerId, event };
  await append(ports, stream, { key: `${eventId}#${times}`, type: eventType, data });
}

/** Has a stream go on at once that is parked, or that waits for its next try. */
async function tryNow(ports: StreamPorts, stream: string, order: Order): Promise<void> {
  const found = await ports.store.read(stream);
  if (!found) return;
  const { head, version } = found;
  const now = ports.now();
  // Neither: somebody is at it.
  if (!head.parked && head.blockedUntil <= now) return;
  try {
    if (head.parked) return await replay(ports, stream, order);
    // The attempts stay counted: asking over and over must not keep an endpoint that fails from being given up.
    await ports.store.move(postponed(head, now, now), version);
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof NotParkedError)) throw error;
    // Moved in between: what it needs now is for the new head to say.
    return tryNow(ports, stream, order);
  }
  await ports.bell.ring(stream).catch((error: Error) => ports.report({ kind: 'ring-lost', stream, error }));
}

const rangeLimit = 500;

/** Has an endpoint's deliveries of a time range sent again. `next` is where to go on when there were too many. */
export async function replayRange(
  ports: StreamPorts,
  store: DeliveryStore,
  range: { endpointId: string; since: string; until: string; delivered: boolean },
  actor: string,
): Promise<{ replayed: number; next: string | null }> {
  const found = await store.range(range.endpointId, range.since, range.until, rangeLimit);
  const { whole, next } = wholePage(found);
  // The same range asked for twice is replayed once: the reason is the range.
  const times = `range-${range.since}-${range.until}`;
  let replayed = 0;
  for (const delivery of whole) {
    if (delivery.status === 'delivered' && !range.delivered) continue;
    await replayDelivery(ports, delivery, actor, times);
    replayed++;
  }
  return { replayed, next };
}

/** A full page leaves the deliveries of its last millisecond to the next, which begins with all of them. */
function wholePage(found: readonly Delivery[]): { whole: readonly Delivery[]; next: string | null } {
  const last = found.at(-1)?.createdAt;
  if (last === undefined || found.length < rangeLimit) return { whole: found, next: null };
  const whole = found.filter(({ createdAt }) => createdAt !== last);
  // A page of one millisecond: the next must begin after it, or it would be this one again.
  if (whole.length === 0) return { whole: found, next: new Date(Date.parse(last) + 1).toISOString() };
  return { whole, next: last };
}
