import { ClientGoneError, PolicyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { sections, type Policy } from '../policy.ts';
import { condition } from './choose.ts';

export const retry: Policy = {
  name: 'retry',
  sections,
  attributes: {
    condition: 'required',
    count: 'required',
    interval: 'required',
    'max-interval': 'optional',
    delta: 'optional',
    'first-fast-retry': 'optional',
  },
  holdsPolicies: true,
  compile(element) {
    const wantsMore = condition(element);
    const { response: readsResponse } = element.needs;
    // The condition runs after the body: waiting for its body beforehand would be too early.
    element.needs.response = false;
    const count = element.integer('count', { min: 1, max: 50 }, 1);
    const interval = element.integer('interval', { min: 0 }, 0);
    const maximum = element.has('max-interval') ? element.integer('max-interval', { min: 0 }, 0) : undefined;
    const delta = element.integer('delta', { min: 0 }, 0);
    const fast = element.boolean('first-fast-retry', false);
    const body = element.steps();
    return async (exchange) => {
      for (let attempt = 0; ; attempt++) {
        const failure = await run(body, exchange);
        if (exchange.finished) return;
        if (readsResponse) await exchange.response?.body.buffer();
        const again =
          attempt < count(exchange) && !exchange.request.body.isSpent && holds(wantsMore, exchange, failure);
        if (!again) {
          if (failure) throw failure;
          return;
        }
        exchange.response?.body.discard();
        const wait =
          attempt === 0 && fast(exchange)
            ? 0
            : pause(attempt, interval(exchange), delta(exchange), maximum?.(exchange), exchange.runtime.random());
        if (wait > 0) await waitFor(exchange, wait);
      }
    };
  },
};

/** A failure of the body leaves no response but the one it is about; the condition then decides whether it is tried again. */
async function run(
  body: (exchange: Exchange) => void | Promise<void>,
  exchange: Exchange,
): Promise<PolicyError | undefined> {
  try {
    await body(exchange);
    return undefined;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    if (!error.keepsResponse) {
      exchange.response?.body.discard();
      exchange.response = undefined;
    }
    return error;
  }
}

function holds(
  wantsMore: (exchange: Exchange) => boolean,
  exchange: Exchange,
  failure: PolicyError | undefined,
): boolean {
  if (!failure) return wantsMore(exchange);
  try {
    return wantsMore(exchange);
  } catch {
    // The condition reads a response that the failure did not leave: the failure is what counts.
    return false;
  }
}

/** Milliseconds: linear with a delta, exponential with a delta and a maximum. */
function pause(attempt: number, interval: number, delta: number, maximum: number | undefined, random: number): number {
  if (maximum === undefined) return (interval + delta * attempt) * 1000;
  const spread = delta * (0.8 + random * 0.4);
  return Math.min(interval + (2 ** attempt - 1) * spread, maximum) * 1000;
}

async function waitFor(exchange: Exchange, milliseconds: number): Promise<void> {
  await exchange.runtime.sleep(milliseconds, exchange.client);
  if (exchange.client.isCancelled) throw new ClientGoneError('the client went away');
}
