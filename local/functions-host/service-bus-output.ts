import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import type { RegisteredFunction } from './core-module.ts';
import type { InvocationResponse, TypedData } from './core-types.ts';

export interface OutputBinding {
  /** `$return`, or the binding's name in `extraOutputs`. */
  name: string;
  client: () => Promise<ServiceBusClient>;
  queueName: string;
}

/** Sends what a function put into its Service Bus outputs; rejects when a message is not accepted. */
export function serviceBusOutputs(bindings: Map<RegisteredFunction, OutputBinding[]>) {
  const senders = new Map<string, ServiceBusSender>();
  return async (target: RegisteredFunction, response: InvocationResponse): Promise<void> => {
    for (const { name, client, queueName } of bindings.get(target) ?? []) {
      const data =
        name === '$return' ? response.returnValue : response.outputData?.find((output) => output.name === name)?.data;
      const messages = outputMessages(data, response.invocationId);
      if (messages.length === 0) continue;
      const key = `${target.id} ${name}`;
      const sender = senders.get(key) ?? (await client()).createSender(queueName);
      senders.set(key, sender);
      for (const message of messages) await sender.sendMessages(message);
    }
  };
}

/** One message, or one for each element where the value is an array or the text of one, as in the real host. */
function outputMessages(data: TypedData | null | undefined, invocationId?: string): ServiceBusMessage[] {
  // The extension marks a message with the invocation that made it.
  const applicationProperties: Record<string, string> = invocationId ? { $AzureWebJobsParentId: invocationId } : {};
  if (!data) return [];
  if (data.bytes)
    return [{ body: Buffer.from(data.bytes), contentType: 'application/octet-stream', applicationProperties }];
  const text = data.string ?? data.json ?? data.int ?? data.double;
  if (text === undefined || text === null) return [];
  return elements(String(text)).map((body) => ({
    body: Buffer.from(body),
    contentType: 'text/plain',
    applicationProperties: { ...applicationProperties },
  }));
}

function elements(text: string): string[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return [text];
  const values = JSON.parse(trimmed) as unknown[];
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
}
