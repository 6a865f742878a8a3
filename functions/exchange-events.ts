import { readChain } from '../shared/audit/read-chain.ts';
import { ProblemError } from '../shared/contract/errors.ts';
import { exchangesEvents } from '../shared/contract/exchanges.ts';
import { findExchange } from '../shared/exchange/exchanges.ts';
import { httpOperation } from './http.ts';

httpOperation(exchangesEvents, async ({ params, caller, wiring }) => {
  const { exchangeId } = params;
  const exchange = await findExchange(await wiring.sql(), caller.partnerId, exchangeId);
  if (!exchange) throw new ProblemError('not-found', { detail: `There is no exchange ${exchangeId}.` });
  const chain = await readChain(wiring.streams.auditLog, exchangeId);
  const items = chain.map(({ sequence, type, outcome, state, occurredAt, recordedAt, hash, previousHash }) => ({
    sequence,
    type,
    outcome,
    state,
    occurredAt,
    recordedAt,
    hash,
    previousHash,
  }));
  return { status: 200, body: { items } };
});
