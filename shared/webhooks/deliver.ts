import type { JsonObject } from '../audit/json.ts';
import type { Applied, Decision, Effect, Work } from '../streams/effect.ts';
import { PostponedError, TransientError } from '../streams/errors.ts';
import type { Entry } from '../streams/head.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { disabling } from './disable.ts';
import { withAttempt, type Attempt, type Delivery, type DeliveryStatus } from './delivery.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { healthy, type Endpoint } from './endpoint.ts';
import type { Post, Posted } from './post.ts';
import { inFlight } from './in-flight.ts';
import { circuitOpenUntil, failedTooLong, retryWait } from './schedule.ts';
import { signatureHeaders } from './signing.ts';

interface Outside {
  endpoints: EndpointStore;
  deliveries: DeliveryStore;
  post: Post;
  now: () => number;
  /** Adds to the endpoint's chain that it is left alone from now on, or no longer. */
  recordCircuit: (endpointId: string, change: 'opened' | 'closed', data: JsonObject) => Promise<void>;
  /** The log could not be written about a delivery that arrived. */
  logLost: (stream: string, error: Error) => void;
}

/** How long a delivery waits for our own stores, in milliseconds. */
const storeWaitMs = 5000;

/** What an entry of a delivery stream holds. */
interface DeliveryData {
  deliveryId: string;
  endpointId: string;
  partnerId: string;
  event: JsonObject;
}

/**
 * What deliveries do: one signed request each, in order, at least once: the next entry waits until this one was
 * answered with 2xx. One event costs two round trips to the store (endpoint, log) beside the partner's own.
 */
export function deliveryEffect({ endpoints, deliveries, post, now, recordCircuit, logLost }: Outside): Effect {
  const lanes = inFlight(now);

  async function apply(work: Work): Promise<Applied> {
    try {
      return await deliver(work);
    } catch (error) {
      // An outage of ours is no failed attempt of the partner's.
      if ((error as { retryable?: boolean }).retryable !== true) throw error;
      throw new PostponedError((error as Error).message, now() + storeWaitMs);
    }
  }

  async function deliver(work: Work): Promise<Applied> {
    const [entry] = work.pending;
    if (!entry) return { decisions: [] };
    const data = readData(entry);
    const endpoint = await endpoints.get(data.partnerId, data.endpointId);
    if (!endpoint) return { decisions: [decision(entry, 'dropped', { reason: 'the endpoint was removed' })] };
    if (!endpoint.enabled) return drop(entry, data, work.stream);
    const posted = await sendInTurn(endpoint, data);
    const { status } = posted.attempt;
    if (isSuccess(posted)) {
      await delivered(work, entry, endpoint, posted.attempt);
      return { decisions: [decision(entry, 'delivered', { status })] };
    }
    return failed(work, entry, endpoint, posted);
  }

  // It has arrived: nothing that goes wrong from here on may send it again.
  async function delivered(work: Work, entry: Entry, endpoint: Endpoint, attempt: Attempt): Promise<void> {
    const { partnerId, id, health } = endpoint;
    try {
      await log(work.stream, entry, readData(entry), 'delivered', attempt, work.attempts);
      if (health.failures === 0) return;
      const closed = (await endpoints.setHealth(partnerId, id, health, healthy)) && health.openUntil > 0;
      if (closed) await recordCircuit(id, 'closed', { failures: health.failures });
    } catch (error) {
      logLost(work.stream, error as Error);
    }
  }

  /** @throws {PostponedError} it is not its turn */
  async function sendInTurn(endpoint: Endpoint, data: DeliveryData): Promise<Posted> {
    const entered = lanes.enter(endpoint.id, endpoint.health.failures > 0);
    if ('until' in entered) throw new PostponedError('the endpoint is slow to answer others', entered.until);
    let posted: Posted | undefined;
    try {
      await waitForTurn(endpoint);
      posted = await send(endpoint, data);
      return posted;
    } finally {
      entered.leave(posted === undefined ? undefined : isSuccess(posted));
    }
  }

  /** @throws {PostponedError} the endpoint is left alone for now, or has had its share of this second */
  async function waitForTurn(endpoint: Endpoint): Promise<void> {
    const { id, partnerId, health, rateLimit } = endpoint;
    if (health.openUntil > now()) throw new PostponedError('the endpoint keeps failing', health.openUntil);
    if (health.openUntil > 0) {
      // Half open: one stream tries, and the others wait for what it finds.
      const probing = { ...health, openUntil: circuitOpenUntil(health.failures, now()) };
      const first = await endpoints.setHealth(partnerId, id, health, probing);
      if (!first) throw new PostponedError('another delivery is trying the endpoint', probing.openUntil);
      endpoint.health = probing;
    }
    if (rateLimit === null) return;
    const wait = await deliveries.take(id, rateLimit, now());
    if (wait > 0) throw new PostponedError('the rate limit of the endpoint is reached', now() + wait);
  }

  function send(endpoint: Endpoint, { deliveryId, event }: DeliveryData): Promise<Posted> {
    const body = JSON.stringify(event);
    const headers = {
      'content-type': 'application/cloudevents+json',
      'user-agent': 'exchange-api-webhooks/1',
      ...signatureHeaders(endpoint.secrets, deliveryId, body, now()),
    };
    return post(endpoint.url, headers, body);
  }

  async function failed(work: Work, entry: Entry, endpoint: Endpoint, posted: Posted): Promise<Applied> {
    const { attempt, retryAfterMs } = posted;
    const data = readData(entry);
    const { health, partnerId, id } = endpoint;
    const failingSince = health.failingSince || now();
    const gone = attempt.status === 410;
    const failures = health.failures + 1;
    if (gone || failedTooLong(failures, failingSince, now())) {
      const reason = gone ? 'gone' : 'failing';
      await log(work.stream, entry, data, 'dropped', attempt, work.attempts);
      const made = decision(entry, 'dropped', { status: attempt.status, reason: `endpoint disabled: ${reason}` });
      return { decisions: [made], followUps: [disabling(endpoint, reason, entry.key, now())] };
    }
    // Another stream may have counted its failure first; one of them is enough.
    const openUntil = circuitOpenUntil(failures, now());
    const counted = await endpoints.setHealth(partnerId, id, health, { failures, failingSince, openUntil });
    if (counted && health.openUntil === 0 && openUntil > 0) {
      // The attempt failed all the same, and is counted as one whether or not this can be told.
      await recordCircuit(id, 'opened', { failures }).catch((error: Error) => logLost(work.stream, error));
    }
    const last = retryWait(work.attempts + 1, () => 0) === null;
    await log(work.stream, entry, data, last ? 'failed' : 'retrying', attempt, work.attempts);
    throw new TransientError(attempt.error ?? `the endpoint answered ${attempt.status}`, { retryAfterMs });
  }

  async function drop(entry: Entry, data: DeliveryData, stream: string): Promise<Applied> {
    await deliveries.put({ ...newDelivery(stream, entry, data), status: 'dropped' });
    return { decisions: [decision(entry, 'dropped', { reason: 'the endpoint is disabled' })] };
  }

  async function log(
    stream: string,
    entry: Entry,
    data: DeliveryData,
    status: DeliveryStatus,
    attempt: Attempt,
    before: number,
  ): Promise<void> {
    const replayed = entry.key.includes('#');
    const known = before > 0 || replayed ? await deliveries.get(data.endpointId, data.deliveryId) : undefined;
    await deliveries.put(withAttempt(known ?? newDelivery(stream, entry, data), attempt, status));
  }

  // A request that has left cannot be called back: the partner removes duplicates by `webhook-id`.
  return { apply, fence: async () => {} };
}

function isSuccess({ attempt: { status } }: Posted): boolean {
  return status !== null && status >= 200 && status < 300;
}

function newDelivery(
  stream: string,
  entry: Entry,
  { deliveryId, endpointId, partnerId, event }: DeliveryData,
): Delivery {
  const { id, subject } = event;
  return {
    id: deliveryId,
    endpointId,
    partnerId,
    stream,
    eventId: id as string,
    eventType: entry.type,
    exchangeId: typeof subject === 'string' && subject.startsWith('ex_') ? subject : null,
    status: 'retrying',
    createdAt: new Date(entry.at).toISOString(),
    event,
    attempts: [],
  };
}

function readData(entry: Entry): DeliveryData {
  return entry.data as unknown as DeliveryData;
}

function decision(entry: Entry, outcome: string, extra: JsonObject): Decision {
  const { deliveryId, event } = readData(entry);
  const occurredAt = typeof event.time === 'string' ? event.time : new Date(entry.at).toISOString();
  return {
    key: entry.key,
    note: { type: entry.type, outcome, state: null, occurredAt, data: { key: entry.key, deliveryId, ...extra } },
  };
}
