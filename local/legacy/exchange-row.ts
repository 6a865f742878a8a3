import { tidy } from './money.ts';

export interface ExchangeRow {
  id: string;
  partner_id: string;
  quote_id: string | null;
  state: string;
  from_code: string;
  to_code: string;
  from_amount: string;
  to_amount: string;
  rate: string;
  network_fee: string;
  provider: string;
  deposit_address: string;
  payout_address: string;
  refund_address: string | null;
  reference: string | null;
  deposit_transaction: string | null;
  payout_transaction: string | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
}

/** An exchange as answers show it. */
export function exchangeOf(row: ExchangeRow) {
  return {
    id: row.id,
    state: row.state,
    pair: `${row.from_code}-${row.to_code}`,
    from: row.from_code,
    to: row.to_code,
    fromAmount: tidy(row.from_amount),
    toAmount: tidy(row.to_amount),
    rate: tidy(row.rate),
    networkFee: tidy(row.network_fee),
    quoteId: row.quote_id,
    provider: row.provider,
    depositAddress: row.deposit_address,
    payoutAddress: row.payout_address,
    refundAddress: row.refund_address,
    reference: row.reference,
    depositTransaction: row.deposit_transaction,
    payoutTransaction: row.payout_transaction,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
