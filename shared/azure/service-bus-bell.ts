import { randomUUID } from 'node:crypto';
import type { ServiceBusClient, ServiceBusSender } from '@azure/service-bus';
import type { Bell } from '../streams/bell.ts';
import { ringMessage } from '../streams/ring.ts';

export type ServiceBusSettings = { connectionString: string } | { fullyQualifiedNamespace: string };

// A provider waits for its answer while we ring, ten seconds at most, and a lost ring is the sweeper's to repair: the
// client's own patience (four tries of a minute) would turn a broker that is away into callbacks that are refused.
const options = { retryOptions: { timeoutInMs: 3000, maxRetries: 1, retryDelayInMs: 200 } };

const clients = new WeakMap<ServiceBusSettings, Promise<ServiceBusClient>>();

/** Rings by a message on a queue with sessions: the session is the stream, so one consumer at a time works on it. */
export function serviceBusBell(
  settings: ServiceBusSettings,
  queue: string,
  traceparent: () => string | undefined = () => undefined,
): Bell {
  let sender: Promise<ServiceBusSender> | undefined;
  return {
    ring: async (stream, { at, reconcile } = {}) => {
      const sentIn = traceparent();
      sender ??= connect(settings).then((client) => client.createSender(queue));
      await (
        await sender
      ).sendMessages({
        ...ringMessage(stream, reconcile ?? false),
        // Unique: duplicate detection would swallow a repeated ring, scheduled ones included.
        messageId: randomUUID(),
        sessionId: stream,
        // Who works on the ring links back to the trace that rang.
        ...(sentIn !== undefined && { applicationProperties: { traceparent: sentIn } }),
        ...(at !== undefined && { scheduledEnqueueTimeUtc: new Date(at) }),
      });
    },
  };
}

/** One connection serves a settings object for good. */
function connect(settings: ServiceBusSettings): Promise<ServiceBusClient> {
  let client = clients.get(settings);
  if (!client) {
    client = open(settings);
    clients.set(settings, client);
  }
  return client;
}

/** For tests and for programs that end. */
export async function closeServiceBus(settings: ServiceBusSettings): Promise<void> {
  await (await clients.get(settings))?.close();
  clients.delete(settings);
}

async function open(settings: ServiceBusSettings): Promise<ServiceBusClient> {
  // Loaded on first use: most cold starts answer a request without it.
  const { ServiceBusClient } = await import('@azure/service-bus');
  if ('connectionString' in settings) return new ServiceBusClient(settings.connectionString, options);
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new ServiceBusClient(settings.fullyQualifiedNamespace, new DefaultAzureCredential(), options);
}
