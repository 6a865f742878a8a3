import type { Clock, Deadlines } from './deadlines.ts';
import type { Queue } from './queue.ts';
import type { Session } from './sessions.ts';
import type { StoredMessage } from './stored-message.ts';

/** Where a queue writes what must survive the process. */
export interface QueueLog {
  /** A message is new, or changed beyond its counters; it takes the place of the one numbered `replaces`. */
  put(message: StoredMessage, replaces?: number): void;
  /** Only delivery count or state changed. */
  change(message: StoredMessage): void;
  remove(message: StoredMessage): void;
  sessionState(session: Session): void;
}

export interface QueueContext {
  clock: Clock;
  deadlines: Deadlines;
  log: QueueLog;
  /** The next sequence number, shared with the dead-letter queue. */
  nextSequence: () => number;
  /** 16 bytes that were never a lock token before. */
  newToken: () => Buffer;
  /** Asks for `pump` to be called soon. */
  wake: (queue: Queue) => void;
}

/** One who receives: a link with credit. */
export interface MessageReceiver {
  /** The session it holds, where the queue has sessions. */
  readonly session: Session | undefined;
  readonly removesOnDelivery: boolean;
  canTake(): boolean;
  take(message: StoredMessage): void;
  /** Nothing more for it now. */
  idle(): void;
}

type Properties = Record<string, unknown> | undefined;

export type Outcome =
  | { kind: 'complete' }
  | { kind: 'release' }
  | { kind: 'abandon' | 'defer'; properties?: Properties }
  | { kind: 'deadLetter'; reason?: string | undefined; description?: string | undefined; properties?: Properties };
