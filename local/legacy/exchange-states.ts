import type { Database } from './database.ts';

/** What a callback makes of an exchange; `wait` until something else has happened. */
export type Step = { to: string } | 'wait' | 'late' | 'forbidden';

const order = ['awaiting_deposit', 'confirming', 'exchanging', 'sending', 'finished'];

// The place in `order` at which an event may come, and the place it leads to.
const moves = new Map([
  ['deposit.detected', [0, 1]],
  ['deposit.confirmed', [1, 2]],
  ['trade.completed', [2, 3]],
  ['payout.sent', [3, 3]],
  ['payout.confirmed', [3, 4]],
]);

/** Undefined for a type of event that is not known. */
export function stepFor(state: string, type: string): Step | undefined {
  const place = order.indexOf(state);
  const running = place >= 0 && place < 4;
  switch (type) {
    case 'exchange.failed':
      if (running) return { to: 'failed' };
      return state === 'failed' || state === 'refunded' ? 'late' : 'forbidden';
    case 'refund.sent':
      if (running) return 'wait';
      if (state === 'refunded') return 'late';
      return state === 'finished' ? 'forbidden' : { to: 'refunded' };
  }
  const move = moves.get(type);
  if (!move) return undefined;
  if (place < 0) return 'forbidden';
  const [from, to] = move as [number, number];
  if (place === from) return { to: order[to]! };
  return place < from ? 'wait' : 'late';
}

/** Ends exchanges whose deposit did not come in time. */
export async function expireExchanges(database: Database): Promise<void> {
  await database.rows(
    `with expired as (
       update exchanges set state = 'expired', updated_at = now()
       where state = 'awaiting_deposit' and expires_at < now() returning id)
     insert into exchange_history (exchange_id, type, outcome, state, occurred_at, recorded_at)
     select id, 'exchange.expired', 'applied', 'expired', now(), now() from expired`,
  );
}
