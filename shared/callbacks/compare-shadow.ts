import type { Prediction, Shadow } from './shadow-store.ts';
import type { HistoryEntry } from './sql-history.ts';

type Recorded = Pick<HistoryEntry, 'outcome' | 'state'>;

/**
 * What the two arms made of one callback.
 * - `alike`: the same.
 * - `different`: not the same, or one of them nothing.
 * - `order`: not the same, and they decided about the events before it in different orders, or the exchange was changed
 *   meanwhile by no callback, of which no copy tells. Says nothing about either.
 * - `pending`: undecided on one of them, and that for less than a minute, or on both.
 */
export interface Comparison {
  kind: 'alike' | 'different' | 'order' | 'pending';
  key: string;
  type: string;
  legacy: Recorded | undefined;
  functions: (Recorded & { reason?: string }) | undefined;
}

/** How long one arm may be behind the other, in milliseconds. */
const settlesWithinMs = 60_000;

/**
 * Compares what the legacy arm made of an exchange's callbacks with what this arm would have made of their copies.
 * @param history all of the exchange's, in order
 * @returns `incomplete` when a copy never came: what is predicted behind it starts from a state that nobody was in
 */
export function compareShadow(
  shadow: Shadow,
  history: readonly HistoryEntry[],
  now: number,
): Comparison[] | 'incomplete' {
  const rows = history.slice(startIn(shadow, history));
  const decided = new Map<string, Prediction>(shadow.predictions.map((made) => [made.key, made]));
  const copies = new Set([...decided.keys(), ...shadow.held.map(({ key }) => key)]);
  const waits = (since: number) => now - since < settlesWithinMs;
  const missing = rows.filter(({ key }) => key !== null && !copies.has(key));
  if (missing.some(({ recordedAt }) => !waits(recordedAt)) || shadow.left > 0) return 'incomplete';

  const comparable = comparableKeys(shadow, rows);
  const compared = rows.flatMap((row): Comparison[] => {
    if (row.key === null) return [];
    const made = decided.get(row.key);
    return [{ kind: kindOf(row, made), key: row.key, type: row.type, legacy: row, functions: made }];
  });
  const recorded = new Set(rows.map(({ key }) => key));
  for (const made of decided.values()) {
    if (recorded.has(made.key)) continue;
    const kind = waits(made.at) || made.outcome === 'behind' ? 'pending' : 'different';
    compared.push({ kind, key: made.key, type: made.type, legacy: undefined, functions: made });
  }
  for (const { key, type } of shadow.held) {
    if (!recorded.has(key)) compared.push({ kind: 'pending', key, type, legacy: undefined, functions: undefined });
  }
  return compared;

  function kindOf(row: HistoryEntry, made: Prediction | undefined): Comparison['kind'] {
    if (made?.outcome === row.outcome && made.state === row.state) return 'alike';
    if (made?.outcome === 'refused' || made?.outcome === 'parked') return 'different';
    if (made?.outcome === 'behind' || (!made && waits(row.recordedAt))) return 'pending';
    return comparable.has(row.key ?? '') ? 'different' : 'order';
  }
}

/** Where in the history the first copy found the exchange. */
function startIn({ before }: Shadow, history: readonly HistoryEntry[]): number {
  const known = new Set(before);
  return history.findLastIndex(({ key }) => key !== null && known.has(key)) + 1;
}

/**
 * The callbacks that both arms met in the same state: each decided about the same events in the same order before, and
 * nothing else changed the exchange.
 */
function comparableKeys({ held, predictions }: Shadow, rows: readonly HistoryEntry[]): Set<string> {
  const comparable = new Set<string>();
  for (const { key, type } of rows) {
    if (type === 'exchange.created') continue;
    if (key === null) break;
    const same = predictions[comparable.size]?.key === key;
    if (same || held.some((entry) => entry.key === key)) comparable.add(key);
    if (!same) break;
  }
  return comparable;
}
