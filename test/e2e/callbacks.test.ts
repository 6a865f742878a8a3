import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, test } from 'node:test';
import { startPostgres } from '../../local/postgres/server.ts';
import type { StackFile } from '../../ops/stack.ts';
import { call, createExchange, inParallel, until, type ExchangeEvent } from '../fixtures/api.ts';
import { countFinished } from '../fixtures/exchanges.ts';
import { ops } from '../fixtures/ops.ts';
import { testStack } from '../fixtures/stack.ts';

const EXCHANGES = 500;
const STATES = ['awaiting_deposit', 'confirming', 'exchanging', 'sending', 'finished'];
const noisy = ['--delay', '150', '--duplicates', '0.2', '--disorder', '0.2', '--seed', '7'];

const folder = mkdtempSync(path.join(os.tmpdir(), 'postgres-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let database = await startPostgres({ dataDir: folder });
const stack = await testStack({ provider: true, providerArgs: noisy, databaseUrl: database.url });
after(() => database.close());

/** Makes the exchanges, lets `disturb` loose on the system meanwhile, and checks every one of them at the end. */
async function carry(disturb: () => Promise<void>): Promise<void> {
  const { gateway, keys } = stack.file;
  const disturbed = delay(1_500).then(disturb);
  const all = Array.from({ length: EXCHANGES }, (_, index) => index);
  const exchanges = await inParallel(all, 16, () => createExchange(gateway, keys.enterprise));
  const ids = exchanges.map((exchange) => exchange.id);
  await disturbed;
  await until(
    'every exchange has finished',
    async () => (await countFinished(database.url, ids)) === EXCHANGES,
    120_000,
  );
  await inParallel(ids, 8, async (id) => checkTrail(id, await trail(id)));
  const verified = await ops(stack.dir, 'audit', 'verify');
  assert.equal(verified.code, 0, verified.out + verified.err);
}

/** The trail as the Functions answer it: the chain, whatever arm the route is on. */
async function trail(id: string): Promise<ExchangeEvent[]> {
  const { functions, gatewayKey } = stack.file;
  const headers = { 'x-gateway-key': gatewayKey, 'x-partner-id': 'enterprise', 'x-plan': 'enterprise' };
  for (;;) {
    const { status, body } = await call(functions, 'GET', `/v1/exchanges/${id}/events`, { headers });
    assert.equal(status, 200, JSON.stringify(body));
    const { items } = body as { items: ExchangeEvent[] };
    // The row is written before the trail: the drain that finished the exchange may still be about to record it.
    if (items.some((event) => event.state === 'finished')) return items;
    await delay(50);
  }
}

/** Every effect once and in order: the applied events walk the states one by one. */
function checkTrail(id: string, items: readonly ExchangeEvent[]): void {
  const applied = items.filter((event) => event.outcome === 'applied');
  const types = applied.map((event) => event.type);
  assert.equal(new Set(types).size, types.length, `${id}: an effect twice: ${types.join(', ')}`);
  const walked = applied.map((event) => STATES.indexOf(event.state!));
  assert.deepEqual([...new Set(walked)], [0, 1, 2, 3, 4], `${id}: states in order: ${JSON.stringify(items)}`);
  assert.deepEqual(
    walked,
    walked.toSorted((a, b) => a - b),
    `${id}: a transition out of order`,
  );
}

test('500 exchanges with duplicated and disordered callbacks: each finishes, each effect once, in order', async () => {
  await carry(async () => {});
});

test('the same while the Functions host is killed', async () => {
  await carry(async () => {
    const { processes } = JSON.parse(readFileSync(path.join(stack.dir, 'stack.json'), 'utf8')) as StackFile;
    process.kill(processes['functions-host']!, 'SIGKILL');
  });
});

test('the same while PostgreSQL is away for 20 s', async () => {
  await carry(async () => {
    await database.close();
    await delay(20_000);
    database = await startPostgres({ dataDir: folder, port: database.port });
  });
});
