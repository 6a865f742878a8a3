import type { Connection, EventContext, Message, Receiver, Sender, Session } from 'rhea';
import type { Broker } from './broker.ts';
import { notAllowed, refusalOf, type ServiceBusError } from './errors.ts';
import { faultTarget, type Faults } from './faults.ts';
import { manage, refuse } from './management.ts';
import type { Queue } from './queue.ts';
import { ReceiverLink } from './receiver-link.ts';
import {
  codec,
  holdAttach,
  hostOf,
  receiverLink,
  senderLink,
  watchSession,
  type SenderLink,
} from './rhea-internals.ts';
import { acceptSender } from './sender-link.ts';
import type { SessionRequest } from './sessions.ts';

const sessionFilter = 'com.microsoft:session-filter';
const managementSuffix = '/$management';
const claims = '$cbs';
/** How long the service waits for a session when the client does not say, ms. */
const defaultPatience = 60_000;
/** The answer must reach the client before its own time is over, ms. */
const answerMargin = 500;

/** `delay` is how long a fault plan holds the reply back, ms. */
interface Reply {
  reply: Partial<Message>;
  delay: number;
}

/** Decides what each link a client attaches is for. */
export class Links {
  readonly #broker: Broker;
  readonly #faults: Faults;
  readonly #receivers = new Map<Session, Set<ReceiverLink>>();
  readonly #requests = new Map<SenderLink, { queue: Queue; request: SessionRequest }>();
  readonly #senders = new WeakSet<Receiver>();

  constructor(broker: Broker, faults: Faults) {
    this.#broker = broker;
    this.#faults = faults;
  }

  watch(session: Session): void {
    const wake = () => {
      for (const { queue } of this.#receivers.get(session) ?? []) this.#broker.wake(queue);
    };
    watchSession(session, (link) => this.#senders.has(link), wake);
  }

  /** A client attached a sender: for messages, for claims, or for requests about an entity. */
  openSender(context: EventContext): void {
    const link = receiverLink(context);
    const address = link.remote.attach.target?.address ?? '';
    link.set_target({ address });
    link.set_source(link.remote.attach.source as never);
    const answer = (reply: (request: Message) => Reply) =>
      void link.on('message', (context) => this.#answer(context, address, reply));
    if (address === claims) return answer(acceptClaim);
    if (address.endsWith(managementSuffix)) return answer((request) => this.#manage(address, request, link));
    const refused = refusalOf(() => {
      const queue = this.#broker.queue(address, hostOf(link));
      if (!queue.deadLetters) throw notAllowed(`Messages cannot be sent to '${address}'.`);
      this.#senders.add(link);
      acceptSender(link, queue, this.#broker, this.#faults);
    });
    if (refused) close(link, refused);
  }

  /** A client attached a receiver: for messages, perhaps of one session, or for replies. */
  openReceiver(context: EventContext): void {
    const link = senderLink(context);
    const { source, target, snd_settle_mode, rcv_settle_mode } = link.remote.attach;
    const address = source?.address ?? '';
    link.set_source({ address });
    link.set_target((target ?? {}) as never);
    if (address === claims || address.endsWith(managementSuffix)) return;
    Object.assign(link.local.attach, { snd_settle_mode, rcv_settle_mode });
    const refused = refusalOf(() => {
      const queue = this.#broker.queue(address, hostOf(link));
      const filter = source?.filter ?? {};
      const wantsSession = sessionFilter in filter;
      if (wantsSession && !queue.sessions)
        throw notAllowed(
          'A sessionful message receiver cannot be created on an entity that does not require sessions.',
        );
      if (!wantsSession && queue.sessions)
        throw notAllowed(
          'It is not possible for an entity that requires sessions to create a non-sessionful message receiver.',
        );
      this.#faults.at('attach', queue.options.name, faultTarget(link, queue));
      const receiver = new ReceiverLink(link, queue, this.#broker, this.#faults);
      if (wantsSession) this.#requestSession(receiver, address, filter[sessionFilter] as string | null);
      else this.#start(receiver);
    });
    if (refused) close(link, refused);
  }

  /** A link that the client closed, or all that went with a session or a connection. */
  gone(what: { link?: Sender; session?: Session; connection?: Connection }): void {
    const isGone = (link: SenderLink) =>
      link === what.link || link.session === what.session || link.connection === what.connection;
    for (const [session, receivers] of this.#receivers)
      for (const receiver of receivers)
        if (isGone(receiver.link)) {
          receivers.delete(receiver);
          if (!receivers.size) this.#receivers.delete(session);
          receiver.gone();
        }
    for (const [link, { queue, request }] of this.#requests)
      if (isGone(link)) {
        this.#requests.delete(link);
        queue.sessions!.withdraw(request);
        // The client waits for its detach to be answered, and a detach can only follow an attach.
        if (link === what.link) link.open();
      }
  }

  /** The attach is answered when a session is locked for it, or not to be had. */
  #requestSession(receiver: ReceiverLink, address: string, wanted: string | null | undefined): void {
    const { link, queue } = receiver;
    holdAttach(link);
    const timeout = Number(link.remote.attach.properties?.['com.microsoft:timeout'] ?? defaultPatience);
    const request: SessionRequest = {
      sessionId: wanted ?? undefined,
      patience: Math.max(timeout - answerMargin, 0),
      holder: receiver,
      granted: (session) => {
        this.#requests.delete(link);
        receiver.session = session;
        link.set_source({ address, filter: { [sessionFilter]: session.id } as never });
        link.local.attach.properties = { 'com.microsoft:locked-until-utc': ticks(session.lockedUntil) };
        link.open();
        this.#start(receiver);
      },
      refused: (error) => {
        this.#requests.delete(link);
        link.open();
        close(link, error);
      },
    };
    this.#requests.set(link, { queue, request });
    queue.sessions!.request(request);
  }

  #start(receiver: ReceiverLink): void {
    const session = receiver.link.session;
    const receivers = this.#receivers.get(session) ?? new Set();
    this.#receivers.set(session, receivers.add(receiver));
    receiver.queue.addReceiver(receiver);
  }

  #manage(address: string, request: Message, link: Receiver): Reply {
    let reply: Partial<Message> = {};
    let delay = 0;
    const refused = refusalOf(() => {
      const queue = this.#broker.queue(address.slice(0, -managementSuffix.length), hostOf(link));
      delay = this.#faults.at('manage', queue.options.name, faultTarget(link, queue));
      reply = manage(queue, request);
    });
    return { reply: refused ? refuse(refused) : reply, delay };
  }

  /** Replies go to the link the request names, or to the one on the same session for the same address. */
  #answer(context: EventContext, address: string, answer: (request: Message) => Reply): void {
    const request = context.message!;
    const sender = context.session!.find_sender((link: Sender) => {
      const { source, target } = (link as SenderLink).remote.attach;
      return source?.address === address && (!target?.address || target.address === request.reply_to);
    });
    context.delivery!.accept();
    const { reply, delay } = answer(request);
    const message = { correlation_id: request.message_id, to: request.reply_to, ...reply };
    this.#broker.afterCommit(() => sender?.send(message as Message), delay);
  }
}

/** Any token is good: there is nobody to keep out of a machine's own loopback. */
function acceptClaim(): Reply {
  const application_properties = { 'status-code': 202, 'status-description': 'Accepted' };
  return { reply: { application_properties, body: null }, delay: 0 };
}

function close(link: { close(error: object): void }, { condition, message }: ServiceBusError): void {
  link.close({ condition, description: message });
}

/** .NET's count of 100 ns since the year 1, as an AMQP long. */
function ticks(milliseconds: number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(milliseconds) * 10_000n + 621_355_968_000_000_000n);
  return codec.wrap_long(bytes);
}
