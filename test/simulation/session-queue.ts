import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface Delivery<M> {
  session: string;
  message: M;
  /** From 1. */
  count: number;
}

/** What a consumer does about the message it was given; each at most once. */
export interface Settlement {
  complete: () => void;
  abandon: () => void;
  /** The consumer is gone: nothing is settled, and the lock runs out in its own time. */
  vanish: () => void;
}

export interface SessionQueue<M> {
  send: (session: string, message: M, at?: number) => void;
  /** Messages that wait or are being worked on. */
  size: () => number;
  deadLettered: Delivery<M>[];
}

interface Settings<M> {
  slots: number;
  /** How long a slot stays with a session that has nothing more, before it takes another. */
  idleMs: number;
  lockMs: number;
  maxDeliveryCount: number;
  duplicate: number;
  reorder: number;
  lockLoss: number;
  consume: (delivery: Delivery<M>, settlement: Settlement) => void;
  deadLetter?: (delivery: Delivery<M>) => void;
}

interface Session<M> {
  name: string;
  messages: { message: M; count: number }[];
  lock: object | undefined;
  ready: boolean;
  /** Lets go of the slot that waits for more of this session. */
  leave: (() => void) | undefined;
}

/** A Service Bus queue with sessions: one consumer a session, in order, at least once, locks that can be lost. */
export function sessionQueue<M>(world: World, random: Random, settings: Settings<M>): SessionQueue<M> {
  const sessions = new Map<string, Session<M>>();
  const ready: Session<M>[] = [];
  const deadLettered: Delivery<M>[] = [];
  let free = settings.slots;
  let scheduled = 0;

  function enqueue(name: string, message: M): void {
    let session = sessions.get(name);
    if (!session) {
      session = { name, messages: [], lock: undefined, ready: false, leave: undefined };
      sessions.set(name, session);
    }
    const copies = random.chance(settings.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const place = random.chance(settings.reorder)
        ? random.below(session.messages.length + 1)
        : session.messages.length;
      // The one being worked on keeps its place.
      session.messages.splice(session.lock ? Math.max(1, place) : place, 0, { message, count: 0 });
    }
    wake(session);
    pump();
  }

  function wake(session: Session<M>): void {
    if (session.lock || session.ready || session.messages.length === 0) return;
    session.ready = true;
    if (!session.leave) return void ready.push(session);
    session.leave();
    ready.unshift(session);
  }

  function linger(session: Session<M>): void {
    free--;
    const leave = () => {
      if (session.leave !== leave) return;
      session.leave = undefined;
      free++;
    };
    session.leave = leave;
    world.after(settings.idleMs, () => {
      leave();
      pump();
    });
  }

  function pump(): void {
    while (free > 0) {
      const session = ready.shift();
      if (!session) return;
      session.ready = false;
      const first = session.messages[0];
      if (!session.lock && first) deliver(session, first);
    }
  }

  function deliver(session: Session<M>, first: Session<M>['messages'][number]): void {
    free--;
    first.count++;
    const lock = {};
    session.lock = lock;
    let slotHeld = true;
    const freeSlot = () => {
      if (slotHeld) free++;
      slotHeld = false;
    };
    const unlock = () => {
      if (session.lock !== lock) return;
      session.lock = undefined;
      if (first.count >= settings.maxDeliveryCount && session.messages[0] === first) {
        session.messages.shift();
        const delivery = { session: session.name, message: first.message, count: first.count };
        deadLettered.push(delivery);
        settings.deadLetter?.(delivery);
      }
      wake(session);
      pump();
    };
    const settle = (settled: () => void) => () => {
      freeSlot();
      if (session.lock === lock) settled();
      unlock();
      pump();
    };
    if (random.chance(settings.lockLoss)) world.after(random.below(settings.lockMs), unlock);
    settings.consume(
      { session: session.name, message: first.message, count: first.count },
      {
        complete: settle(() => {
          first.count = 0;
          session.messages.shift();
          if (session.messages.length === 0 && settings.idleMs > 0) linger(session);
        }),
        abandon: settle(() => {}),
        vanish: () => {
          freeSlot();
          world.after(settings.lockMs, unlock);
          pump();
        },
      },
    );
  }

  return {
    send: (name, message, at = world.now()) => {
      scheduled++;
      world.at(at, () => {
        scheduled--;
        enqueue(name, message);
      });
    },
    size: () => scheduled + [...sessions.values()].reduce((sum, { messages }) => sum + messages.length, 0),
    deadLettered,
  };
}
