import { performance } from 'node:perf_hooks';
import type { ProviderEvent } from '../../local/provider/script.ts';
import { createSender } from '../../local/provider/sender.ts';
import { inParallel, until } from '../fixtures/api.ts';
import { countFinished, happyPath, makeExchanges } from '../fixtures/exchanges.ts';
import { callerHeaders, withStack } from './bench-stack.ts';
import { printTable } from './table.ts';

const EXCHANGES = 1_000;

/** Callbacks per second, from the provider's first signed request to the last exchange finished in the database. */
export async function run(): Promise<void> {
  await withStack(async (stack) => {
    const { gateway, postgres, providers } = stack.file;
    const ids = await makeExchanges(stack.file, callerHeaders(stack), EXCHANGES);
    const sender = createSender(`${gateway}/v1/callbacks/simulator`, providers['simulator']!.secret);
    const began = performance.now();
    await inParallel(ids, 32, async (exchangeId) => {
      for (const type of happyPath) {
        const occurredAt = new Date().toISOString();
        const event: ProviderEvent = { id: `evt_${exchangeId}_${type}`, type, exchangeId, occurredAt, data: {} };
        const { status } = await sender.send(event);
        if (status !== 202) throw new Error(`a callback was answered ${status}`);
      }
    });
    const accepted = performance.now();
    const done = async () => (await countFinished(postgres, ids)) === EXCHANGES;
    await until('every exchange has finished', done, 300_000);
    const finished = performance.now();
    sender.close();
    const perSecond = (end: number) => ((EXCHANGES * happyPath.length) / (end - began)) * 1000;
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
