import type { JsonObject } from '../audit/json.ts';
import { classify, isProviderEventType, type ExchangeState } from '../exchange/state-machine.ts';
import type { Decision, Work } from '../streams/effect.ts';
import { PermanentError } from '../streams/errors.ts';
import type { Entry, HeldEntry } from '../streams/head.ts';
import type { ExchangeRow, RowChange } from './exchange-row.ts';

export interface Verdict {
  decisions: Decision[];
  /** What the row becomes; absent when no decision touches it. */
  change?: Omit<RowChange, 'last' | 'sequence'>;
  failure?: PermanentError;
}

type Transactions = Pick<RowChange, 'depositTransaction' | 'payoutTransaction'>;

/**
 * Decides about everything that is waiting for one exchange, without touching anything. Held events go first, in the
 * order in which they came, and again after each event that is applied; an event that cannot be processed stops it.
 */
export function decide(row: ExchangeRow, work: Pick<Work, 'held' | 'pending' | 'now'>): Verdict {
  const decisions: Decision[] = observed(row);
  const transactions: Transactions = {};
  let changed = decisions.length > 0;
  let { state } = row;
  let held: Entry[] = [...work.held];
  const pending = [...work.pending];
  let failure: PermanentError | undefined;

  const apply = (entry: Entry, next: ExchangeState) => {
    decisions.push(decision(entry, 'applied', next, { from: state }));
    Object.assign(transactions, transactionOf(entry));
    state = next;
    changed = true;
  };

  try {
    for (;;) {
      held = retryHeld(
        held,
        (entry) => judge(row, state, entry),
        () => state,
        decisions,
        apply,
      );
      const entry = pending.shift();
      if (!entry) break;
      const outcome = judge(row, state, entry);
      if (outcome.outcome === 'apply') {
        apply(entry, outcome.next);
      } else if (outcome.outcome === 'early') {
        decisions.push({ ...decision(entry, 'early', state), hold: true });
        held.push(entry);
      } else {
        decisions.push(decision(entry, outcome.outcome, state));
      }
    }
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    failure = error;
  }
  return {
    decisions,
    ...(changed && { change: { state, recordedState: state, ...transactions } }),
    ...(failure && { failure }),
  };
}

/** Applies or drops the held entries whose time has come, over and over until none moves. */
function retryHeld(
  entries: Entry[],
  judged: (entry: Entry) => Judgement,
  state: () => ExchangeState,
  decisions: Decision[],
  apply: (entry: Entry, next: ExchangeState) => void,
): Entry[] {
  let held = entries;
  for (;;) {
    const ready = held.find((entry) => judged(entry).outcome !== 'early');
    if (!ready) return held;
    const outcome = judged(ready);
    if (outcome.outcome === 'apply') apply(ready, outcome.next);
    else decisions.push(decision(ready, outcome.outcome, state()));
    held = held.filter((entry) => entry !== ready);
  }
}

type Judgement = ReturnType<typeof classify> | { outcome: 'unknown-type' };

function judge(row: ExchangeRow, state: ExchangeState, entry: Entry): Judgement {
  // A provider's secret is good for that provider's exchanges only.
  if (entry.data.provider !== row.provider) return { outcome: 'forbidden' };
  if (!isProviderEventType(entry.type)) return { outcome: 'unknown-type' };
  const classified = classify(state, entry.type);
  if (classified.outcome === 'apply') transactionOf(entry);
  return classified;
}

/** Changes that no callback made: the exchange was created, canceled, or moved by the legacy service. */
function observed(row: ExchangeRow): Decision[] {
  const decisions: Decision[] = [];
  if (row.recordedState === null) {
    decisions.push(observation('exchange.created', 'awaiting_deposit', row.createdAt, {}));
  }
  const before = row.recordedState ?? 'awaiting_deposit';
  if (row.state !== before) {
    decisions.push(observation(`exchange.${row.state}`, row.state, row.updatedAt, { from: before }));
  }
  return decisions;
}

function observation(type: string, state: ExchangeState, occurredAt: string, data: JsonObject): Decision {
  return { key: null, note: { type, outcome: 'applied', state, occurredAt, data } };
}

export function decision(
  entry: Entry | HeldEntry,
  outcome: string,
  state: ExchangeState | null,
  extra: JsonObject = {},
): Decision {
  const { occurredAt, eventId, provider, digest } = entry.data;
  const when = typeof occurredAt === 'string' ? occurredAt : new Date(entry.at).toISOString();
  const data = { eventId, provider, digest, ...extra };
  return { key: entry.key, note: { type: entry.type, outcome, state, occurredAt: when, data } };
}

/** @throws {PermanentError} for details that can be neither stored nor ignored */
function transactionOf(entry: Entry): Transactions {
  const details = entry.data.data;
  const transaction =
    typeof details === 'object' && details !== null && !Array.isArray(details) ? details.transaction : undefined;
  if (transaction === undefined || transaction === null) return {};
  if (typeof transaction !== 'string' || !/^[\x21-\x7E]{1,200}$/.test(transaction)) {
    throw new PermanentError(entry.key, `data.transaction of ${entry.type} is no transaction id`);
  }
  if (entry.type.startsWith('deposit.')) return { depositTransaction: transaction };
  if (entry.type.startsWith('payout.')) return { payoutTransaction: transaction };
  return {};
}
