import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { endpointChange, endpointRequest } from '../contract/webhook.ts';
import { newId } from '../exchange/id.ts';
import type { FollowUp } from '../streams/head.ts';
import type { AddressGuard } from './address-guard.ts';
import { cloudEvent } from './cloud-event.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { withAttempt, type Delivery } from './delivery.ts';
import type { EndpointStore } from './endpoint-store.ts';
import { healthy, type Endpoint } from './endpoint.ts';
import type { Post } from './post.ts';
import { newSecret, publicKeyOf, rotated, signatureHeaders } from './signing.ts';

/** What the operations on endpoints work with. */
export interface Webhooks {
  endpoints: EndpointStore;
  deliveries: DeliveryStore;
  guard: AddressGuard;
  post: Post;
}

/** A new endpoint, with its first secret. */
export function newEndpoint(partnerId: string, request: z.infer<typeof endpointRequest>, now: Date): Endpoint {
  const enabled = request.enabled ?? true;
  return {
    id: newId('we', now, randomBytes(10)),
    partnerId,
    url: request.url,
    eventTypes: request.eventTypes ?? null,
    pairs: request.pairs ?? null,
    description: request.description ?? null,
    rateLimit: request.rateLimit ?? null,
    enabled,
    disabledReason: enabled ? null : 'partner',
    secrets: [newSecret(request.asymmetric ?? false)],
    health: healthy,
    createdAt: now.toISOString(),
  };
}

/** An endpoint with a partner's changes. Enabling it forgets how it fared. */
export function changed(endpoint: Endpoint, change: z.infer<typeof endpointChange>): Endpoint {
  const { enabled, ...given } = change;
  const next = { ...endpoint, ...given };
  if (enabled === undefined) return next;
  return { ...next, enabled, disabledReason: enabled ? null : 'partner', ...(enabled && { health: healthy }) };
}

export function withNewSecret(endpoint: Endpoint, now: number): Endpoint {
  const asymmetric = endpoint.secrets[0]?.privateKey !== undefined;
  return { ...endpoint, secrets: rotated(endpoint.secrets, newSecret(asymmetric), now) };
}

/** An endpoint as answers show it. */
export function shown(endpoint: Endpoint): object {
  const { id, url, eventTypes, pairs, description, rateLimit, enabled, disabledReason, secrets, createdAt } = endpoint;
  const publicKey = secrets[0] ? publicKeyOf(secrets[0]) : null;
  return {
    id,
    url,
    eventTypes,
    pairs,
    description,
    rateLimit,
    enabled,
    disabledReason,
    publicKey,
    createdAt,
  };
}

export function shownDelivery(delivery: Delivery): object {
  const { id, eventId, eventType, exchangeId, status, createdAt, event, attempts } = delivery;
  return { id, eventId, eventType, exchangeId, status, createdAt, event, attempts };
}

/** Sends one test event at once, outside of every stream, and logs it. */
export async function sendTest(webhooks: Webhooks, endpoint: Endpoint, now: Date): Promise<Delivery> {
  const id = newId('wd', now, randomBytes(10));
  const occurredAt = now.toISOString();
  const followUp: FollowUp = {
    id: `test-${id}`,
    type: 'webhook.test',
    data: { partnerId: endpoint.partnerId, endpointId: endpoint.id, occurredAt },
  };
  const event = cloudEvent(followUp);
  const body = JSON.stringify(event);
  const headers = {
    'content-type': 'application/cloudevents+json',
    ...signatureHeaders(endpoint.secrets, id, body, now.getTime()),
  };
  const { attempt } = await webhooks.post(endpoint.url, headers, body);
  const delivered = attempt.status !== null && attempt.status >= 200 && attempt.status < 300;
  const delivery: Delivery = {
    id,
    endpointId: endpoint.id,
    partnerId: endpoint.partnerId,
    stream: `${endpoint.id}/test`,
    eventId: followUp.id,
    eventType: followUp.type,
    exchangeId: null,
    status: 'failed',
    createdAt: occurredAt,
    event,
    attempts: [],
  };
  const done = withAttempt(delivery, attempt, delivered ? 'delivered' : 'failed');
  await webhooks.deliveries.put(done);
  return done;
}
