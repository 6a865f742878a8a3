import type { Broker } from './broker.ts';
import { messageLockLost, refusalOf, type ServiceBusError, sessionLockLost } from './errors.ts';
import { faultTarget, type Faults } from './faults.ts';
import type { Queue } from './queue.ts';
import type { MessageReceiver, Outcome } from './queue-ports.ts';
import {
  answerDrain,
  messageCodec,
  openSession,
  socketOf,
  type OutgoingDelivery,
  type RemoteState,
  type SenderLink,
} from './rhea-internals.ts';
import { accepted, rejected } from './sender-link.ts';
import type { Session, SessionHolder } from './sessions.ts';
import { deliveryBytes, type StoredMessage } from './stored-message.ts';

const presettled = 1;

/** A client's receiver: a link on which this server sends. */
export class ReceiverLink implements MessageReceiver, SessionHolder {
  session: Session | undefined;
  readonly removesOnDelivery: boolean;
  readonly queue: Queue;
  readonly link: SenderLink;
  readonly #broker: Broker;
  readonly #faults: Faults;
  readonly #deliveries = new Map<number, { message: StoredMessage; token: Buffer }>();
  readonly #amqp: ReturnType<typeof openSession>;
  readonly #socket: ReturnType<typeof socketOf>;
  readonly #target: ReturnType<typeof faultTarget>;
  #closed = false;

  constructor(link: SenderLink, queue: Queue, broker: Broker, faults: Faults) {
    this.link = link;
    this.queue = queue;
    this.#broker = broker;
    this.#faults = faults;
    this.#amqp = openSession(link);
    this.#socket = socketOf(link);
    this.#target = faultTarget(link, queue);
    this.removesOnDelivery = link.remote.attach.snd_settle_mode === presettled;
    const wake = () => broker.wake(queue);
    link.on('sender_flow', wake);
    for (const outcome of ['accepted', 'released', 'modified', 'rejected'] as const)
      link.on(outcome, ({ delivery }: { delivery: OutgoingDelivery }) => this.#settle(delivery, outcome));
  }

  /** rhea queues what a full window holds back, and a closed link's leftovers would then stop its whole session. */
  canTake(): boolean {
    const { outgoing } = this.#amqp;
    return (
      !this.#closed &&
      this.link.is_open() &&
      this.link.credit > 0 &&
      outgoing.next_pending_delivery === outgoing.next_delivery_id &&
      outgoing.transfer_window() > 0 &&
      outgoing.available() > 0
    );
  }

  take(message: StoredMessage): void {
    if (!this.#socket.writableCorked) {
      this.#socket.cork();
      this.#broker.afterCommit(() => this.#socket.uncork());
    }
    const token = message.lock?.token ?? this.#broker.newToken();
    const delivery = this.link.send(
      deliveryBytes(message, this.queue.deadLetterSource),
      swapGuid(token),
      0,
    ) as unknown as OutgoingDelivery;
    if (message.lock) this.#deliveries.set(delivery.id, { message, token });
    this.#amqp.outgoing.process();
    this.#faults.at('deliver', this.queue.options.name, this.#target);
  }

  idle(): void {
    if (this.link._draining && !this.#closed) answerDrain(this.link);
  }

  /** The session's lock ended before the client was done with it. */
  lost(error: ServiceBusError): void {
    this.close(error);
  }

  close(error?: ServiceBusError): void {
    this.gone();
    if (error) this.link.close({ condition: error.condition, description: error.message });
    else this.link.close();
  }

  /** The client closed the link, or its connection ended. */
  gone(): void {
    this.#closed = true;
    this.queue.removeReceiver(this);
    const session = this.session;
    this.session = undefined;
    if (session) this.queue.sessions!.close(session, this);
  }

  #settle(delivery: OutgoingDelivery, kind: 'accepted' | 'released' | 'modified' | 'rejected'): void {
    const state = delivery.remote_state;
    let delay = 0;
    const refused = refusalOf(() => {
      delay = this.#faults.at('settle', this.queue.options.name, this.#target);
      const held = this.#deliveries.get(delivery.id);
      this.#deliveries.delete(delivery.id);
      if (!held || held.message.lock?.token !== held.token)
        throw this.queue.sessions ? sessionLockLost(this.session?.id ?? '') : messageLockLost();
      this.queue.settle(held.message, outcomeOf(kind, state));
    });
    this.#broker.afterCommit(() => {
      delivery.update(true, refused ? rejected(refused) : answerTo(kind));
      // rhea keeps a delivery, and its bytes, until both sides settled it; the client waits for this side.
      delivery.remote_settled = true;
      delivery.data = [];
    }, delay);
  }
}

function outcomeOf(kind: 'accepted' | 'released' | 'modified' | 'rejected', state: RemoteState | undefined): Outcome {
  if (kind === 'accepted') return { kind: 'complete' };
  if (kind === 'released') return { kind: 'release' };
  if (kind === 'modified')
    return { kind: state?.undeliverable_here ? 'defer' : 'abandon', properties: state?.message_annotations };
  const { DeadLetterReason, DeadLetterErrorDescription, ...properties } = state?.error?.info ?? {};
  return {
    kind: 'deadLetter',
    reason: text(DeadLetterReason),
    description: text(DeadLetterErrorDescription),
    properties,
  };
}

function answerTo(kind: 'accepted' | 'released' | 'modified' | 'rejected') {
  if (kind === 'accepted') return accepted;
  return (kind === 'rejected' ? messageCodec.rejected({}) : messageCodec.modified({})).described();
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** Delivery tags carry a lock token as .NET lays out a GUID: the first three groups with their bytes reversed. */
function swapGuid(uuid: Buffer): Buffer {
  const guid = Buffer.from(uuid);
  guid.subarray(0, 4).reverse();
  guid.subarray(4, 6).reverse();
  guid.subarray(6, 8).reverse();
  return guid;
}
