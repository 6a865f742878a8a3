import { currenciesList } from '../shared/contract/currencies.ts';
import { readCurrencies, toCurrency } from '../shared/exchange/currencies.ts';
import { httpOperation } from './http.ts';

httpOperation(currenciesList, async ({ query, wiring }) => {
  const currencies = await readCurrencies(await wiring.sql());
  const wanted = currencies.filter(({ kind }) => query.kind === undefined || kind === query.kind);
  return { status: 200, body: { items: wanted.map(toCurrency) } };
});
