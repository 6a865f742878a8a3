import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armsOf, type Answer } from './arms.ts';
import { startArms } from './start-arms.ts';

const { arms, call, stack } = armsOf(await startArms());
const order = { from: 'BTC', to: 'ETH', fromAmount: '0.25' };

function isUnavailable(answer: Answer, arm: string): void {
  assert.equal(answer.status, 503, `${arm}: ${answer.text}`);
  assert.equal((answer.json as { type: string }).type, 'https://exchange.example/problems/unavailable');
  assert.ok(Number(answer.headers['retry-after']) > 0);
}

test('without PostgreSQL both arms say 503 with Retry-After, stay up, and go on when it is back', async () => {
  for (const arm of arms) assert.equal((await call(arm, { path: '/v1/currencies' })).status, 200);
  await stack.stopPostgres();
  const quotes = arms.flatMap((arm) =>
    Array.from({ length: 5 }, async () => {
      isUnavailable(await call(arm, { method: 'POST', path: '/v1/quotes', body: order }), arm.name);
    }),
  );
  await Promise.all(quotes);
  for (const arm of arms) assert.equal((await call(arm, { path: '/v1/health' })).status, 200, arm.name);
  await stack.startPostgres();
  for (const arm of arms) {
    const answer = await call(arm, { method: 'POST', path: '/v1/quotes', body: order });
    assert.equal(answer.status, 201, `${arm.name}: ${answer.text}`);
  }
});

test('connections that die while idle or at work are replaced', async () => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  for (let round = 0; round < 3; round++) {
    const asked = arms.map((arm) => call(arm, { path: '/v1/currencies' }));
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()
      and backend_type = 'client backend'`);
    for (const answer of await Promise.all(asked)) assert.ok([200, 503].includes(answer.status), answer.text);
  }
  await client.end();
  for (const arm of arms) assert.equal((await call(arm, { path: '/v1/health' })).status, 200, arm.name);
});

test('without Cosmos DB the functions arm says 503, and the legacy arm does not notice', async () => {
  await stack.stopCosmos();
  const [legacy, functions] = arms as [(typeof arms)[0], (typeof arms)[0]];
  // A partner whose quota has no tokens leased ahead.
  const [kept, refused] = await Promise.all([
    call(legacy, { path: '/v1/currencies' }, 'newcomer'),
    call(functions, { path: '/v1/currencies' }, 'newcomer'),
  ]);
  assert.equal(kept.status, 200);
  isUnavailable(refused, 'functions');
  assert.equal((await call(functions, { path: '/v1/health' })).status, 200);
});
