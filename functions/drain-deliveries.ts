import { app } from '@azure/functions';
import { drain } from '../shared/streams/drain.ts';
import { readRing } from '../shared/streams/ring.ts';
import { currentWiring } from './wiring.ts';

app.serviceBusQueue('drain-deliveries', {
  queueName: 'deliveries',
  connection: 'ServiceBus',
  isSessionsEnabled: true,
  handler: async (message, context) => {
    const ring = readRing(message);
    if (!ring) return context.warn('a message that is no ring was completed');
    await drain(currentWiring().streams.deliveries, ring.stream, { reconcile: ring.reconcile });
  },
});
