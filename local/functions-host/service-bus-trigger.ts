import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { RegisteredFunction } from './core-module.ts';
import { DrainingError } from './errors.ts';
import type { HostJson } from './host-json.ts';
import { type Invocations, triggerBinding } from './invocations.ts';
import { batchData, batchMetadata, bodyData, triggerMetadata } from './service-bus-message.ts';
import type { WorkerLog } from './worker.ts';

/** Pause after a failure to reach the queue, so that a queue that is gone is not asked all the time. */
const pauseMs = 1000;

export interface TriggerContext {
  target: RegisteredFunction;
  client: Promise<ServiceBusClient>;
  queueName: string;
  options: HostJson['serviceBus'];
  invocations: Invocations;
  log: WorkerLog;
}

/** Starts what feeds a queue's messages to one function; `stop` waits for what is running. */
export function startServiceBusTrigger(context: TriggerContext): { stop(): Promise<void> } {
  const { target, client, queueName, options } = context;
  const binding = triggerBinding(target);
  const stopping = new AbortController();
  const receiving = new Set<AbortController>();
  const receiverOptions = {
    receiveMode: 'peekLock' as const,
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: options.maxAutoLockRenewalMs,
  };
  const many = String(binding['cardinality']).toLowerCase() === 'many';
  const report = errorReporter(context);
  const deliver = messageHandler(context, many);

  /** With a signal of its own each time: the client never takes its listener off the one it is given. */
  async function receive(receiver: ServiceBusReceiver, maxWaitTimeInMs: number): Promise<ServiceBusReceivedMessage[]> {
    const call = new AbortController();
    receiving.add(call);
    try {
      const abortSignal = call.signal;
      return await receiver.receiveMessages(many ? options.maxMessageBatchSize : 1, { maxWaitTimeInMs, abortSignal });
    } finally {
      receiving.delete(call);
    }
  }

  /** Takes messages from one receiver until it is stopped, stays idle for too long, or loses its lock. */
  async function pump(receiver: ServiceBusReceiver, concurrency: number, idleMs: number | undefined): Promise<void> {
    const running = new Set<Promise<boolean>>();
    let lost = false;
    try {
      while (!stopping.signal.aborted && !lost) {
        if (running.size >= concurrency) {
          await Promise.race(running);
          continue;
        }
        const messages = await receive(receiver, idleMs ?? options.tryTimeoutMs);
        if (messages.length === 0) {
          if (idleMs !== undefined && running.size === 0) break;
          continue;
        }
        const work = deliver(receiver, messages).then((settled) => {
          running.delete(work);
          lost ||= !settled;
          return settled;
        });
        running.add(work);
      }
    } finally {
      await Promise.all(running);
    }
  }

  /** One slot: a session at a time, whichever has messages. */
  async function serveSessions(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const accepted = (await client).acceptNextSession(queueName, receiverOptions);
        const receiver = await unlessAborted(accepted, stopping.signal);
        if (!receiver) {
          void accepted.then((late) => late.close()).catch(() => {});
          return;
        }
        try {
          await pump(
            receiver,
            options.maxConcurrentCallsPerSession,
            options.sessionIdleTimeoutMs ?? options.tryTimeoutMs,
          );
        } finally {
          await receiver.close();
        }
      } catch (error) {
        await pause(error);
      }
    }
  }

  async function serveQueue(): Promise<void> {
    while (!stopping.signal.aborted) {
      const receiver = (await client).createReceiver(queueName, receiverOptions);
      try {
        await pump(receiver, many ? 1 : options.maxConcurrentCalls, undefined);
      } catch (error) {
        await pause(error);
      } finally {
        await receiver.close();
      }
    }
  }

  async function pause(error: unknown): Promise<void> {
    const { code } = error as { code?: string };
    // No session had a message for as long as a slot waits: it asks again. A lost lock is the broker's to give anew.
    if (stopping.signal.aborted || code === 'ServiceTimeout' || code === 'SessionLockLost') return;
    report(error);
    await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
  }

  const slots =
    binding['isSessionsEnabled'] === true
      ? Array.from({ length: options.maxConcurrentSessions }, () => serveSessions())
      : [serveQueue()];
  return {
    async stop() {
      stopping.abort();
      for (const call of receiving) call.abort();
      await Promise.all(slots);
    },
  };
}

/**
 * Waits for an accept, or returns undefined on abort: the client itself leaves a waiting accept alone then, and only
 * closing it ends the wait.
 */
async function unlessAborted<T>(accepted: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([accepted, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Runs the function for what arrived, and settles it. Resolves with false when a message could not be settled. */
function messageHandler({ target, invocations, options, log }: TriggerContext, many: boolean) {
  const binding = triggerBinding(target);
  const autoComplete = (binding['autoCompleteMessages'] as boolean | undefined) ?? options.autoCompleteMessages;
  return async (receiver: ServiceBusReceiver, messages: ServiceBusReceivedMessage[]): Promise<boolean> => {
    const [message] = messages as [ServiceBusReceivedMessage];
    const parent = message.applicationProperties?.['Diagnostic-Id'];
    let succeeded = true;
    try {
      await invocations.run(target, {
        data: many ? batchData(messages, binding['dataType']) : bodyData(message, binding['dataType']),
        triggerMetadata: many ? batchMetadata(messages) : triggerMetadata(message),
        traceParent: typeof parent === 'string' ? parent : undefined,
      });
    } catch (error) {
      // Not even started: closing a session gives it back without counting a delivery.
      if (error instanceof DrainingError && message.sessionId !== undefined) return false;
      succeeded = false;
    }
    if (succeeded && !autoComplete) return true;
    try {
      await Promise.all(
        messages.map((one) => (succeeded ? receiver.completeMessage(one) : receiver.abandonMessage(one))),
      );
      return true;
    } catch (error) {
      const outcome = succeeded ? 'completed' : 'abandoned';
      const text = `a message (${String(message.messageId)}) could not be ${outcome}: ${(error as Error).message}`;
      log({ level: 'warning', category: 'host', functionName: target.metadata.name, message: text });
      return false;
    }
  };
}

/** Says once what is wrong, not once for each slot and attempt. */
function errorReporter({ target, queueName, log }: TriggerContext): (error: unknown) => void {
  let last = '';
  return (error) => {
    const { message } = error as Error;
    if (message === last) return;
    last = message;
    const text = `the listener on the queue "${queueName}" has trouble, and goes on trying: ${message}`;
    log({ level: 'error', category: 'host', functionName: target.metadata.name, message: text });
  };
}
