import { fullJitter } from '../streams/back-off.ts';
import type { StreamPorts } from '../streams/ports.ts';
import { callbackEffect, callbackRetryDelay } from './apply-events.ts';
import type { ExchangeRows } from './exchange-row.ts';

type Outside = Pick<StreamPorts, 'store' | 'bell' | 'now' | 'random' | 'handOn' | 'report'> & {
  rows: ExchangeRows;
  hasSubscribers: (partnerId: string) => Promise<boolean>;
};

const baseMs = 1000;
const capMs = 300_000;

/** The streams of callbacks: one for each exchange. */
export function callbackStreams({ rows, hasSubscribers, ...ports }: Outside): StreamPorts {
  return {
    ...ports,
    queue: 'callbacks',
    effect: callbackEffect(rows, hasSubscribers),
    retryDelay: (attempt, error, random) =>
      callbackRetryDelay(attempt, error, (n) => fullJitter(n, baseMs, capMs, random)),
  };
}
