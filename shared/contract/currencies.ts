import * as z from 'zod';
import { defineOperation } from './operation.ts';
import { currencyCode, decimal } from './values.ts';

const currency = z
  .object({
    code: currencyCode,
    name: z.string().meta({ description: 'Name in English.', example: 'Bitcoin' }),
    kind: z.enum(['crypto', 'fiat']).meta({ description: 'What sort of money it is.', example: 'crypto' }),
    network: z.string().meta({ description: 'Network that carries it.', example: 'bitcoin' }),
    decimals: z
      .int()
      .min(0)
      .max(18)
      .meta({ description: 'Digits after the point that an amount may have.', example: 8 }),
    minAmount: decimal.meta({ description: 'Smallest amount of one exchange.', example: '0.0001' }),
    maxAmount: decimal.meta({ description: 'Largest amount of one exchange.', example: '5' }),
    networkFee: decimal.meta({ description: 'Taken from the payout in this currency.', example: '0.00002' }),
  })
  .meta({ id: 'Currency' });

export const currenciesList = defineOperation({
  id: 'currencies.list',
  method: 'GET',
  path: '/v1/currencies',
  access: 'key',
  tag: 'Market',
  summary: 'List currencies',
  description: 'Every currency that can be exchanged, with its limits, fee and precision, sorted by code.',
  query: z.strictObject({
    kind: z
      .enum(['crypto', 'fiat'], { error: 'must be crypto or fiat' })
      .optional()
      .meta({ description: 'Only currencies of this kind.', example: 'crypto' }),
  }),
  responses: {
    200: {
      description: 'The currencies.',
      schema: z.object({ items: z.array(currency) }).meta({ id: 'CurrencyList' }),
      examples: {
        crypto: {
          items: [
            {
              code: 'BTC',
              name: 'Bitcoin',
              kind: 'crypto',
              network: 'bitcoin',
              decimals: 8,
              minAmount: '0.0001',
              maxAmount: '5',
              networkFee: '0.00002',
            },
          ],
        },
      },
    },
  },
});
