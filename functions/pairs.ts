import { ProblemError } from '../shared/contract/errors.ts';
import { pairsGet, pairsList } from '../shared/contract/pairs.ts';
import { readCurrencies } from '../shared/exchange/currencies.ts';
import { fromCursor, toCursor } from '../shared/exchange/cursor.ts';
import { listPairs, toPair } from '../shared/exchange/pairs.ts';
import { httpOperation } from './http.ts';

httpOperation(pairsList, async ({ query, wiring }) => {
  const after = fromCursor(query.cursor);
  const { items, last } = listPairs(await readCurrencies(await wiring.sql()), { ...query, after });
  return { status: 200, body: { items, nextCursor: toCursor(last) } };
});

httpOperation(pairsGet, async ({ params, wiring }) => {
  const codes = params.pair.split('-');
  const currencies = await readCurrencies(await wiring.sql(), codes);
  const [from, to] = codes.map((code) => currencies.find((currency) => currency.code === code));
  if (!from || !to || from === to) throw new ProblemError('not-found', { detail: `${params.pair} is not traded.` });
  return { status: 200, body: toPair(from, to) };
});
