import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpRequest, InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { ProblemError } from '../shared/contract/errors.ts';
import { defineOperation } from '../shared/contract/operation.ts';
import { SqlUnavailableError } from '../shared/exchange/errors.ts';
import { memoryQuotaStore } from '../shared/quotas/memory-quota-store.ts';
import { createQuotas } from '../shared/quotas/quotas.ts';
import { answer, type Handler } from './http.ts';
import { SettingsError } from './settings.ts';
import type { Wiring } from './wiring.ts';

const operation = defineOperation({
  id: 'things.create',
  method: 'POST',
  path: '/v1/things',
  access: 'key',
  tag: 'Things',
  summary: 'Make a thing',
  description: 'Makes a thing.',
  query: z.strictObject({ colour: z.string().optional() }),
  body: { schema: z.strictObject({ name: z.string() }) },
  responses: { 201: { description: 'Made.' } },
});

const now = () => new Date('2026-01-05T12:00:00.000Z');
const wiring = {
  settings: { gatewayKey: 'secret' },
  now,
  quotas: createQuotas({ store: memoryQuotaStore(), now }),
} as Wiring;

const identity = { 'x-gateway-key': 'secret', 'x-partner-id': 'p1', 'x-plan': 'free' };

interface Sent {
  body?: string;
  headers?: Record<string, string>;
  url?: string;
}

async function send(
  sent: Sent,
  handler: Handler<typeof operation>,
  wiringOf = () => wiring,
  rules?: Parameters<typeof answer>[5],
) {
  const logged: unknown[][] = [];
  const context = new InvocationContext({
    functionName: 'things-create',
    invocationId: 'i1',
    logHandler: (level, ...args) => logged.push([level, ...args]),
  });
  const request = new HttpRequest({
    method: 'POST',
    url: sent.url ?? 'http://localhost/v1/things',
    headers: { ...identity, 'content-type': 'application/json', ...sent.headers },
    ...(sent.body !== undefined && { body: { string: sent.body } }),
  });
  const response = await answer(operation, handler, request, context, wiringOf, rules);
  const body = JSON.parse(response.body as string) as Record<string, unknown>;
  return { status: response.status, headers: response.headers as Record<string, string>, body, logged };
}

const made: Handler<typeof operation> = ({ body, query, caller }) => ({
  status: 201,
  body: { ...body, ...query, caller },
});

test('a handler gets what is checked, and who calls', async () => {
  const { status, headers, body } = await send(
    { body: '{"name":"n"}', url: 'http://localhost/v1/things?colour=red' },
    made,
  );
  assert.equal(status, 201);
  assert.deepEqual(body, { name: 'n', colour: 'red', caller: { partnerId: 'p1', plan: 'free' } });
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['x-ratelimit-limit'], '200');
});

test('everything that is wrong is listed together', async () => {
  const { status, body } = await send(
    { body: '{"nam":1}', url: 'http://localhost/v1/things?x=1&colour=a&colour=b' },
    made,
  );
  assert.equal(status, 400);
  assert.deepEqual(body.errors, [
    { parameter: 'colour', detail: 'must be given once' },
    { parameter: 'x', detail: 'is not known' },
    { pointer: '/name', detail: 'is required' },
    { pointer: '/nam', detail: 'is not known' },
  ]);
});

test('an outage is 503 to try again, logged with its cause', async () => {
  const outage = new SqlUnavailableError('the database is not available');
  const { status, headers, body, logged } = await send({ body: '{"name":"n"}' }, () => {
    throw outage;
  });
  assert.equal(status, 503);
  assert.equal(headers['retry-after'], '5');
  assert.equal(headers['x-ratelimit-limit'], '200', 'what is left of the quota is said even then');
  assert.doesNotMatch(JSON.stringify(body), /database/);
  assert.equal(logged[0]?.[0], 'error');
  assert.ok(logged[0]?.includes(outage));
  assert.match(String(logged[0]?.[1]), /things\.create.*correlation/);
});

test('a fault of ours is 500, logged, and gives nothing away', async () => {
  const { status, body, logged } = await send({ body: '{"name":"n"}' }, () => {
    throw new TypeError('undefined is not a function at secret.ts');
  });
  assert.equal(status, 500);
  assert.doesNotMatch(JSON.stringify(body), /secret|undefined/);
  assert.equal(logged.length, 1);
});

test("a caller's fault is not logged as an error", async () => {
  const { status, body, logged } = await send({ body: '{"name":"n"}' }, () => {
    throw new ProblemError('quote-expired', { detail: 'It expired.' });
  });
  assert.deepEqual([status, body.detail, logged], [409, 'It expired.', []]);
});

test('settings that are wrong are named in the log and are 503 to the caller', async () => {
  const { status, logged } = await send({ body: '{"name":"n"}' }, made, () => {
    throw new SettingsError('the settings are not complete: GATEWAY_KEY is missing');
  });
  assert.equal(status, 503);
  assert.match(String(logged[0]?.at(-1)), /GATEWAY_KEY is missing/);
});

test('what is wrong by rules of the place is listed with the rest, once', async () => {
  const rules = () => [{ pointer: '/name', detail: 'is not for here' }];
  const errorsOf = async (body: object) => {
    const { status, body: problem } = await send({ body: JSON.stringify(body) }, made, () => wiring, rules);
    assert.equal(status, 400);
    return problem['errors'];
  };
  const here = { pointer: '/name', detail: 'is not for here' };
  const unknown = { pointer: '/size', detail: 'is not known' };
  assert.deepEqual(await errorsOf({ name: 'a' }), [here]);
  assert.deepEqual(await errorsOf({ name: 'a', size: 1 }), [unknown, here]);
  assert.deepEqual(await errorsOf({ size: 1 }), [{ pointer: '/name', detail: 'is required' }, unknown]);
});
