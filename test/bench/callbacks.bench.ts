import { performance } from 'node:perf_hooks';
import pg from 'pg';
import type { ProviderEvent } from '../../local/provider/script.ts';
import { createSender } from '../../local/provider/sender.ts';
import { call, exchangeRequest, inParallel, until, type Exchange } from '../fixtures/api.ts';
import { callerHeaders, withStack } from './bench-stack.ts';
import { printTable } from './table.ts';

const EXCHANGES = 1_000;
const TYPES = ['deposit.detected', 'deposit.confirmed', 'trade.completed', 'payout.sent', 'payout.confirmed'];

/** Callbacks per second, from the provider's first signed request to the last exchange finished in the database. */
export async function run(): Promise<void> {
  await withStack(async (stack) => {
    const { legacy, gateway, postgres, providers } = stack.file;
    const headers = callerHeaders(stack);
    const all = Array.from({ length: EXCHANGES }, (_, index) => index);
    const ids = await inParallel(all, 16, async () => {
      const { body } = await call(legacy, 'POST', '/v1/exchanges', { headers, body: exchangeRequest });
      return (body as Exchange).id;
    });
    const sender = createSender(`${gateway}/v1/callbacks/simulator`, providers['simulator']!.secret);
    const began = performance.now();
    await inParallel(ids, 32, async (exchangeId) => {
      for (const type of TYPES) {
        const occurredAt = new Date().toISOString();
        const event: ProviderEvent = { id: `evt_${exchangeId}_${type}`, type, exchangeId, occurredAt, data: {} };
        const { status } = await sender.send(event);
        if (status !== 202) throw new Error(`a callback was answered ${status}`);
      }
    });
    const accepted = performance.now();
    const client = new pg.Client({ connectionString: postgres });
    await client.connect();
    await until(
      'every exchange has finished',
      async () => {
        const sql = "SELECT count(*)::int AS n FROM exchanges WHERE id = ANY($1) AND state = 'finished'";
        const { rows } = await client.query<{ n: number }>(sql, [ids]);
        return rows[0]!.n === EXCHANGES;
      },
      300_000,
    );
    const finished = performance.now();
    await client.end();
    sender.close();
    const perSecond = (end: number) => ((EXCHANGES * TYPES.length) / (end - began)) * 1000;
    const intake = perSecond(accepted);
    const rows = [
      ['accepted (signed, through the gateway, recorded)', intake],
      ['applied (in order, once, audited, in PostgreSQL)', perSecond(finished)],
    ] as const;
    printTable(
      ['callbacks, end to end', 'events/s', 'ratio'],
      rows.map(([what, rate]) => [what, Math.round(rate), (rate / intake).toFixed(2)]),
    );
  });
}
