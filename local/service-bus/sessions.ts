import type { Clock, Deadline, Deadlines } from './deadlines.ts';
import { noSessionInTime, sessionCannotBeLocked, sessionLockLost, type ServiceBusError } from './errors.ts';
import { ReadyList } from './ready-list.ts';
import type { StoredMessage } from './stored-message.ts';

/** A session with messages, a state or a receiver; it is forgotten when it has none of them. */
export interface Session {
  id: string;
  ready: ReadyList;
  /** Messages of any state it has in the queue. */
  size: number;
  locked: Set<StoredMessage>;
  state: Buffer | undefined;
  touchedAt: number;
  holder: SessionHolder | undefined;
  lockedUntil: number;
  deadline: Deadline | undefined;
}

export interface SessionHolder {
  lost(error: ServiceBusError): void;
}

/** A receiver that asks for a session, or for any that has messages; exactly one of the two answers is called. */
export interface SessionRequest {
  sessionId: string | undefined;
  /** How long to wait for any session, ms. */
  patience: number;
  holder: SessionHolder;
  granted(session: Session): void;
  refused(error: ServiceBusError): void;
}

/** The sessions of one queue: who holds which, who waits, and when a lock ends. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  /** Sessions with messages to deliver and no receiver, the longest waiting first. */
  readonly #available = new Set<Session>();
  readonly #waiting = new Map<SessionRequest, Deadline>();
  readonly #lockDuration: number;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #release: (message: StoredMessage, counted: boolean) => void;

  constructor(
    lockDuration: number,
    clock: Clock,
    deadlines: Deadlines,
    release: (message: StoredMessage, counted: boolean) => void,
  ) {
    this.#lockDuration = lockDuration;
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#release = release;
  }

  get(id: string): Session {
    let session = this.#byId.get(id);
    if (!session) {
      session = {
        id,
        ready: new ReadyList(),
        size: 0,
        locked: new Set(),
        state: undefined,
        touchedAt: 0,
        holder: undefined,
        lockedUntil: 0,
        deadline: undefined,
      };
      this.#byId.set(id, session);
    }
    return session;
  }

  /** @throws ServiceBusError session-lock-lost unless a receiver holds it. */
  held(id: string): Session {
    const session = this.#byId.get(id);
    if (!session?.holder) throw sessionLockLost(id);
    return session;
  }

  peekState(id: string): Buffer | undefined {
    return this.#byId.get(id)?.state;
  }

  setState(id: string, state: Buffer | undefined, at: number): Session {
    const session = this.get(id);
    session.state = state;
    session.touchedAt = at;
    this.changed(session);
    return session;
  }

  all(): Iterable<Session> {
    return this.#byId.values();
  }

  request(request: SessionRequest): void {
    if (request.sessionId !== undefined) {
      const session = this.get(request.sessionId);
      if (session.holder) request.refused(sessionCannotBeLocked(session.id));
      else this.#grant(session, request);
      return;
    }
    const [session] = this.#available;
    if (session) return this.#grant(session, request);
    const deadline = this.#deadlines.add(this.#clock.now() + request.patience, () => {
      this.#waiting.delete(request);
      request.refused(noSessionInTime());
    });
    this.#waiting.set(request, deadline);
  }

  /** For a receiver that went away while it waited. */
  withdraw(request: SessionRequest): void {
    this.#deadlines.cancel(this.#waiting.get(request));
    this.#waiting.delete(request);
  }

  /** Gives sessions that have messages to those who wait for any. */
  assign(): void {
    for (const [request, deadline] of this.#waiting) {
      const [session] = this.#available;
      if (!session) return;
      this.#waiting.delete(request);
      this.#deadlines.cancel(deadline);
      this.#grant(session, request);
    }
  }

  /** Prolongs the lock of a session that is held. Returns its new end. */
  renew(session: Session): number {
    this.#deadlines.cancel(session.deadline);
    session.lockedUntil = this.#clock.now() + this.#lockDuration;
    session.deadline = this.#deadlines.add(session.lockedUntil, () => this.expire(session));
    return session.lockedUntil;
  }

  /** The receiver is done: what it left unsettled is there again, and was not a failed delivery. */
  close(session: Session, holder: SessionHolder): void {
    if (session.holder === holder) this.#free(session, false);
  }

  /** The lock ended: what its receiver had locked counts as delivered in vain. */
  expire(session: Session): void {
    const holder = session.holder;
    this.#free(session, true);
    holder?.lost(sessionLockLost(session.id));
  }

  /** To be called whenever messages, state or holder of a session changed. */
  changed(session: Session): void {
    if (!session.holder && session.ready.first()) this.#available.add(session);
    else this.#available.delete(session);
    if (!session.holder && !session.size && !session.state) this.#byId.delete(session.id);
  }

  #grant(session: Session, request: SessionRequest): void {
    session.holder = request.holder;
    this.#available.delete(session);
    this.renew(session);
    request.granted(session);
  }

  #free(session: Session, counted: boolean): void {
    this.#deadlines.cancel(session.deadline);
    session.holder = undefined;
    for (const message of [...session.locked]) this.#release(message, counted);
    this.changed(session);
  }
}
