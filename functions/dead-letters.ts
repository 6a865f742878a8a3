import { app, type InvocationContext } from '@azure/functions';
import { queues } from '../shared/contract/messaging.ts';
import { readRing } from '../shared/streams/ring.ts';
import { currentWiring } from './wiring.ts';

/** Long enough for what killed ten drains in a row to have passed, or to be seen. In milliseconds. */
const pauseMs = 60_000;

// A dead-lettered ring is a signal, not a loss: what it stood for is in the stream. The error raises the alert; the
// stream is rung again.
for (const queue of Object.keys(queues) as (keyof typeof queues)[]) {
  app.serviceBusQueue(`dead-letters-${queue}`, {
    queueName: `${queue}/$DeadLetterQueue`,
    connection: 'ServiceBus',
    isSessionsEnabled: false,
    handler: (message, context) => ringAgain(queue, message, context),
  });
}

interface DeadLetterProperties {
  /** The trigger spells every member in camel case, at any depth. */
  deadLetterReason?: string;
}

async function ringAgain(queue: keyof typeof queues, message: unknown, context: InvocationContext): Promise<void> {
  const ring = readRing(message);
  if (!ring) return context.warn(`a dead letter of ${queue} that is no ring was completed`);
  const { applicationProperties } = (context.triggerMetadata ?? {}) as { applicationProperties?: DeadLetterProperties };
  const reason = applicationProperties?.deadLetterReason ?? 'no reason given';
  context.error(`dead letter: ring of ${ring.stream} on ${queue}: ${reason}`);
  const { bell, now } = currentWiring().streams[queue];
  await bell.ring(ring.stream, { at: now() + pauseMs, reconcile: ring.reconcile });
}
