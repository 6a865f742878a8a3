import { randomBytes } from 'node:crypto';
import { batchedMessages } from './amqp-bytes.ts';
import type { Broker } from './broker.ts';
import { parseMessage, type EncodedMessage } from './encoded-message.ts';
import { messageTooLarge, refusalOf, type ServiceBusError } from './errors.ts';
import { faultTarget, type Faults } from './faults.ts';
import type { Queue } from './queue.ts';
import { incomingTransfer, messageCodec, type ReceiverLink } from './rhea-internals.ts';

/** The premium tier's limit of a message or a batch, bytes. */
const maxMessageSize = 1024 * 1024;
/** What headers and properties may add to a body of the full size, as in the service. */
const maxOverhead = 64 * 1024;
const batchFormat = 0x80013700;

const idPrefix = randomBytes(8).toString('hex');
let ids = 0;
/** 32 digits as the service makes them up; counting on from a random start costs far less than a UUID each. */
const newMessageId = () => idPrefix + (++ids).toString(16).padStart(16, '0');

/** A client's sender: a link on which this server receives messages for a queue. */
export function acceptSender(link: ReceiverLink, queue: Queue, broker: Broker, faults: Faults): void {
  link.local.attach.max_message_size = maxMessageSize;
  const target = faultTarget(link, queue);
  link.on('message', (context) => {
    const { delivery, bytes, format } = incomingTransfer(context);
    let delay = 0;
    const refused = refusalOf(() => {
      delay = faults.at('send', queue.options.name, target);
      queue.send(messagesIn(bytes, format));
    });
    const answer = refused ? rejected(refused) : accepted;
    broker.afterCommit(() => delivery.update(true, answer), delay);
  });
}

/** The answer to nearly everything. */
export const accepted = messageCodec.accepted().described();

export function rejected(error: ServiceBusError) {
  return messageCodec.rejected({ error: { condition: error.condition, description: error.message } }).described();
}

export function encodedMessage(bytes: Buffer): EncodedMessage {
  return parseMessage(bytes, newMessageId);
}

function messagesIn(bytes: Buffer, format: number): EncodedMessage[] {
  if (bytes.length > maxMessageSize + maxOverhead) throw messageTooLarge(bytes.length, maxMessageSize);
  return format === batchFormat ? batchedMessages(bytes).map(encodedMessage) : [encodedMessage(bytes)];
}
