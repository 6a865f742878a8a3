import { compareShadow, type Comparison } from '../../shared/callbacks/compare-shadow.ts';
import type { ShadowStore } from '../../shared/callbacks/shadow-store.ts';
import { historiesOf } from '../../shared/callbacks/sql-history.ts';
import type { Sql } from '../../shared/exchange/sql.ts';
import type { Output } from '../command.ts';

/** Differences shown; all of them are counted. */
const shown = 20;

/**
 * Compares what legacy made of the callbacks of exchanges whose first copy came since then with what this arm would have
 * made of the copies. A page of exchanges at a time, so however many there are, memory stays flat.
 * @returns the exit code: 1 when any differs
 */
export async function compareLive(
  { shadows, sql }: { shadows: ShadowStore; sql: Sql },
  since: Date,
  now: number,
  output: Output,
): Promise<number> {
  const counts = { alike: 0, different: 0, order: 0, pending: 0 };
  let [exchanges, incomplete] = [0, 0];
  for await (const page of shadows.since(since.getTime())) {
    const ids = page.map(({ exchangeId }) => exchangeId);
    const histories = await historiesOf(sql, ids);
    for (const shadow of page) {
      exchanges++;
      const compared = compareShadow(shadow, histories.get(shadow.exchangeId) ?? [], now);
      if (compared === 'incomplete') {
        incomplete++;
        continue;
      }
      for (const one of compared) {
        counts[one.kind]++;
        if (one.kind === 'different' && counts.different <= shown) output.err(`${shadow.exchangeId}: ${line(one)}`);
      }
    }
  }
  const { alike, different, order, pending } = counts;
  output.out(`${alike + different} callbacks of ${exchanges} exchanges compared: ${different || 'none'} differ`);
  if (pending > 0) output.out(`${pending} are still undecided on an arm, or were less than a minute ago`);
  if (order > 0) output.out(`${order} were met by the arms in different states, by their order or a cancelation`);
  if (incomplete > 0)
    output.out(`${incomplete} exchanges were left out: a copy of a callback never came, or too many did`);
  return different > 0 ? 1 : 0;
}

function line({ key, type, legacy, functions }: Comparison): string {
  const reason = functions?.reason === undefined ? '' : `: ${functions.reason}`;
  return `${type} (${key}): legacy ${said(legacy)}, functions ${said(functions)}${reason}`;
}

function said(made: { outcome: string; state: string | null } | undefined): string {
  return made ? `${made.outcome} (${made.state ?? 'no state'})` : 'undecided';
}
