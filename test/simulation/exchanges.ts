import type { ExchangeRow, ExchangeRows, RowChange } from '../../shared/callbacks/exchange-row.ts';
import { SqlUnavailableError } from '../../shared/exchange/errors.ts';
import type { ExchangeState } from '../../shared/exchange/state-machine.ts';

interface SimulatedRow extends ExchangeRow {
  /** While the clock is between the two, nothing of this exchange can be read or written. */
  sick?: { from: number; to: number };
  /** While the clock is between the two, every attempt fails in a way that looks as if it would for ever. */
  broken?: { from: number; to: number };
}

/** A fault that no retry would heal, as far as anyone can tell. */
export class BrokenRowError extends Error {
  override name = 'BrokenRowError';
}

/** The database, with what the checks want to know about it. */
export interface SimulatedExchanges extends ExchangeRows {
  insert(row: SimulatedRow): void;
  /** A change that no callback made. */
  cancel(id: string): void;
  get(id: string): SimulatedRow | undefined;
  /** Every effect there ever was, by the key of the event that had it. */
  effects(id: string): readonly { key: string; from: ExchangeState; to: ExchangeState }[];
  /** Exchanges whose audit chain is behind. */
  unrecorded(): string[];
}

/** Rows with the semantics of the real statements: read one, or change one if it is still as it was read. */
export function simulatedExchanges(now: () => number): SimulatedExchanges {
  const rows = new Map<string, SimulatedRow>();
  const effects = new Map<string, { key: string; from: ExchangeState; to: ExchangeState }[]>();

  function reach(id: string): SimulatedRow | undefined {
    const row = rows.get(id);
    if (row?.sick && now() >= row.sick.from && now() < row.sick.to) throw new SqlUnavailableError('the row is locked');
    if (row?.broken && now() >= row.broken.from && now() < row.broken.to) throw new BrokenRowError('the row is broken');
    return row;
  }

  function write(read: ExchangeRow, change: RowChange): boolean {
    const row = reach(read.id);
    if (!row || row.state !== read.state || row.sequence !== read.sequence) return false;
    const { state, recordedState, sequence, last } = change;
    rows.set(row.id, { ...row, state, recordedState, sequence, last, updatedAt: new Date(now()).toISOString() });
    for (const { key, note } of last.decisions) {
      if (key === null || note.outcome !== 'applied' || note.state === null) continue;
      effects.get(row.id)?.push({ key, from: note.data.from as ExchangeState, to: note.state as ExchangeState });
    }
    return true;
  }

  return {
    insert: (row) => {
      rows.set(row.id, row);
      effects.set(row.id, []);
    },
    cancel: (id) => {
      const row = rows.get(id);
      if (row?.state === 'awaiting_deposit') rows.set(id, { ...row, state: 'canceled' });
    },
    get: (id) => rows.get(id),
    effects: (id) => effects.get(id) ?? [],
    unrecorded: () => [...rows.values()].filter((row) => row.recordedState !== row.state).map(({ id }) => id),
    read: async (id) => reach(id),
    write: async (row, change) => write(row, change),
  };
}
