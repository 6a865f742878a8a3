import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cosmosContainer } from '../../shared/azure/cosmos-client.ts';
import { cosmosQuotaStore } from '../../shared/azure/cosmos-quota-store.ts';
import { quotaStoreContract } from '../../shared/quotas/quota-store.contract.ts';
import type { Answer, Arms } from './arms.ts';

type Json = Record<string, unknown>;

/** The daily quota in Cosmos DB, through the functions arm. */
export function chargeQuotas({ arms, call, stack }: Arms): void {
  const functions = arms.find(({ name }) => name === 'functions')!;
  const open = () =>
    cosmosQuotaStore({ container: () => cosmosContainer(stack.cosmos, 'quotas'), delay, random: Math.random });
  quotaStoreContract('Cosmos DB', open);

  const asFree = (partner: string, path = '/v1/currencies', headers: Record<string, string> = {}) =>
    call(functions, { path, headers: { 'x-plan': 'free', ...headers } }, partner);
  const consume = (partner: string, cost: unknown, headers: Record<string, string> = {}) =>
    call(
      functions,
      {
        method: 'POST',
        path: '/internal/quotas/consume',
        body: { operation: 'quotes.create', cost },
        headers: { 'x-plan': 'free', ...headers },
      },
      partner,
    );
  const limits = ({ headers }: Answer) => [headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']];

  test('of 100 at once on a plan with 50 left exactly 50 pass', async () => {
    const partner = `p-${randomUUID()}`;
    assert.equal((await consume(partner, 150)).status, 200);
    const answers = await Promise.all(Array.from({ length: 100 }, () => asFree(partner)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 50);
    assert.equal(answers.filter(({ status }) => status === 429).length, 50);
    const usage = (await asFree(partner, '/v1/usage')).json as Json;
    assert.deepEqual([usage.plan, usage.daily_limit, usage.used_today, usage.remaining], ['free', 200, 200, 0]);
  });

  test('every answer says what is left, refusals too, and asking for the usage is free', async () => {
    const partner = `p-${randomUUID()}`;
    const first = await asFree(partner);
    assert.deepEqual(limits(first), ['200', '199']);
    assert.equal(first.headers['ratelimit-policy'], '"daily";q=200;w=86400');
    assert.match(String(first.headers.ratelimit), /^"daily";r=199;t=\d{1,5}$/);
    assert.deepEqual(limits(await asFree(partner, '/v1/pairs?limit=x')), ['200', '198']);
    assert.deepEqual(limits(await asFree(partner, '/v1/usage')), ['200', '198']);
    assert.deepEqual(limits(await asFree(partner, '/v1/currencies', { 'x-quota-cost': '10' })), ['200', '188']);
  });

  test('a denial is a problem that says when to come back', async () => {
    const partner = `p-${randomUUID()}`;
    await consume(partner, 200);
    for (const answer of [await asFree(partner), await consume(partner, 1)]) {
      assert.equal(answer.status, 429);
      const problem = answer.json as Json;
      assert.equal(problem.type, 'https://exchange.example/problems/quota-exceeded');
      assert.deepEqual(
        [problem.plan, problem.daily_limit, problem.used_today, problem.remaining],
        ['free', 200, 200, 0],
      );
      const wait = Number(answer.headers['retry-after']);
      assert.ok(wait > 0 && wait <= 86_400);
      assert.ok(Math.abs(Number(problem.reset_epoch) - Date.now() / 1000 - wait) < 60);
    }
  });

  test('the gateway charges for the other arm, and is told how the day stands', async () => {
    const partner = `p-${randomUUID()}`;
    const charged = await consume(partner, 3);
    const { resetAt, ...figures } = charged.json as Json;
    assert.deepEqual(figures, { limit: 200, used: 3, remaining: 197 });
    assert.equal(new Date(String(resetAt)).toISOString().slice(10), 'T00:00:00.000Z');
    assert.deepEqual(limits(charged), ['200', '197']);
    assert.equal(((await consume(partner, 0)).json as Json).used, 3);
    for (const cost of [-1, 1.5, 1001, '1', null])
      assert.equal((await consume(partner, cost)).status, 400, String(cost));
    assert.equal((await consume(partner, 1, { 'x-gateway-key': 'guess' })).status, 401);
    assert.equal((await consume('', 1)).status, 400);
  });
}
