import { app } from '@azure/functions';
import { expireExchanges } from '../shared/exchange/exchanges.ts';
import { forgetAnswers } from '../shared/exchange/idempotency.ts';
import { currentWiring } from './wiring.ts';

const batch = 500;

app.timer('expire', {
  schedule: '30 * * * * *',
  handler: async (_timer, context) => {
    const outside = await currentWiring().exchangeContext();
    const expired = await expireExchanges(outside, batch);
    const forgotten = await forgetAnswers(outside, batch);
    if (expired + forgotten > 0) context.info(`${expired} exchanges expired, ${forgotten} answers were forgotten`);
  },
});
