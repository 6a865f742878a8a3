import * as z from 'zod';
import { defineOperation } from './operation.ts';
import { currencyCode, cursor, decimal, integerText, pairId, timestamp } from './values.ts';

const pair = z
  .object({
    pair: pairId,
    from: currencyCode.meta({ description: 'What the partner gives.', example: 'BTC' }),
    to: currencyCode.meta({ description: 'What the partner receives.', example: 'ETH' }),
    rate: decimal.meta({
      description: 'Units of `to` for one unit of `from`, before spread and network fee; 12 significant digits.',
      example: '26.8421052631',
    }),
    minAmount: decimal.meta({ description: 'Smallest `fromAmount`.', example: '0.0001' }),
    maxAmount: decimal.meta({ description: 'Largest `fromAmount`.', example: '5' }),
    ratesAsOf: timestamp.meta({ description: 'When the rates behind it were taken.' }),
  })
  .meta({ id: 'Pair' });

const example = {
  pair: 'BTC-ETH',
  from: 'BTC',
  to: 'ETH',
  rate: '26.8421052631',
  minAmount: '0.0001',
  maxAmount: '5',
  ratesAsOf: '2026-01-05T00:00:00.000Z',
};

export const pairsList = defineOperation({
  id: 'pairs.list',
  method: 'GET',
  path: '/v1/pairs',
  access: 'key',
  tag: 'Market',
  summary: 'List pairs',
  description: 'Every pair that can be exchanged with its rate, sorted by name, in pages.',
  query: z.strictObject({
    from: currencyCode.optional().meta({ description: 'Only pairs that give this currency.', example: 'BTC' }),
    to: currencyCode.optional().meta({ description: 'Only pairs that receive this currency.', example: 'ETH' }),
    limit: integerText(1, 200, 50).meta({ description: 'Pairs in a page.' }),
    cursor: cursor.optional(),
  }),
  responses: {
    200: {
      description: 'A page of pairs.',
      schema: z
        .object({
          items: z.array(pair),
          nextCursor: z.string().nullable().meta({ description: 'Where the next page begins; null on the last.' }),
        })
        .meta({ id: 'PairList' }),
      examples: { page: { items: [example], nextCursor: null } },
    },
  },
});

export const pairsGet = defineOperation({
  id: 'pairs.get',
  method: 'GET',
  path: '/v1/pairs/{pair}',
  access: 'key',
  tag: 'Market',
  summary: 'Get a pair',
  description: 'One pair with its rate and limits now.',
  params: z.strictObject({ pair: pairId }),
  responses: { 200: { description: 'The pair.', schema: pair, examples: { bitcoinToEther: example } } },
  problems: ['not-found'],
});
