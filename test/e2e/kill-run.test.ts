import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ProviderEvent } from '../../local/provider/script.ts';
import { createSender } from '../../local/provider/sender.ts';
import type { StackFile } from '../../ops/stack.ts';
import { inParallel, until } from '../fixtures/api.ts';
import { happyPath, makeExchanges } from '../fixtures/exchanges.ts';
import { ops } from '../fixtures/ops.ts';
import { testStack } from '../fixtures/stack.ts';
import { seededRandom } from '../simulation/random.ts';

/** `EXCHANGES=10000 node --test test/e2e/kill-run.test.ts` is the long run. */
const EXCHANGES = Number(process.env['EXCHANGES'] ?? 300);
const [DUPLICATES, DISORDER, POISON] = [0.02, 0.02, 0.01];
const killed = ['functions-host', 'service-bus', 'postgres', 'functions-host', 'service-bus', 'postgres'];
/** For the last stream to be done, after everything was sent. */
const withinMs = 60_000 + EXCHANGES * 20;

const stack = await testStack({ onEvent: (line) => console.error(line) });
const { gateway, gatewayKey, postgres, providers } = stack.file;
const random = seededRandom(7);

interface Plan {
  id: string;
  sendings: Omit<ProviderEvent, 'occurredAt'>[];
  /** What must have had its effect at the end, in this order. */
  effects: string[];
  poisoned: boolean;
}

function plan(id: string): Plan {
  const events = happyPath.map((type) => {
    // A transaction that can be neither stored nor ignored.
    const data = random.chance(POISON) ? { transaction: 7 } : { transaction: `tx-${type}` };
    return { id: `evt_${id}_${type}`, type, exchangeId: id, data };
  });
  const poison = events.findIndex(({ data }) => data.transaction === 7);
  const sendings = [...events];
  for (const [index, event] of events.entries()) {
    const [here, next] = sendings.slice(index, index + 2);
    // Not the last two: once the payout is confirmed, that it was sent is no news, and rightly has no effect.
    const swaps = index < 3 && here === event && next && random.chance(DISORDER);
    if (swaps) sendings.splice(index, 2, next, event);
    if (random.chance(DUPLICATES)) sendings.push(event);
  }
  return { id, sendings, effects: happyPath.slice(0, poison < 0 ? happyPath.length : poison), poisoned: poison >= 0 };
}

const pidOf = (name: string) =>
  (JSON.parse(readFileSync(path.join(stack.dir, 'stack.json'), 'utf8')) as StackFile).processes[name];

/** Kills one part after the other, each when its share of the callbacks was sent and the one before is back. */
async function killParts(sent: () => number, all: number): Promise<void> {
  for (const [index, name] of killed.entries()) {
    const due = (all * (index + 1)) / (killed.length + 1);
    await until(`${due} callbacks are sent`, async () => sent() >= due, withinMs);
    const pid = pidOf(name);
    assert.ok(pid !== undefined, `${name} runs`);
    process.kill(pid, 'SIGKILL');
    await until(`${name} is back`, async () => ![undefined, pid].includes(pidOf(name)), 60_000);
  }
}

const effective = "exchange_history WHERE event_id IS NOT NULL AND outcome = 'applied'";

/** Undefined while the database is away. */
async function query<T extends pg.QueryResultRow>(sql: string): Promise<T[] | undefined> {
  const client = new pg.Client({ connectionString: postgres });
  try {
    await client.connect();
    return (await client.query<T>(sql)).rows;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The types of the events that had an effect, in order, by exchange. */
async function effects(): Promise<Map<string, string[]>> {
  const rows = await query<{ id: string; types: string[] }>(
    `SELECT exchange_id AS id, array_agg(type ORDER BY id) AS types FROM ${effective} GROUP BY exchange_id`,
  );
  return new Map(rows?.map(({ id, types }) => [id, types]));
}

test(`${EXCHANGES} exchanges while each of the engine's servers is killed twice: all in order, poison parked, counts to the unit`, async (t) => {
  const headers = { 'x-gateway-key': gatewayKey, 'x-partner-id': 'bench', 'x-plan': 'enterprise' };
  const plans = (await makeExchanges(stack.file, headers, EXCHANGES)).map(plan);
  const sendings = plans.reduce((sum, one) => sum + one.sendings.length, 0);
  const sender = createSender(`${gateway}/v1/callbacks/simulator`, providers['simulator']!.secret);
  const began = Date.now();
  let [sent, again] = [0, 0];
  const send = async (event: Plan['sendings'][number]) => {
    for (;;) {
      const answer = await sender.send({ ...event, occurredAt: new Date().toISOString() }).catch(() => undefined);
      if (answer?.status === 202) break;
      assert.ok(!answer || answer.status >= 500, `a callback was answered ${answer?.status}`);
      again++;
      await delay(250);
    }
    sent++;
  };
  const sending = inParallel(plans, 32, async (one) => {
    for (const event of one.sendings) await send(event);
  });
  await Promise.all([sending, killParts(() => sent, sendings)]);
  sender.close();
  const accepted = Date.now();

  const expected = new Map(plans.flatMap(({ id, effects: types }) => (types.length > 0 ? [[id, types] as const] : [])));
  const wanted = plans.reduce((sum, { effects: types }) => sum + types.length, 0);
  const poisoned = plans.filter((one) => one.poisoned).map(({ id }) => id);
  const done = async () => {
    await delay(200);
    return ((await query<{ n: number }>(`SELECT count(*)::int AS n FROM ${effective}`))?.[0]?.n ?? 0) >= wanted;
  };
  await until('every event has had its effect', done, withinMs);
  const finished = Date.now();
  assert.deepEqual(await effects(), expected);

  let parked: string[] = [];
  const isParked = async () => {
    parked = (await ops(stack.dir, 'parked', '--limit', '100000')).out.match(/^ex_\S+/gm) ?? [];
    return parked.length >= poisoned.length;
  };
  await until('poison is parked', isParked, withinMs);
  assert.deepEqual(parked.toSorted(), poisoned.toSorted());
  const verified = await ops(stack.dir, 'audit', 'verify');
  assert.equal(verified.code, 0, verified.out + verified.err);
  const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
  t.diagnostic(
    `${sendings} callbacks sent in ${seconds(began, accepted)} s, ${again} of them again; ${wanted} effects in order ` +
      `${seconds(accepted, finished)} s later, ${EXCHANGES - poisoned.length} exchanges finished, ${parked.length} parked; ` +
      verified.out.trim().split('\n').at(-1),
  );
});
