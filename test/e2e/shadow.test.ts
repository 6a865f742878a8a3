import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import type { StackFile } from '../../ops/stack.ts';
import { call, until, type ExchangeEvent } from '../fixtures/api.ts';
import { happyPath, makeExchanges } from '../fixtures/exchanges.ts';
import { ops } from '../fixtures/ops.ts';
import { testStack } from '../fixtures/stack.ts';

const EXCHANGES = 60;

const noisy = ['--delay', '60', '--duplicates', '0.2', '--disorder', '0.2', '--failures', '0.1', '--seed', '7'];
const stack = await testStack({ provider: true, providerArgs: noisy });
const { functions, gatewayKey, postgres } = stack.file;
const caller = { 'x-gateway-key': gatewayKey, 'x-partner-id': 'enterprise', 'x-plan': 'enterprise' };
const moved = await ops(stack.dir, 'shift', 'callbacks.receive', '--to', 'shadow', '--reason', 'to be compared');
assert.equal(moved.code, 0, moved.out + moved.err);

async function query(sql: string, ...values: unknown[]): Promise<pg.QueryResult<{ n: number }>> {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    return await client.query<{ n: number }>(sql, values);
  } finally {
    await client.end();
  }
}

async function count(sql: string, ids: readonly string[]): Promise<number> {
  return (await query(`SELECT count(*)::int AS n FROM ${sql}`, ids)).rows[0]!.n;
}

/** Makes exchanges, and waits until the legacy arm has brought each to its end. */
async function carry(exchanges: number): Promise<string[]> {
  const ids = await makeExchanges(stack.file, caller, exchanges);
  const ended = "exchanges WHERE id = ANY($1) AND state IN ('finished', 'refunded')";
  await until('every exchange has ended', async () => (await count(ended, ids)) === exchanges, 60_000);
  return ids;
}

/** Callbacks that were compared, and those that the arms met in different states: they are sent at once. */
function counted(out: string): number {
  return Number.parseInt(out) + Number(/^(\d+) were met/m.exec(out)?.[1] ?? 0);
}

const compare = () => ops(stack.dir, 'callbacks', 'compare', '--live');

test('both arms make the same of callbacks that come twice and in disorder, and only legacy has the effect', async () => {
  const ids = await carry(EXCHANGES);
  const decided = await count('exchange_history WHERE event_id IS NOT NULL AND exchange_id = ANY($1)', ids);
  let last = await compare();
  // The last copies are sent when legacy has answered.
  await until('every copy is there', async () => {
    last = await compare();
    return !last.out.includes('undecided') && counted(last.out) === decided;
  });
  assert.equal(last.code, 0, last.out + last.err);
  assert.match(last.out, /compared: none differ/);
  const compared = Number.parseInt(last.out);
  assert.ok(compared > decided * 0.8, `most are met in the same order: ${last.out}`);
  assert.ok(!last.out.includes('left out'), last.out);
  const { body } = await call(functions, 'GET', `/v1/exchanges/${ids[0]}/events`, { headers: caller });
  const { items } = body as { items: ExchangeEvent[] };
  assert.ok(
    items.every(({ type }) => !happyPath.includes(type)),
    JSON.stringify(items),
  );
});

test('a transition that legacy made otherwise is found, with both, and nothing else', async () => {
  const [id] = await carry(1);
  await until('its predictions are there', async () => /61 exchanges/.test((await compare()).out));
  const changed = "exchange_history SET state = 'sending' WHERE exchange_id = $1 AND type = 'deposit.detected'";
  assert.equal((await query(`UPDATE ${changed} AND outcome = 'applied'`, id)).rowCount, 1);
  const { code, out, err } = await compare();
  assert.equal(code, 1);
  assert.match(out, /compared: 1 differ/);
  assert.match(err, new RegExp(`^${id}: deposit.detected .*legacy applied .sending., functions applied .confirming.`));
});

test('while functions hang, legacy takes callbacks as ever, and what has no copy is left out', async () => {
  const { processes } = JSON.parse(readFileSync(path.join(stack.dir, 'stack.json'), 'utf8')) as StackFile;
  process.kill(processes['functions-host']!, 'SIGSTOP');
  try {
    await carry(5);
  } finally {
    process.kill(processes['functions-host']!, 'SIGCONT');
  }
  assert.match((await compare()).out, /compared: 1 differ/);
});
