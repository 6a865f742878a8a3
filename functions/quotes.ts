import { ProblemError } from '../shared/contract/errors.ts';
import { quotesCreate, quotesGet } from '../shared/contract/quotes.ts';
import { createQuote, findQuote, toQuote } from '../shared/exchange/quotes.ts';
import { httpOperation } from './http.ts';

httpOperation(quotesCreate, async ({ body, caller, wiring }) => {
  const quote = await createQuote(await wiring.exchangeContext(), caller.partnerId, body);
  return { status: 201, headers: { location: `/v1/quotes/${quote.id}` }, body: toQuote(quote) };
});

httpOperation(quotesGet, async ({ params, caller, wiring }) => {
  const quote = await findQuote(await wiring.sql(), caller.partnerId, params.quoteId);
  if (!quote) throw new ProblemError('not-found', { detail: `There is no quote ${params.quoteId}.` });
  return { status: 200, body: toQuote(quote) };
});
