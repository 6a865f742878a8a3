import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createSender } from '../../local/provider/sender.ts';
import type { Stack } from '../../local/stack/stack.ts';
import { call, inParallel, until } from '../fixtures/api.ts';
import { countFinished, happyPath, makeExchanges } from '../fixtures/exchanges.ts';
import { callerHeaders, withStack } from './bench-stack.ts';
import { printTable } from './table.ts';

const EXCHANGES = 200;
const SICK = EXCHANGES / 10;
const ROUNDS = 3;
/** Callbacks a second: well below what the machine can do, so that it is waiting that is measured, not load. */
const PER_SECOND = 60;

/**
 * What a tenth of streams that fail all the time costs the others: time from a callback's sending to its effect, with
 * and without them in turn. Their rows fail with a serialization error, which the engine takes for transient.
 */
export async function run(): Promise<void> {
  await withStack(async (stack) => {
    const client = new pg.Client({ connectionString: stack.file.postgres });
    await client.connect();
    await client.query(`CREATE TABLE sick (id text PRIMARY KEY);
      CREATE FUNCTION fail_sick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM sick WHERE id = NEW.id) THEN RAISE EXCEPTION 'sick' USING ERRCODE = '40001'; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER fail_sick BEFORE UPDATE ON exchanges FOR EACH ROW EXECUTE FUNCTION fail_sick()`);
    const healthy: number[] = [];
    const beside: number[] = [];
    await play(stack, client, 0);
    for (let round = 0; round < ROUNDS; round++) {
      healthy.push(...(await play(stack, client, 0)));
      beside.push(...(await play(stack, client, SICK)));
    }
    await client.end();
    const rows = ([0.5, 0.9, 0.99] as const).map((share) => {
      const [alone, among] = [quantile(healthy, share), quantile(beside, share)];
      return [`p${share * 100}`, alone.toFixed(1), among.toFixed(1), (among / alone).toFixed(2)];
    });
    printTable(['healthy streams, sent to applied', 'alone ms', 'beside 10% sick ms', 'ratio'], rows);
  });
}

/** One round; milliseconds from sending to effect of every callback of a healthy exchange. */
async function play(stack: Stack, client: pg.Client, sick: number): Promise<number[]> {
  const { functions, gateway, postgres, providers } = stack.file;
  const headers = callerHeaders(stack);
  const ids = await makeExchanges(stack.file, headers, EXCHANGES);
  await client.query('DELETE FROM sick');
  // What their making leaves to do is done before the clock runs.
  const behind = 'SELECT FROM exchanges WHERE callback_state IS DISTINCT FROM state';
  await until('every exchange is on record', async () => (await client.query(behind)).rowCount === 0, 120_000);
  await client.query('INSERT INTO sick SELECT unnest($1::text[])', [ids.slice(0, sick)]);
  const sender = createSender(`${gateway}/v1/callbacks/simulator`, providers['simulator']!.secret);
  const sending: Promise<{ status: number }>[] = [];
  for (const type of happyPath) {
    for (const exchangeId of ids) {
      const id = `evt_${exchangeId}_${type}`;
      sending.push(sender.send({ id, type, exchangeId, occurredAt: new Date().toISOString(), data: {} }));
      await delay(1000 / PER_SECOND);
    }
  }
  for (const { status } of await Promise.all(sending)) {
    if (status !== 202) throw new Error(`a callback was answered ${status}`);
  }
  const well = ids.slice(sick);
  const done = async () => (await countFinished(postgres, well)) === well.length;
  await until('every healthy exchange has finished', done, 120_000);
  sender.close();
  const trails = await inParallel(well, 8, async (id) => {
    const { body } = await call(functions, 'GET', `/v1/exchanges/${id}/events`, { headers });
    return (body as { items: { type: string; occurredAt: string; recordedAt: string }[] }).items;
  });
  return trails.flatMap((items) =>
    items
      .filter(({ type }) => happyPath.includes(type))
      .map(({ occurredAt, recordedAt }) => Date.parse(recordedAt) - Date.parse(occurredAt)),
  );
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;
}
