import * as z from 'zod';
import { defineOperation } from './operation.ts';
import { cursor, integerText, moment, timestamp } from './values.ts';
import {
  delivery,
  deliveryId,
  endpoint,
  endpointChange,
  endpointId,
  endpointRequest,
  endpointWithSecret,
} from './webhook.ts';

const exampleEndpoint = {
  id: 'we_0199d5a0-8a11-7c4b-8a5f-3b7e2d9c8f61',
  url: 'https://partner.example/exchange-events',
  eventTypes: ['exchange.finished', 'exchange.failed'],
  pairs: null,
  description: 'Order system',
  rateLimit: null,
  enabled: true,
  disabledReason: null,
  publicKey: null,
  createdAt: '2026-01-05T12:00:00.000Z',
};
const exampleSecret = { ...exampleEndpoint, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
const exampleEvent = {
  specversion: '1.0',
  id: 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61-6',
  source: '/v1/exchanges',
  type: 'exchange.finished',
  subject: 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61',
  time: '2026-01-05T12:20:00.000Z',
  datacontenttype: 'application/json',
  data: {
    exchangeId: 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61',
    pair: 'BTC-ETH',
    state: 'finished',
    previousState: 'sending',
  },
};
const exampleDelivery = {
  id: 'wd_0199d5a0-9b22-7c4b-8a5f-3b7e2d9c8f61',
  eventId: exampleEvent.id,
  eventType: 'exchange.finished',
  exchangeId: exampleEvent.subject,
  status: 'delivered',
  createdAt: '2026-01-05T12:20:00.100Z',
  event: exampleEvent,
  attempts: [{ at: '2026-01-05T12:20:00.200Z', milliseconds: 84, status: 204, error: null, response: '' }],
};

const shared = { access: 'key', tag: 'Webhooks' } as const;
const params = z.strictObject({ endpointId });

export const webhooksCreate = defineOperation({
  ...shared,
  id: 'webhooks.create',
  method: 'POST',
  path: '/v1/webhooks',
  summary: 'Register an endpoint',
  description:
    'Registers a URL for events about your exchanges. Events of one exchange come in order, each at least once: the next is sent when the one before it was answered with 2xx. Bodies are CloudEvents (schema `WebhookEvent`), signed by Standard Webhooks.',
  body: {
    schema: endpointRequest,
    examples: {
      some: { url: exampleEndpoint.url, eventTypes: exampleEndpoint.eventTypes, description: 'Order system' },
      all: { url: exampleEndpoint.url, asymmetric: true },
    },
  },
  responses: {
    201: {
      description: 'The endpoint with its secret.',
      schema: endpointWithSecret,
      examples: { made: exampleSecret },
    },
  },
  problems: ['too-many-endpoints'],
});

export const webhooksList = defineOperation({
  ...shared,
  id: 'webhooks.list',
  method: 'GET',
  path: '/v1/webhooks',
  summary: 'List endpoints',
  description: 'All of your endpoints, without their secrets.',
  responses: {
    200: {
      description: 'The endpoints, oldest first.',
      schema: z.object({ items: z.array(endpoint) }).meta({ id: 'WebhookEndpointList' }),
      examples: { one: { items: [exampleEndpoint] } },
    },
  },
});

export const webhooksGet = defineOperation({
  ...shared,
  id: 'webhooks.get',
  method: 'GET',
  path: '/v1/webhooks/{endpointId}',
  summary: 'Get an endpoint',
  description: 'An endpoint of yours, without its secret.',
  params,
  responses: { 200: { description: 'The endpoint.', schema: endpoint, examples: { one: exampleEndpoint } } },
  problems: ['not-found'],
});

export const webhooksUpdate = defineOperation({
  ...shared,
  id: 'webhooks.update',
  method: 'PATCH',
  path: '/v1/webhooks/{endpointId}',
  summary: 'Change an endpoint',
  description: 'Changes what is given and leaves the rest as it is.',
  params,
  body: { schema: endpointChange, examples: { pause: { enabled: false } } },
  responses: { 200: { description: 'The endpoint.', schema: endpoint, examples: { one: exampleEndpoint } } },
  problems: ['not-found'],
});

export const webhooksDelete = defineOperation({
  ...shared,
  id: 'webhooks.delete',
  method: 'DELETE',
  path: '/v1/webhooks/{endpointId}',
  summary: 'Remove an endpoint',
  description: 'Nothing more is sent there; what still waits for it is dropped.',
  params,
  responses: { 204: { description: 'It is gone.' } },
  problems: ['not-found'],
});

export const webhooksRotate = defineOperation({
  ...shared,
  id: 'webhooks.rotate',
  method: 'POST',
  path: '/v1/webhooks/{endpointId}/rotate-secret',
  summary: 'Replace the secret',
  description:
    'Makes a new secret. For 24 hours deliveries carry signatures of both, so nothing is refused meanwhile; of ten secrets at most.',
  params,
  responses: {
    200: {
      description: 'The endpoint with its new secret.',
      schema: endpointWithSecret,
      examples: { rotated: exampleSecret },
    },
  },
  problems: ['not-found'],
});

export const webhooksTest = defineOperation({
  ...shared,
  id: 'webhooks.test',
  method: 'POST',
  path: '/v1/webhooks/{endpointId}/test',
  summary: 'Send a test event',
  description: 'Sends one signed event at once, whatever the filters say, and shows how the endpoint answered.',
  params,
  responses: {
    200: { description: 'The delivery.', schema: delivery, examples: { delivered: exampleDelivery } },
  },
  problems: ['not-found'],
});

export const webhooksDeliveries = defineOperation({
  ...shared,
  id: 'webhooks.deliveries',
  method: 'GET',
  path: '/v1/webhooks/{endpointId}/deliveries',
  summary: 'List deliveries',
  description: 'What was sent to an endpoint in the last 30 days, newest first, with its attempts.',
  params,
  query: z.strictObject({
    status: z
      .enum(['delivered', 'retrying', 'failed', 'dropped'], { error: 'must be a status of a delivery' })
      .optional()
      .meta({ description: 'Only deliveries with this status.' }),
    limit: integerText(1, 100, 20).meta({ description: 'Deliveries in a page.' }),
    cursor: cursor.optional(),
  }),
  responses: {
    200: {
      description: 'A page of deliveries.',
      schema: z
        .object({
          items: z.array(delivery),
          nextCursor: z.string().nullable().meta({ description: 'Where the next page begins; null on the last.' }),
        })
        .meta({ id: 'WebhookDeliveryList' }),
      examples: { page: { items: [exampleDelivery], nextCursor: null } },
    },
  },
  problems: ['not-found'],
});

export const webhooksReplay = defineOperation({
  ...shared,
  id: 'webhooks.replay',
  method: 'POST',
  path: '/v1/webhooks/{endpointId}/deliveries/{deliveryId}/replay',
  summary: 'Send a delivery again',
  description: 'Sends a delivery again under the same `webhook-id`; one that was given up goes on where it stopped.',
  params: z.strictObject({ endpointId, deliveryId }),
  responses: {
    202: { description: 'It will be sent.', schema: delivery, examples: { again: exampleDelivery } },
  },
  problems: ['not-found'],
});

export const webhooksRecover = defineOperation({
  ...shared,
  id: 'webhooks.recover',
  method: 'POST',
  path: '/v1/webhooks/{endpointId}/recover',
  summary: 'Send a time range again',
  description: 'Sends what was not delivered in a time range again, oldest first, up to 500 deliveries a call.',
  params,
  body: {
    schema: z
      .strictObject({
        since: moment.meta({
          description: 'From when on, by the time of the event.',
          example: '2026-01-05T00:00:00.000Z',
        }),
        until: moment.optional().meta({ description: 'Until when; now by default.' }),
        delivered: z
          .boolean({ error: 'must be true or false' })
          .optional()
          .meta({ description: 'True sends again what was delivered, too.' }),
      })
      .refine(({ since, until }) => until === undefined || Date.parse(until) >= Date.parse(since), {
        path: ['until'],
        error: 'must not be before since',
      })
      .meta({ id: 'WebhookRecovery' }),
    examples: { sinceMidnight: { since: '2026-01-05T00:00:00.000Z' } },
  },
  responses: {
    202: {
      description: 'They will be sent.',
      schema: z
        .object({
          replayed: z.int().meta({ description: 'How many will be sent again.' }),
          next: timestamp.nullable().meta({ description: 'Ask again with this as `since`; null when that was all.' }),
        })
        .meta({ id: 'WebhookRecovered' }),
      examples: { done: { replayed: 3, next: null } },
    },
  },
  problems: ['not-found'],
});
