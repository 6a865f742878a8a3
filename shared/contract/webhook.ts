import * as z from 'zod';
import { pairId, timestamp } from './values.ts';

const uuid7 = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

export const endpointId = z
  .string({ error: 'must be an endpoint id: we_ and a UUID' })
  .regex(new RegExp(`^we_${uuid7}$`), { error: 'must be an endpoint id: we_ and a UUID' })
  .meta({
    description: 'Id of an endpoint: `we_` and a UUIDv7.',
    example: 'we_0199d5a0-8a11-7c4b-8a5f-3b7e2d9c8f61',
  });

export const deliveryId = z
  .string({ error: 'must be a delivery id: wd_ and a UUID' })
  .regex(new RegExp(`^wd_${uuid7}$`), { error: 'must be a delivery id: wd_ and a UUID' })
  .meta({
    description: 'Id of a delivery: `wd_` and a UUIDv7. Sent as `webhook-id`, and the same on every attempt.',
    example: 'wd_0199d5a0-9b22-7c4b-8a5f-3b7e2d9c8f61',
  });

/** What partners can be told of. */
const webhookEventTypes = [
  'exchange.created',
  'exchange.confirming',
  'exchange.exchanging',
  'exchange.sending',
  'exchange.finished',
  'exchange.expired',
  'exchange.canceled',
  'exchange.failed',
  'exchange.refunded',
  'endpoint.disabled',
] as const;

const webhookEventType = z
  .enum(webhookEventTypes, { error: `must be one of ${webhookEventTypes.join(', ')}` })
  .meta({ id: 'WebhookEventType', description: 'What happened.', example: 'exchange.finished' });

const filters = {
  eventTypes: z
    .array(webhookEventType, { error: 'must be a list of event types' })
    .min(1, { error: 'must name at least one event type' })
    .max(webhookEventTypes.length, { error: 'names too many event types' })
    .nullable()
    .meta({ description: 'Which events to send; null for all.', example: ['exchange.finished'] }),
  pairs: z
    .array(pairId, { error: 'must be a list of pairs' })
    .min(1, { error: 'must name at least one pair' })
    .max(50, { error: 'must name at most 50 pairs' })
    .nullable()
    .meta({ description: 'Only exchanges of these pairs; null for all.', example: ['BTC-ETH'] }),
  description: z
    .string({ error: 'must be text of up to 200 characters' })
    .max(200, { error: 'must be text of up to 200 characters' })
    .nullable()
    .meta({ description: "The partner's own note.", example: 'Order system' }),
  rateLimit: z
    .int({ error: 'must be a whole number from 1 to 1000' })
    .min(1, { error: 'must be a whole number from 1 to 1000' })
    .max(1000, { error: 'must be a whole number from 1 to 1000' })
    .nullable()
    .meta({ description: 'Deliveries a second at most; null for no limit.', example: 50 }),
};

const urlFault = 'must be an absolute https URL without user name, password or fragment';

// Whether http is allowed and which addresses are is a matter of where this runs: `targetFault` says.
function couldBeEndpoint(text: string): boolean {
  // The parser forgives blanks, line ends, backslashes and missing slashes; what reads the URL next may not.
  if (!/^https?:\/\/[^/\\\s][^\\\s]*$/i.test(text)) return false;
  const parsed = URL.parse(text);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password && !parsed.hash;
}

const url = z
  .string({ error: urlFault })
  .max(2000, { error: 'must be at most 2000 characters' })
  .refine(couldBeEndpoint, { error: urlFault })
  .meta({
    description: 'Where to post events: https, on a public address. Redirects are not followed.',
    example: 'https://partner.example/exchange-events',
  });

const enabled = z.boolean({ error: 'must be true or false' });

export const endpointRequest = z
  .strictObject({
    url,
    eventTypes: filters.eventTypes.optional(),
    pairs: filters.pairs.optional(),
    description: filters.description.optional(),
    rateLimit: filters.rateLimit.optional(),
    enabled: enabled.optional().meta({ description: 'False makes it without sending anything yet.' }),
    asymmetric: z
      .boolean({ error: 'must be true or false' })
      .optional()
      .meta({ description: 'True also signs with Ed25519 (`v1a`), which the public key verifies.' }),
  })
  .meta({ id: 'WebhookEndpointRequest' });

export const endpointChange = z
  .strictObject({
    url: url.optional(),
    eventTypes: filters.eventTypes.optional(),
    pairs: filters.pairs.optional(),
    description: filters.description.optional(),
    rateLimit: filters.rateLimit.optional(),
    enabled: enabled.optional().meta({ description: 'True also enables one that was disabled for failing.' }),
  })
  .meta({ id: 'WebhookEndpointChange' });

export const endpoint = z
  .object({
    id: endpointId,
    url,
    ...filters,
    enabled: z.boolean().meta({ description: 'Whether events are sent.' }),
    disabledReason: z
      .string()
      .nullable()
      .meta({ description: 'Why it was disabled: `gone` (it answered 410), `failing`, or `partner`.' }),
    publicKey: z.string().nullable().meta({ description: 'Verifies `v1a` signatures: `whpk_` and base64.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'WebhookEndpoint' });

export const endpointWithSecret = endpoint
  .extend({
    secret: z.string().meta({
      description: 'Verifies signatures, by Standard Webhooks. Shown only here: keep it safe.',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    }),
  })
  .meta({ id: 'WebhookEndpointWithSecret' });

const attempt = z
  .object({
    at: timestamp,
    milliseconds: z.int().meta({ description: 'From the request to the end of the answer, or to giving up.' }),
    status: z.int().nullable().meta({ description: 'HTTP status; null when there was no answer.' }),
    error: z.string().nullable().meta({ description: 'Why there was no answer.' }),
    response: z.string().nullable().meta({ description: 'The first 1,000 characters of the answer.' }),
  })
  .meta({ id: 'WebhookAttempt' });

/** The body of a webhook: a CloudEvent, 1.0, structured. */
const webhookEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'Id of the event: never used twice.' }),
    source: z.string().meta({ description: 'Where it comes from.', example: '/v1/exchanges' }),
    type: z.string().meta({ description: 'What happened: a `WebhookEventType`, or `webhook.test`.' }),
    subject: z.string().meta({ description: 'The exchange or endpoint it is about.' }),
    time: timestamp,
    datacontenttype: z.literal('application/json'),
    data: z.record(z.string(), z.unknown()).meta({
      description: 'For exchanges: `exchangeId`, `pair`, `state`, `previousState`.',
    }),
  })
  .meta({ id: 'WebhookEvent' });

export const delivery = z
  .object({
    id: deliveryId,
    eventId: z.string().meta({ description: 'Id of the event, the same at every endpoint.' }),
    eventType: z.string().meta({ description: 'Type of the event.', example: 'exchange.finished' }),
    exchangeId: z.string().nullable().meta({ description: 'Whose event it is.' }),
    status: z
      .enum(['delivered', 'retrying', 'failed', 'dropped'])
      .meta({ description: '`failed`: given up until it is replayed. `dropped`: the endpoint was disabled.' }),
    createdAt: timestamp,
    event: webhookEvent,
    attempts: z.array(attempt).meta({ description: 'The last ten attempts, oldest first.' }),
  })
  .meta({ id: 'WebhookDelivery' });
