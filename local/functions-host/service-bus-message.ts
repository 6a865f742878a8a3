import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { TypedData } from './core-types.ts';

/** A message's body as the worker gets it: text unless the binding asks for bytes; the library parses JSON itself. */
export function bodyData(message: ServiceBusReceivedMessage, dataType: unknown): TypedData {
  const bytes = bodyBytes(message.body);
  return String(dataType).toLowerCase() === 'binary' ? { bytes } : { string: bytes.toString('utf8') };
}

/** A batch as the worker gets it. */
export function batchData(messages: ServiceBusReceivedMessage[], dataType: unknown): TypedData {
  const bodies = messages.map((message) => bodyBytes(message.body));
  return String(dataType).toLowerCase() === 'binary'
    ? { collectionBytes: { bytes: bodies } }
    : { collectionString: { string: bodies.map((body) => body.toString('utf8')) } };
}

function bodyBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body === undefined || body === null) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** What the Service Bus extension says of a message beside its body, under the names it uses. */
function properties(message: ServiceBusReceivedMessage): Record<string, unknown> {
  return {
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    DeadLetterSource: message.deadLetterSource,
    LockToken: message.lockToken,
    ExpiresAtUtc: expiry(message.expiresAtUtc),
    ExpiresAt: withOffset(expiry(message.expiresAtUtc)),
    EnqueuedTimeUtc: message.enqueuedTimeUtc,
    EnqueuedTime: message.enqueuedTimeUtc && withOffset(message.enqueuedTimeUtc),
    MessageId: message.messageId === undefined ? undefined : String(message.messageId),
    ContentType: message.contentType,
    ReplyTo: message.replyTo,
    SequenceNumber: Number(message.sequenceNumber ?? 0),
    To: message.to,
    Subject: message.subject,
    Label: message.subject,
    CorrelationId: message.correlationId === undefined ? undefined : String(message.correlationId),
    ApplicationProperties: message.applicationProperties ?? {},
    UserProperties: message.applicationProperties ?? {},
    SessionId: message.sessionId,
    ReplyToSessionId: message.replyToSessionId,
    PartitionKey: message.partitionKey,
  };
}

/** Names whose values are text; the worker gets the others as JSON. */
const textNames = new Set(
  `DeadLetterSource LockToken MessageId ContentType ReplyTo To Subject Label CorrelationId SessionId ReplyToSessionId PartitionKey`.split(
    ' ',
  ),
);
/** The end of .NET's time, which stands for a message that never expires. */
const never = '9999-12-31T23:59:59.9999999Z';

/** Trigger metadata of one message: what it does not have is left out. */
export function triggerMetadata(message: ServiceBusReceivedMessage): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {};
  for (const [name, value] of Object.entries(properties(message))) {
    if (value === undefined) continue;
    metadata[name] = textNames.has(name) ? { string: value as string } : { json: JSON.stringify(value) };
  }
  // The host adds the members of a JSON body, for its binding expressions; apps see them too.
  return { ...metadata, ...jsonMembers(message.body) };
}

/** For a batch each name ends in `Array` and holds the values of all messages; texts that are missing leave no gap. */
export function batchMetadata(messages: ServiceBusReceivedMessage[]): Record<string, TypedData> {
  const rows = messages.map(properties);
  const column = (name: string): TypedData =>
    textNames.has(name)
      ? { collectionString: { string: rows.flatMap((row) => (row[name] ? [row[name] as string] : [])) } }
      : { json: JSON.stringify(rows.map((row) => row[name] ?? null)) };
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [`${name}Array`, column(name)]));
}

function expiry(date: Date | undefined): Date | string {
  return !date || date.getTime() >= Date.parse('9999-12-31T00:00:00Z') ? never : date;
}

function withOffset(date: Date | string): string {
  return (typeof date === 'string' ? date : date.toISOString()).replace('Z', '+00:00');
}

function jsonMembers(body: unknown): Record<string, TypedData> {
  const text = bodyBytes(body).toString('utf8').trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return {};
  let members;
  try {
    members = Object.entries(JSON.parse(text) as Record<string, unknown>);
  } catch {
    // Not JSON after all: then it has no members, and the function gets the text.
    return {};
  }
  return Object.fromEntries(
    members.flatMap(([name, value]): [string, TypedData][] => {
      if (value === null || Array.isArray(value)) return [];
      return [
        [
          name,
          typeof value === 'object'
            ? { json: JSON.stringify(value) }
            : { string: dotNetText(value as string | number | boolean) },
        ],
      ];
    }),
  );
}

function dotNetText(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}
