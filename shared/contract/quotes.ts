import * as z from 'zod';
import { defineOperation } from './operation.ts';
import { amount, currencyCode, decimal, pairId, quoteId, timestamp } from './values.ts';

const quote = z
  .object({
    id: quoteId,
    pair: pairId,
    from: currencyCode.meta({ description: 'What the partner gives.', example: 'BTC' }),
    to: currencyCode.meta({ description: 'What the partner receives.', example: 'ETH' }),
    fromAmount: decimal.meta({ description: 'What the partner gives.', example: '0.25' }),
    toAmount: decimal.meta({
      description: '`fromAmount` × `rate` − `networkFee`, rounded down to the precision of `to`.',
      example: '6.676473684175',
    }),
    rate: decimal.meta({
      description: 'Units of `to` for one unit of `from`, spread taken off; 12 significant digits, rounded down.',
      example: '26.7078947367',
    }),
    spreadBps: z.int().meta({ description: 'Spread that `rate` contains, in basis points.', example: 50 }),
    networkFee: decimal.meta({ description: 'Taken from the payout, in `to`.', example: '0.0005' }),
    createdAt: timestamp,
    expiresAt: timestamp.meta({ description: 'The price is held until then: 60 seconds.' }),
  })
  .meta({ id: 'Quote' });

const example = {
  id: 'qt_0199d5a0-5c1e-7b3a-9f4e-2a6d1c8b7e50',
  pair: 'BTC-ETH',
  from: 'BTC',
  to: 'ETH',
  fromAmount: '0.25',
  toAmount: '6.676473684175',
  rate: '26.7078947367',
  spreadBps: 50,
  networkFee: '0.0005',
  createdAt: '2026-01-05T12:00:00.000Z',
  expiresAt: '2026-01-05T12:01:00.000Z',
};

export const quotesCreate = defineOperation({
  id: 'quotes.create',
  method: 'POST',
  path: '/v1/quotes',
  access: 'key',
  tag: 'Quotes',
  summary: 'Ask for a quote',
  description:
    'Prices an amount and holds the price for 60 seconds. Make an exchange from it with `POST /v1/exchanges`; a quote makes one.',
  body: {
    schema: z
      .strictObject({
        from: currencyCode.meta({ description: 'What the partner gives.', example: 'BTC' }),
        to: currencyCode.meta({ description: 'What the partner receives.', example: 'ETH' }),
        fromAmount: amount,
      })
      .meta({ id: 'QuoteRequest' }),
    examples: { bitcoinToEther: { from: 'BTC', to: 'ETH', fromAmount: '0.25' } },
  },
  responses: {
    201: {
      description: 'The quote.',
      schema: quote,
      headers: { Location: { description: 'Path of the quote.', schema: z.string() } },
      examples: { bitcoinToEther: example },
    },
  },
  problems: ['pair-not-available', 'amount-not-accepted'],
});

export const quotesGet = defineOperation({
  id: 'quotes.get',
  method: 'GET',
  path: '/v1/quotes/{quoteId}',
  access: 'key',
  tag: 'Quotes',
  summary: 'Get a quote',
  description: 'A quote of the calling partner, expired ones included.',
  params: z.strictObject({ quoteId }),
  responses: { 200: { description: 'The quote.', schema: quote, examples: { bitcoinToEther: example } } },
  problems: ['not-found'],
});
