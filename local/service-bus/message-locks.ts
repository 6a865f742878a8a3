import { messageLockLost } from './errors.ts';
import type { QueueContext } from './queue-ports.ts';
import type { Session } from './sessions.ts';
import type { StoredMessage } from './stored-message.ts';

/** The locks on the messages of one queue; those of a session last as long as the session is held. */
export class MessageLocks {
  readonly #duration: number;
  readonly #context: QueueContext;
  readonly #expired: (message: StoredMessage) => void;
  readonly #byToken = new Map<string, StoredMessage>();

  constructor(duration: number, context: QueueContext, expired: (message: StoredMessage) => void) {
    this.#duration = duration;
    this.#context = context;
    this.#expired = expired;
  }

  begin(message: StoredMessage, session: Session | undefined): void {
    const token = this.#context.newToken();
    message.place = 'locked';
    message.lock = { token, until: 0, session };
    this.#byToken.set(token.toString('latin1'), message);
    session?.locked.add(message);
    this.renew(message);
  }

  /** Returns the lock's new end, ms since 1970; that of a session only the session's own renewal moves. */
  renew(message: StoredMessage): number {
    const { clock, deadlines } = this.#context;
    const lock = message.lock!;
    deadlines.cancel(message.deadline);
    if (lock.session) return lock.session.lockedUntil;
    lock.until = clock.now() + this.#duration;
    message.deadline = deadlines.add(lock.until, () => this.#expired(message));
    return lock.until;
  }

  /** Ends the lock, if there is one, and whatever else was to happen to the message. */
  end(message: StoredMessage): void {
    this.#context.deadlines.cancel(message.deadline);
    if (!message.lock) return;
    this.#byToken.delete(message.lock.token.toString('latin1'));
    message.lock.session?.locked.delete(message);
    message.lock = undefined;
  }

  /** @throws ServiceBusError message-lock-lost when the lock is over. */
  find(token: Buffer): StoredMessage {
    const message = this.#byToken.get(token.toString('latin1'));
    if (!message) throw messageLockLost();
    return message;
  }

  all(): StoredMessage[] {
    return [...this.#byToken.values()];
  }
}
