import type { ExchangeState } from '../exchange/state-machine.ts';
import { StoreUnavailableError } from '../streams/errors.ts';
import type { Entry } from '../streams/head.ts';
import { decide } from './decide.ts';
import type { Callback } from './receive.ts';
import type { Prediction, Shadow, ShadowStore, Start } from './shadow-store.ts';

interface Ports {
  store: ShadowStore;
  /** Undefined when there is no such exchange. Asked once for each exchange, when the first copy comes. */
  startOf: (exchangeId: string, key: string) => Promise<Start | undefined>;
  now: () => number;
}

/** Copies kept of one exchange: far more than any exchange has callbacks, and what a document may hold. */
const keptOfOne = 100;
/** Each time somebody gets through, so this many copies of one exchange may come at once. */
const attempts = 32;

/**
 * Decides about the copy of a callback as this arm would about the callback, from the state that it would have the
 * exchange in, and keeps the prediction. Nothing else is touched. A copy that comes twice changes nothing.
 * @throws {StoreUnavailableError} nothing was kept
 */
export function predict(ports: Ports, exchangeId: string, entry: Omit<Entry, 'at'>): Promise<void> {
  return change(ports, exchangeId, entry.key, (shadow, now) => after(shadow, slim({ ...entry, at: now }), now));
}

/** Keeps that this arm would have refused a callback that the legacy arm accepted. @throws {StoreUnavailableError} */
export function predictRefusal(
  ports: Ports,
  provider: string,
  { id, type, exchangeId }: Pick<Callback, 'id' | 'type' | 'exchangeId'>,
  reason: string,
): Promise<void> {
  const key = `${provider}:${id}`;
  return change(ports, exchangeId, key, (shadow, now) => {
    return predicted(shadow, { key, type, outcome: 'refused', state: null, reason, at: now });
  });
}

async function change(
  { store, startOf, now }: Ports,
  exchangeId: string,
  key: string,
  next: (shadow: Shadow, now: number) => Shadow,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const found = await store.read(exchangeId);
    const shadow = found?.shadow ?? begun(exchangeId, await startOf(exchangeId, key), now());
    if (isKnown(shadow, key)) return;
    const full = shadow.predictions.length + shadow.held.length >= keptOfOne;
    const changed = full ? { ...shadow, left: shadow.left + 1 } : next(shadow, now());
    if (await store.write(changed, found?.version)) return;
  }
  throw new StoreUnavailableError(`too many copies at once of callbacks of ${exchangeId}`);
}

function begun(exchangeId: string, start: Start | undefined, now: number): Shadow {
  const { provider = null, state = 'awaiting_deposit', before = [] } = start ?? {};
  return { exchangeId, startedAt: now, provider, state, before, held: [], predictions: [], parked: false, left: 0 };
}

function isKnown({ before, held, predictions }: Shadow, key: string): boolean {
  return before.includes(key) || [...held, ...predictions].some((one) => one.key === key);
}

function predicted(shadow: Shadow, prediction: Prediction): Shadow {
  return { ...shadow, predictions: [...shadow.predictions, prediction] };
}

function after(shadow: Shadow, entry: Entry, now: number): Shadow {
  const { key, type } = entry;
  const { exchangeId, provider, state } = shadow;
  const made = { key, type, state, at: now };
  if (provider === null) return predicted(shadow, { ...made, outcome: 'unknown-exchange', state: null });
  if (shadow.parked) return predicted(shadow, { ...made, outcome: 'behind' });
  const at = new Date(now).toISOString();
  const row = { id: exchangeId, partnerId: '', provider, pair: '', state, recordedState: state };
  const held = shadow.held.map((one) => ({ ...one, heldSince: one.at }));
  const verdict = decide(
    { ...row, sequence: 0, last: null, createdAt: at, updatedAt: at },
    { held, pending: [entry], now },
  );
  let next: Shadow = { ...shadow, state: verdict.change?.state ?? state };
  for (const { key: decided, hold, note } of verdict.decisions) {
    if (hold) {
      next = { ...next, held: [...next.held, entry] };
      continue;
    }
    const settled = { key: decided ?? '', type: note.type, outcome: note.outcome, at: now };
    next = predicted(
      { ...next, held: next.held.filter((one) => one.key !== decided) },
      { ...settled, state: note.state as ExchangeState | null },
    );
  }
  if (!verdict.failure) return next;
  const reason = verdict.failure.message;
  return predicted({ ...next, parked: true }, { ...made, state: next.state, outcome: 'parked', reason });
}

/** What deciding needs of an entry: details may be large, and shadows are small. */
function slim(entry: Entry): Entry {
  const { provider = null, data: details } = entry.data;
  const { transaction } = (details ?? {}) as { transaction?: unknown };
  // Cut where it is too long already, and of another kind where it is of the wrong kind.
  const kept = typeof transaction === 'string' ? transaction.slice(0, 201) : 0;
  return {
    ...entry,
    data: { provider, data: transaction === undefined || transaction === null ? {} : { transaction: kept } },
  };
}
