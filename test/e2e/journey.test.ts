import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { CosmosClient } from '@azure/cosmos';
import { containers, cosmosDatabase } from '../../shared/contract/containers.ts';
import { call, exchangeRequest, until, type Exchange, type ExchangeEvent } from '../fixtures/api.ts';
import { ops } from '../fixtures/ops.ts';
import { testStack } from '../fixtures/stack.ts';

const stack = await testStack({ provider: true, providerArgs: ['--delay', '40'] });

test('an exchange goes from quote to payout, and its trail verifies until a byte of it changes', async () => {
  const { gateway, keys } = stack.file;
  const key = keys.enterprise;
  const quote = await call(gateway, 'POST', '/v1/quotes', {
    key,
    body: { from: 'BTC', to: 'EUR', fromAmount: '0.25' },
  });
  assert.equal(quote.status, 201, JSON.stringify(quote.body));
  const { id: quoteId, toAmount } = quote.body as { id: string; toAmount: string };

  const headers = { 'idempotency-key': randomUUID() };
  const body = { quoteId, payoutAddress: exchangeRequest.payoutAddress };
  const created = await call(gateway, 'POST', '/v1/exchanges', { key, headers, body });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const exchange = created.body as Exchange & { toAmount: string };
  assert.equal(exchange.toAmount, toAmount);

  const again = await call(gateway, 'POST', '/v1/exchanges', { key, headers, body });
  assert.equal(again.status, 201);
  assert.deepEqual(again.body, created.body);
  const other = { ...body, payoutAddress: 'DE02120300000000202051' };
  const reused = await call(gateway, 'POST', '/v1/exchanges', { key, headers, body: other });
  assert.equal(reused.status, 422);

  const path = `/v1/exchanges/${exchange.id}`;
  await until('the exchange has finished', async () => {
    const { body: now } = await call(gateway, 'GET', path, { key });
    return (now as Exchange).state === 'finished';
  });
  const trail = await call(gateway, 'GET', `${path}/events`, { key });
  const { items } = trail.body as { items: ExchangeEvent[] };
  assert.equal(items[0]?.type, 'exchange.created');
  assert.equal(items.findLast((event) => event.outcome === 'applied')?.state, 'finished');
  assert.deepEqual(
    items.map((event) => event.sequence),
    items.map((_, index) => index + 1),
  );

  const verified = await ops(stack.dir, 'audit', 'verify');
  assert.equal(verified.code, 0, verified.out + verified.err);
  await changeOneByte(exchange.id);
  const broken = await ops(stack.dir, 'audit', 'verify');
  assert.equal(broken.code, 1);
  assert.match(broken.out + broken.err, new RegExp(exchange.id));
});

/** What somebody with write access to the store could do: alter one character of one stored event. */
async function changeOneByte(exchangeId: string): Promise<void> {
  const { endpoint, key } = stack.file.cosmos;
  const client = new CosmosClient({ endpoint, key });
  const container = client.database(cosmosDatabase).container('streams');
  const partition = containers.streams.partitionKey.slice(1);
  const { resources } = await container.items
    .query<Record<string, unknown> & { id: string }>({
      query: `SELECT * FROM c WHERE CONTAINS(c.${partition}, @id) AND IS_DEFINED(c.event)`,
      parameters: [{ name: '@id', value: exchangeId }],
    })
    .fetchAll();
  const victim = resources.find((document) => JSON.stringify(document).includes('deposit.detected'));
  assert.ok(victim, 'an audit event of the exchange is stored');
  const changed = JSON.parse(JSON.stringify(victim).replace('deposit.detected', 'deposit.detectee')) as typeof victim;
  await container.items.upsert(changed);
  client.dispose();
}
