import type { Message, Typed } from 'rhea';
import { messageNotFound, notImplemented, type ServiceBusError, sessionLockLost } from './errors.ts';
import type { Queue } from './queue.ts';
import type { Outcome } from './queue-ports.ts';
import { codec } from './rhea-internals.ts';
import { encodedMessage } from './sender-link.ts';
import type { Session } from './sessions.ts';
import { deliveryBytes } from './stored-message.ts';

type Body = Record<string, unknown>;

interface Reply {
  status: number;
  body?: object;
}

type Operation = (queue: Queue, body: Body) => Reply;

const arrayOf = { string: 0xb1, long: 0x81, timestamp: 0x83 };

/** What an entity's `$management` link answers, by the name clients ask with. */
const operations: Record<string, Operation> = {
  'com.microsoft:renew-lock': (queue, body) => {
    const messages = tokens(body).map((token) => queue.locked(token));
    const expirations = messages.map((message) => queue.renew(message));
    return { status: 200, body: { expirations: codec.wrap_array(expirations, arrayOf.timestamp) } };
  },
  'com.microsoft:renew-session-lock': (queue, body) => {
    const session = heldSession(queue, body);
    return { status: 200, body: { expiration: codec.wrap_timestamp(queue.sessions!.renew(session)) } };
  },
  'com.microsoft:get-session-state': (queue, body) => ({
    status: 200,
    body: { 'session-state': heldSession(queue, body).state ?? null },
  }),
  'com.microsoft:set-session-state': (queue, body) => {
    const state = body['session-state'];
    queue.setSessionState(heldSession(queue, body), Buffer.isBuffer(state) ? state : undefined);
    return { status: 200 };
  },
  'com.microsoft:get-message-sessions': (queue, body) => {
    const since = Number(body['last-updated-time'] ?? 0);
    const skip = Number(body.skip ?? 0);
    const ids = queue.sessionIds(since).slice(skip, skip + Number(body.top ?? 100));
    if (!ids.length) return { status: 204 };
    return {
      status: 200,
      body: { skip: codec.wrap_int(skip + ids.length), 'sessions-ids': codec.wrap_array(ids, arrayOf.string) },
    };
  },
  'com.microsoft:schedule-message': (queue, body) => {
    const messages = list(body.messages).map((entry) => encodedMessage((entry as { message: Buffer }).message));
    const sequences = queue.send(messages).map(longBytes);
    return { status: 200, body: { 'sequence-numbers': codec.wrap_array(sequences, arrayOf.long) } };
  },
  'com.microsoft:cancel-scheduled-message': (queue, body) => {
    queue.cancelScheduled(list(body['sequence-numbers']).map(whole));
    return { status: 200 };
  },
  'com.microsoft:peek-message': (queue, body) => {
    const sessionId = body['session-id'] as string | undefined;
    const found = queue.peek(
      whole(body['from-sequence-number']),
      Number(body['message-count']),
      sessionId ?? undefined,
    );
    if (!found.length) return { status: 204 };
    const bodyless = body['omit-message-body'] === true;
    const messages = found.map((message) =>
      codec.wrap_map({ message: deliveryBytes(message, queue.deadLetterSource, bodyless) }),
    );
    return { status: 200, body: { messages: codec.wrap_list(messages) } };
  },
  'com.microsoft:receive-by-sequence-number': (queue, body) => {
    const session = queue.sessions ? heldSession(queue, body) : undefined;
    const removing = Number(body['receiver-settle-mode']) === 0;
    const found = queue.receiveDeferred(list(body['sequence-numbers']).map(whole), session, removing);
    const messages = found.map((message) =>
      codec.wrap_map({
        message: deliveryBytes(message, queue.deadLetterSource),
        ...(message.lock && { 'lock-token': codec.wrap_uuid(message.lock.token) }),
      }),
    );
    return { status: 200, body: { messages: codec.wrap_list(messages) } };
  },
  'com.microsoft:update-disposition': (queue, body) => {
    const outcome = outcomeOf(body);
    const messages = tokens(body).map((token) => queue.locked(token));
    for (const message of messages) queue.settle(message, outcome);
    return { status: 200 };
  },
  'com.microsoft:batch-delete-messages': (queue, body) => {
    const before = Number(body['enqueued-time-utc'] ?? Infinity);
    const count = queue.deleteBatch(Number(body['message-count']), before, text(body['session-id']));
    return count ? { status: 200, body: { 'message-count': codec.wrap_int(count) } } : { status: 204 };
  },
};

/** The reply to a request on a `$management` link. @throws ServiceBusError for `refuse` to tell. */
export function manage(queue: Queue, request: Message): Partial<Message> {
  const name = String(request.application_properties?.operation);
  const operation = operations[name];
  if (!operation) throw notImplemented(`The operation ${name}`);
  const { status, body } = operation(queue, (request.body ?? {}) as Body);
  return answer(status, 'OK', body && codec.wrap_map(body));
}

export function refuse(error: ServiceBusError): Partial<Message> {
  return answer(statusOf(error.condition), error.message, undefined, error.condition);
}

function answer(status: number, text: string, body: Typed | undefined, condition?: string): Partial<Message> {
  return {
    application_properties: {
      statusCode: codec.wrap_int(status),
      statusDescription: text,
      ...(condition && { errorCondition: codec.wrap_symbol(condition) }),
    },
    body: body ?? null,
  };
}

function statusOf(condition: string): number {
  if (condition === 'com.microsoft:message-lock-lost' || condition === 'com.microsoft:session-lock-lost') return 410;
  if (condition === 'com.microsoft:message-not-found' || condition === 'amqp:not-found') return 404;
  if (condition === 'com.microsoft:server-busy') return 503;
  return condition === 'amqp:not-implemented' ? 501 : 400;
}

function heldSession(queue: Queue, body: Body): Session {
  const id = String(body['session-id']);
  if (!queue.sessions) throw sessionLockLost(id);
  return queue.sessions.held(id);
}

function outcomeOf(body: Body): Outcome {
  const properties = body['properties-to-modify'] as Record<string, unknown> | undefined;
  const status = body['disposition-status'];
  if (status === 'completed') return { kind: 'complete' };
  if (status === 'abandoned') return { kind: 'abandon', properties };
  // Spelt so on the wire.
  if (status === 'defered') return { kind: 'defer', properties };
  if (status !== 'suspended') throw notImplemented(`The disposition ${String(status)}`);
  const [reason, description] = [text(body['deadletter-reason']), text(body['deadletter-description'])];
  return { kind: 'deadLetter', reason, description, properties };
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const tokens = (body: Body) => list(body['lock-tokens']) as Buffer[];

/** rhea gives an array of one element as that element. */
function list(value: unknown): unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function whole(value: unknown): number {
  const number = Buffer.isBuffer(value) ? Number(value.readBigInt64BE(0)) : Number(value);
  if (!Number.isSafeInteger(number)) throw messageNotFound(number);
  return number;
}

function longBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
