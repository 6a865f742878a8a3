import { app } from '@azure/functions';
import { expireExchanges } from '../shared/exchange/exchanges.ts';
import { currentWiring } from './wiring.ts';

const batch = 500;

app.timer('expire-exchanges', {
  schedule: '30 * * * * *',
  handler: async (_timer, context) => {
    const expired = await expireExchanges(await currentWiring().exchangeContext(), batch);
    if (expired > 0) context.info(`${expired} exchanges expired`);
  },
});
