import * as z from 'zod';
import { exampleExchange, exchange, exchangeState } from './exchange.ts';
import { defineOperation } from './operation.ts';
import { address, amount, currencyCode, cursor, exchangeId, integerText, quoteId, timestamp } from './values.ts';

const exchangeRequest = z
  .strictObject({
    quoteId: quoteId.optional(),
    from: currencyCode.optional().meta({ description: 'What the partner gives; without a quote.', example: 'BTC' }),
    to: currencyCode.optional().meta({ description: 'What the partner receives; without a quote.', example: 'ETH' }),
    fromAmount: amount.optional(),
    payoutAddress: address.meta({ description: 'Where to send what is received.' }),
    refundAddress: address.optional().meta({ description: 'Where to send the deposit back to if the exchange fails.' }),
    reference: z
      .string({ error: 'must be text of 1 to 64 characters' })
      .regex(/^[\x20-\x7E]{1,64}$/, { error: 'must be 1 to 64 printable ASCII characters' })
      .optional()
      .meta({ description: "The partner's own reference, kept as it is.", example: 'order-1001' }),
  })
  .refine(hasOnePrice, {
    error: 'give quoteId, or from, to and fromAmount',
    // Whatever else is wrong: an answer lists everything.
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
  })
  .meta({
    id: 'ExchangeRequest',
    description: 'Either from a quote (`quoteId`), or at the price of the moment (`from`, `to`, `fromAmount`).',
  });

export const exchangesCreate = defineOperation({
  id: 'exchanges.create',
  method: 'POST',
  path: '/v1/exchanges',
  access: 'key',
  tag: 'Exchanges',
  summary: 'Make an exchange',
  description:
    'Makes an exchange from a quote, or at the price of the moment, and says where to send the deposit. Send an `Idempotency-Key`: the same key with the same body gives the same answer for 24 hours and never a second exchange.',
  headers: z.object({
    'idempotency-key': z
      .string()
      .regex(/^[\x21-\x7E]{1,128}$/, { error: 'must be 1 to 128 printable ASCII characters without spaces' })
      .optional()
      .meta({ description: 'Makes the request safe to repeat; a UUID is a good one.', example: '8f14e45f-ea3c-4e1b' }),
  }),
  body: {
    schema: exchangeRequest,
    examples: {
      fromQuote: {
        quoteId: 'qt_0199d5a0-5c1e-7b3a-9f4e-2a6d1c8b7e50',
        payoutAddress: '0x52908400098527886E0F7030069857D2E4169EE7',
        reference: 'order-1001',
      },
      atThePriceOfTheMoment: {
        from: 'BTC',
        to: 'ETH',
        fromAmount: '0.25',
        payoutAddress: '0x52908400098527886E0F7030069857D2E4169EE7',
      },
    },
  },
  responses: {
    201: {
      description: 'The exchange, or the first answer again for a repeated `Idempotency-Key`.',
      schema: exchange,
      headers: {
        Location: { description: 'Path of the exchange.', schema: z.string() },
        'Idempotent-Replayed': {
          description: '`true` when the answer is that of an earlier request with the same key.',
          schema: z.string(),
        },
      },
      examples: { awaitingDeposit: exampleExchange },
    },
  },
  problems: [
    'idempotency-key-in-progress',
    'idempotency-key-reused',
    'unknown-quote',
    'quote-expired',
    'quote-used',
    'pair-not-available',
    'amount-not-accepted',
  ],
});

export const exchangesGet = defineOperation({
  id: 'exchanges.get',
  method: 'GET',
  path: '/v1/exchanges/{exchangeId}',
  access: 'key',
  tag: 'Exchanges',
  summary: 'Get an exchange',
  description: 'An exchange of the calling partner as it stands now.',
  params: z.strictObject({ exchangeId }),
  responses: {
    200: { description: 'The exchange.', schema: exchange, examples: { awaitingDeposit: exampleExchange } },
  },
  problems: ['not-found'],
});

export const exchangesList = defineOperation({
  id: 'exchanges.list',
  method: 'GET',
  path: '/v1/exchanges',
  access: 'key',
  tag: 'Exchanges',
  summary: 'List exchanges',
  description: "The calling partner's exchanges, newest first, in pages.",
  query: z.strictObject({
    state: exchangeState.optional().meta({ description: 'Only exchanges in this state.' }),
    limit: integerText(1, 100, 20).meta({ description: 'Exchanges in a page.' }),
    cursor: cursor.optional(),
  }),
  responses: {
    200: {
      description: 'A page of exchanges.',
      schema: z
        .object({
          items: z.array(exchange),
          nextCursor: z.string().nullable().meta({ description: 'Where the next page begins; null on the last.' }),
        })
        .meta({ id: 'ExchangeList' }),
      examples: { page: { items: [exampleExchange], nextCursor: null } },
    },
  },
});

export const exchangesCancel = defineOperation({
  id: 'exchanges.cancel',
  method: 'POST',
  path: '/v1/exchanges/{exchangeId}/cancel',
  access: 'key',
  tag: 'Exchanges',
  summary: 'Cancel an exchange',
  description: 'Cancels an exchange that still awaits its deposit. Canceling it again gives the same answer.',
  params: z.strictObject({ exchangeId }),
  responses: {
    200: {
      description: 'The canceled exchange.',
      schema: exchange,
      examples: { canceled: { ...exampleExchange, state: 'canceled' } },
    },
  },
  problems: ['not-found', 'exchange-not-cancelable'],
});

const hash = z.string().nullable().meta({
  description: 'SHA-256, hex. Null on the first event, and where the legacy service kept the record.',
});

const exchangeEvent = z
  .object({
    sequence: z.int().meta({ description: 'Place in the trail, from 1.', example: 1 }),
    type: z.string().meta({ description: 'What happened.', example: 'exchange.created' }),
    outcome: z.string().meta({
      description:
        'What came of it: `applied`, or why not (`late`, `forbidden`, `unknown-type`, `unknown-exchange`, `parked`).',
      example: 'applied',
    }),
    state: z.string().nullable().meta({ description: 'State of the exchange after it.', example: 'awaiting_deposit' }),
    occurredAt: timestamp.meta({ description: 'When it happened, as its source says.' }),
    recordedAt: timestamp.meta({ description: 'When it was recorded.' }),
    hash,
    previousHash: hash,
  })
  .meta({ id: 'ExchangeEvent' });

export const exchangesEvents = defineOperation({
  id: 'exchanges.events',
  method: 'GET',
  path: '/v1/exchanges/{exchangeId}/events',
  access: 'key',
  tag: 'Exchanges',
  summary: "Get an exchange's audit trail",
  description:
    'Everything that happened to an exchange, in order. Each event holds the hash of the one before it, so a change of history shows.',
  params: z.strictObject({ exchangeId }),
  responses: {
    200: {
      description: 'The trail, oldest first.',
      schema: z.object({ items: z.array(exchangeEvent) }).meta({ id: 'ExchangeEventList' }),
      examples: {
        created: {
          items: [
            {
              sequence: 1,
              type: 'exchange.created',
              outcome: 'applied',
              state: 'awaiting_deposit',
              occurredAt: '2026-01-05T12:00:10.000Z',
              recordedAt: '2026-01-05T12:00:10.042Z',
              hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
              previousHash: null,
            },
          ],
        },
      },
    },
  },
  problems: ['not-found'],
});

function hasOnePrice(request: { quoteId?: unknown; from?: unknown; to?: unknown; fromAmount?: unknown }): boolean {
  const parts = [request.from, request.to, request.fromAmount].filter((part) => part !== undefined).length;
  return request.quoteId === undefined ? parts === 3 : parts === 0;
}
