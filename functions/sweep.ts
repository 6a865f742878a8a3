import { app } from '@azure/functions';
import { unrecordedExchanges } from '../shared/callbacks/sql-exchange-rows.ts';
import { ringInTurn, sweep } from '../shared/streams/sweep.ts';
import { currentWiring } from './wiring.ts';

const batch = 1000;

/** Where the last sweep of exchanges ended: those that stay behind, because they are parked, must not hide the rest. */
let after = '';

app.timer('sweep', {
  schedule: '*/15 * * * * *',
  handler: async (_timer, context) => {
    const wiring = currentWiring();
    const { callbacks, deliveries } = wiring.streams;
    const { store, now } = callbacks;
    const bells = { callbacks: callbacks.bell, deliveries: deliveries.bell };
    const rung = await sweep({ store, bells, now }, batch);
    // Made, canceled or moved by the legacy service: the chain of each catches up with its row.
    const behind = await unrecordedExchanges(await wiring.sql(), after, batch);
    after = (behind.length === batch && behind.at(-1)) || '';
    const streams = behind.map((stream) => ({ stream, queue: 'callbacks' }));
    await ringInTurn({ bells, now }, streams, { reconcile: true });
    if (rung + behind.length > 0) context.info(`rang ${rung} due streams and ${behind.length} unrecorded exchanges`);
  },
});
