import { randomUUID } from 'node:crypto';
import { ProblemError } from '../shared/contract/errors.ts';
import type { BrokenRule } from '../shared/contract/problems.ts';
import {
  webhooksCreate,
  webhooksDelete,
  webhooksDeliveries,
  webhooksGet,
  webhooksList,
  webhooksRecover,
  webhooksReplay,
  webhooksRotate,
  webhooksTest,
  webhooksUpdate,
} from '../shared/contract/webhooks.ts';
import { fromCursor, toCursor } from '../shared/exchange/cursor.ts';
import type { Delivery } from '../shared/webhooks/delivery.ts';
import { endpointLimit, type Endpoint } from '../shared/webhooks/endpoint.ts';
import { changed, newEndpoint, sendTest, shown, shownDelivery, withNewSecret } from '../shared/webhooks/endpoints.ts';
import { auditedSettings, recordOrder, type EndpointOrder } from '../shared/webhooks/endpoint-trail.ts';
import { replayDelivery, replayRange } from '../shared/webhooks/replay.ts';
import { targetFault } from '../shared/webhooks/target.ts';
import type { Caller } from './caller.ts';
import { httpOperation } from './http.ts';
import type { Wiring } from './wiring.ts';

httpOperation(
  webhooksCreate,
  async ({ body, caller, wiring }) => {
    const { endpoints } = wiring.streams.webhooks;
    const endpoint = newEndpoint(caller.partnerId, body, wiring.now());
    const room = endpoints.list(caller.partnerId).then(({ length }) => {
      if (length >= endpointLimit) throw new ProblemError('too-many-endpoints');
    });
    await order(
      wiring,
      caller,
      { type: 'endpoint.create', endpointId: endpoint.id, data: auditedSettings(body) },
      room,
    );
    await endpoints.create(endpoint);
    return { status: 201, headers: { location: `/v1/webhooks/${endpoint.id}` }, body: withSecret(endpoint) };
  },
  targetRules,
);

httpOperation(webhooksList, async ({ caller, wiring }) => {
  const items = await wiring.streams.webhooks.endpoints.list(caller.partnerId);
  return { status: 200, body: { items: items.map(shown) } };
});

httpOperation(webhooksGet, async ({ params, caller, wiring }) => {
  return { status: 200, body: shown(await find(wiring, caller.partnerId, params.endpointId)) };
});

httpOperation(
  webhooksUpdate,
  async ({ params, body, caller, wiring }) => {
    const { endpoints } = wiring.streams.webhooks;
    const { endpointId } = params;
    const found = find(wiring, caller.partnerId, endpointId);
    await order(wiring, caller, { type: 'endpoint.update', endpointId, data: auditedSettings(body) }, found);
    const updated = await endpoints.update(caller.partnerId, endpointId, (endpoint) => changed(endpoint, body));
    return { status: 200, body: shown(updated ?? unknown(endpointId)) };
  },
  targetRules,
);

httpOperation(webhooksDelete, async ({ params, caller, wiring }) => {
  const { endpointId } = params;
  const found = find(wiring, caller.partnerId, endpointId);
  await order(wiring, caller, { type: 'endpoint.delete', endpointId }, found);
  const removed = await wiring.streams.webhooks.endpoints.remove(caller.partnerId, endpointId);
  return removed ? { status: 204 } : unknown(endpointId);
});

httpOperation(webhooksRotate, async ({ params, caller, wiring }) => {
  const now = wiring.now().getTime();
  const { endpoints } = wiring.streams.webhooks;
  const { endpointId } = params;
  const found = find(wiring, caller.partnerId, endpointId);
  await order(wiring, caller, { type: 'endpoint.rotate-secret', endpointId }, found);
  const updated = await endpoints.update(caller.partnerId, endpointId, (endpoint) => withNewSecret(endpoint, now));
  return { status: 200, body: withSecret(updated ?? unknown(endpointId)) };
});

httpOperation(webhooksTest, async ({ params, caller, wiring }) => {
  const found = find(wiring, caller.partnerId, params.endpointId);
  await order(wiring, caller, { type: 'endpoint.test', endpointId: params.endpointId }, found);
  return { status: 200, body: shownDelivery(await sendTest(wiring.streams.webhooks, await found, wiring.now())) };
});

httpOperation(webhooksDeliveries, async ({ params, query, caller, wiring }) => {
  const endpoint = await find(wiring, caller.partnerId, params.endpointId);
  const { status, limit } = query;
  const before = fromCursor(query.cursor);
  const page = await wiring.streams.webhooks.deliveries.list(endpoint.id, { status, limit, before });
  return { status: 200, body: { items: page.items.map(shownDelivery), nextCursor: toCursor(page.next) } };
});

httpOperation(webhooksReplay, async ({ params, caller, wiring }) => {
  const { endpointId, deliveryId } = params;
  const found = findDelivery(wiring, caller.partnerId, endpointId, deliveryId);
  await order(wiring, caller, { type: 'endpoint.replay', endpointId, data: { deliveryId } }, found);
  const delivery = await found;
  await replayDelivery(wiring.streams.deliveries, delivery, `partner ${caller.partnerId}`, randomUUID());
  return { status: 202, body: shownDelivery(delivery) };
});

httpOperation(webhooksRecover, async ({ params, body, caller, wiring }) => {
  const { endpointId } = params;
  const since = new Date(body.since).toISOString();
  const until = (body.until === undefined ? wiring.now() : new Date(body.until)).toISOString();
  const data = { since, until, delivered: body.delivered ?? false };
  const found = find(wiring, caller.partnerId, endpointId);
  await order(wiring, caller, { type: 'endpoint.recover', endpointId, data }, found);
  const range = { endpointId, ...data };
  const { deliveries } = wiring.streams.webhooks;
  const answer = await replayRange(wiring.streams.deliveries, deliveries, range, `partner ${caller.partnerId}`);
  return { status: 202, body: answer };
});

function withSecret(endpoint: Endpoint): object {
  return { ...shown(endpoint), secret: endpoint.secrets[0]?.secret };
}

async function find(wiring: Wiring, partnerId: string, endpointId: string): Promise<Endpoint> {
  return (await wiring.streams.webhooks.endpoints.get(partnerId, endpointId)) ?? unknown(endpointId);
}

async function findDelivery(
  wiring: Wiring,
  partnerId: string,
  endpointId: string,
  deliveryId: string,
): Promise<Delivery> {
  await find(wiring, partnerId, endpointId);
  const delivery = await wiring.streams.webhooks.deliveries.get(endpointId, deliveryId);
  if (!delivery) throw new ProblemError('not-found', { detail: `There is no delivery ${deliveryId}.` });
  return delivery;
}

/** Resolves once it may be carried out: it is allowed, and in the audit chain. */
function order(
  wiring: Wiring,
  { partnerId }: Caller,
  what: Omit<EndpointOrder, 'actor'>,
  allowed: Promise<unknown>,
): Promise<void> {
  return recordOrder(wiring.streams.deliveries, { ...what, actor: `partner ${partnerId}` }, allowed);
}

function unknown(endpointId: string): never {
  throw new ProblemError('not-found', { detail: `There is no endpoint ${endpointId}.` });
}

/** Which addresses can be an endpoint's: development reaches more. */
function targetRules(body: unknown, wiring: Wiring): BrokenRule[] {
  const url = (body as { url?: unknown } | null | undefined)?.url;
  const fault = typeof url === 'string' ? targetFault(url, wiring.streams.webhooks.guard) : undefined;
  return fault === undefined ? [] : [{ pointer: '/url', detail: fault }];
}
