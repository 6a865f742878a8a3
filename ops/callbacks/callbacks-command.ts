import { parseArgs } from 'node:util';
import { differences, recordedTransitions } from '../../shared/callbacks/shadow.ts';
import type { ShadowStore } from '../../shared/callbacks/shadow-store.ts';
import type { Sql } from '../../shared/exchange/sql.ts';
import { UsageError, type Command } from '../command.ts';
import { readTime } from '../read-time.ts';
import { compareLive } from './compare-live.ts';

const usage = `usage: npm run ops -- callbacks compare [--since TIME] [--limit N]
       npm run ops -- callbacks compare --live [--since TIME]

Before callbacks move to the functions arm: decides about every callback that was recorded, from the state it was met
with and without effect, and compares the transition with the one that was made. Exit code 1 when any differs.

With --live, what the functions arm itself made of the copies it got while callbacks.receive was in shadow: signatures,
state and deployed code included. Those that no copy tells of, and those met in another order, are counted by themselves.

  --since TIME  exchanges made since then, RFC 3339 (a day ago); with --live those whose first copy came since then
  --limit N     recorded transitions to look at (100000)

example:
  npm run ops -- callbacks compare --since 2026-01-05T00:00:00Z
  npm run ops -- callbacks compare --live`;

const dayMs = 24 * 3_600_000;
const shown = 20;

export interface CallbackTools {
  sql: () => Promise<Sql>;
  shadows: ShadowStore;
  close: () => Promise<void>;
}

export function callbacksCommand(openTools: () => Promise<CallbackTools>): Command {
  return {
    summary: 'compare recorded callbacks with what the functions arm would do',
    usage,
    async run(args, output) {
      const options = {
        live: { type: 'boolean', default: false },
        since: { type: 'string' },
        limit: { type: 'string', default: '100000' },
      } as const;
      const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
      if (positionals.join(' ') !== 'compare') throw new UsageError('name an action: compare');
      const since = values.since === undefined ? new Date(Date.now() - dayMs) : readTime(values.since);
      const limit = Number(values.limit);
      if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit ${values.limit}: use a whole number`);
      const tools = await openTools();
      try {
        if (values.live) {
          const outside = { shadows: tools.shadows, sql: await tools.sql() };
          return await compareLive(outside, since, Date.now(), output);
        }
        const history = await recordedTransitions(await tools.sql(), since, limit);
        const found = [...differences(history)];
        for (const { exchangeId, type, before, recorded, expected } of found.slice(0, shown)) {
          const [made, would] = [recorded, expected].map(({ outcome, state }) => `${outcome} (${state})`);
          output.err(`${exchangeId}: ${type} in ${before} was ${made}, here it would be ${would}`);
        }
        const callbacks = history.filter(({ eventId }) => eventId !== null).length;
        output.out(`${callbacks} callbacks compared: ${found.length === 0 ? 'all alike' : `${found.length} differ`}`);
        return found.length === 0 ? 0 : 1;
      } finally {
        await tools.close();
      }
    },
  };
}
