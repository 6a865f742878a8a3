import { app } from '@azure/functions';
import { drain } from '../shared/streams/drain.ts';
import { readRing } from '../shared/streams/ring.ts';
import { currentWiring } from './wiring.ts';

app.serviceBusQueue('drain-callbacks', {
  queueName: 'callbacks',
  connection: 'ServiceBus',
  isSessionsEnabled: true,
  handler: async (message, context) => {
    const ring = readRing(message);
    if (!ring) return context.warn('a message that is no ring was completed');
    await drain(currentWiring().streams.callbacks, ring.stream, { reconcile: ring.reconcile });
  },
});
