import type { Deadline } from './deadlines.ts';
import { encodeDelivery, type EncodedMessage } from './encoded-message.ts';
import type { Session } from './sessions.ts';

/** The state a peek shows, as Service Bus numbers it. */
export const messageState = { active: 0, deferred: 1, scheduled: 2 } as const;

/** A message in a queue or in its dead-letter queue. Times are ms since 1970, Infinity for never. */
export interface StoredMessage {
  sequence: number;
  enqueuedSequence: number;
  enqueuedAt: number;
  scheduledFor: number;
  expiresAt: number;
  deliveryCount: number;
  state: number;
  deadLettered: boolean;
  content: EncodedMessage;
  /** What its record takes in the journal. */
  journalBytes: number;
  /** Where it is now; `gone` is settled, expired or moved. */
  place: 'ready' | 'locked' | 'deferred' | 'scheduled' | 'gone';
  lock?: MessageLock | undefined;
  /** Whatever comes next for it: expiry, the end of its lock, or its time to be enqueued. */
  deadline?: Deadline | undefined;
}

interface MessageLock {
  /** A UUID in the order its text has. */
  token: Buffer;
  /** Its end, unless it is the session's. */
  until: number;
  session: Session | undefined;
}

export function newMessage(content: EncodedMessage, sequence: number, now: number, timeToLive: number): StoredMessage {
  const scheduledFor = content.scheduledFor > now ? content.scheduledFor : 0;
  return {
    sequence,
    enqueuedSequence: sequence,
    enqueuedAt: now,
    scheduledFor,
    expiresAt: Math.max(now, scheduledFor) + timeToLive,
    deliveryCount: 0,
    state: scheduledFor ? messageState.scheduled : messageState.active,
    deadLettered: false,
    content,
    journalBytes: 0,
    place: 'gone',
  };
}

export function deliveryBytes(message: StoredMessage, deadLetterSource: string | undefined, bodyless = false): Buffer {
  const { lock, expiresAt, enqueuedAt, scheduledFor } = message;
  return encodeDelivery(
    message.content,
    {
      sequence: message.sequence,
      enqueuedSequence: message.enqueuedSequence,
      enqueuedAt,
      deliveryCount: message.deliveryCount,
      // A dead letter no longer expires, but it still says how long it was meant to live.
      ttl: message.deadLettered
        ? (message.content.header.ttl ?? Infinity)
        : expiresAt - Math.max(enqueuedAt, scheduledFor),
      state: message.state,
      lockedUntil: lock && (lock.session?.lockedUntil ?? lock.until),
      deadLetterSource,
    },
    bodyless,
  );
}
