import { announceExchange } from '../shared/callbacks/announce.ts';
import { ProblemError } from '../shared/contract/errors.ts';
import { exchangesCancel, exchangesCreate, exchangesGet, exchangesList } from '../shared/contract/exchanges.ts';
import { fromCursor, toCursor } from '../shared/exchange/cursor.ts';
import {
  cancelExchange,
  createExchange,
  findExchange,
  listExchanges,
  toExchange,
} from '../shared/exchange/exchanges.ts';
import { httpOperation } from './http.ts';

httpOperation(exchangesCreate, async ({ headers, body, caller, wiring }) => {
  const answer = await createExchange(await wiring.exchangeContext(), {
    partnerId: caller.partnerId,
    key: headers['idempotency-key'],
    body,
  });
  const { id } = JSON.parse(answer.body) as { id: string };
  if (!answer.replayed) await announceExchange(wiring.streams.callbacks, id);
  return {
    status: answer.status,
    headers: { location: `/v1/exchanges/${id}`, ...(answer.replayed && { 'idempotent-replayed': 'true' }) },
    body: answer.body,
  };
});

httpOperation(exchangesGet, async ({ params, caller, wiring }) => {
  const exchange = await findExchange(await wiring.sql(), caller.partnerId, params.exchangeId);
  if (!exchange) throw new ProblemError('not-found', { detail: `There is no exchange ${params.exchangeId}.` });
  return { status: 200, body: toExchange(exchange) };
});

httpOperation(exchangesList, async ({ query, caller, wiring }) => {
  const { state, limit } = query;
  const before = fromCursor(query.cursor);
  const { rows, last } = await listExchanges(await wiring.sql(), caller.partnerId, { state, limit, before });
  return { status: 200, body: { items: rows.map(toExchange), nextCursor: toCursor(last) } };
});

httpOperation(exchangesCancel, async ({ params, caller, wiring }) => {
  const { exchange } = await cancelExchange(await wiring.exchangeContext(), caller.partnerId, params.exchangeId);
  await announceExchange(wiring.streams.callbacks, params.exchangeId);
  return { status: 200, body: toExchange(exchange) };
});
