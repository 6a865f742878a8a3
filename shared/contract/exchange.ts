import * as z from 'zod';
import { exchangeStates } from '../exchange/state-machine.ts';
import { currencyCode, decimal, exchangeId, pairId, quoteId, timestamp } from './values.ts';

export const exchangeState = z.enum(exchangeStates, { error: 'must be a state of an exchange' }).meta({
  id: 'ExchangeState',
  description:
    'The way of an exchange: `awaiting_deposit`, `confirming`, `exchanging`, `sending`, `finished`. It may also end as `expired`, `canceled`, `failed` or `refunded`.',
  example: 'awaiting_deposit',
});

/** An exchange as answers show it. */
export const exchange = z
  .object({
    id: exchangeId,
    state: exchangeState,
    pair: pairId,
    from: currencyCode.meta({ description: 'What the partner gives.', example: 'BTC' }),
    to: currencyCode.meta({ description: 'What the partner receives.', example: 'ETH' }),
    fromAmount: decimal.meta({ description: 'What the partner gives.', example: '0.25' }),
    toAmount: decimal.meta({ description: 'What the partner receives.', example: '6.676473684175' }),
    rate: decimal.meta({ description: 'Units of `to` for one unit of `from`.', example: '26.7078947367' }),
    networkFee: decimal.meta({ description: 'Taken from the payout, in `to`.', example: '0.0005' }),
    quoteId: quoteId.nullable().meta({ description: 'The quote it was made from, if any.' }),
    provider: z.string().meta({ description: 'Who carries it out.', example: 'simulator' }),
    depositAddress: z.string().meta({ description: 'Where to send `fromAmount`.' }),
    payoutAddress: z.string().meta({ description: 'Where `toAmount` goes.' }),
    refundAddress: z.string().nullable().meta({ description: 'Where the deposit goes back to if the exchange fails.' }),
    reference: z.string().nullable().meta({ description: "The partner's own reference." }),
    depositTransaction: z.string().nullable().meta({ description: 'Transaction of the deposit, once seen.' }),
    payoutTransaction: z.string().nullable().meta({ description: 'Transaction of the payout, once sent.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
    expiresAt: timestamp.meta({ description: 'The deposit must be seen by then.' }),
  })
  .meta({ id: 'Exchange' });

export const exampleExchange = {
  id: 'ex_0199d5a0-7d2f-7c4b-8a5f-3b7e2d9c8f61',
  state: 'awaiting_deposit',
  pair: 'BTC-ETH',
  from: 'BTC',
  to: 'ETH',
  fromAmount: '0.25',
  toAmount: '6.676473684175',
  rate: '26.7078947367',
  networkFee: '0.0005',
  quoteId: 'qt_0199d5a0-5c1e-7b3a-9f4e-2a6d1c8b7e50',
  provider: 'simulator',
  depositAddress: 'btc-7c4b8a5f3b7e2d9c8f61',
  payoutAddress: '0x52908400098527886E0F7030069857D2E4169EE7',
  refundAddress: null,
  reference: 'order-1001',
  depositTransaction: null,
  payoutTransaction: null,
  createdAt: '2026-01-05T12:00:10.000Z',
  updatedAt: '2026-01-05T12:00:10.000Z',
  expiresAt: '2026-01-05T13:00:10.000Z',
};
