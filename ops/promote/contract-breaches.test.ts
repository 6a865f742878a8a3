import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import * as z from 'zod';
import type { Operation } from '../../shared/contract/operation.ts';
import { contractBreaches } from './contract-breaches.ts';

const base = { method: 'GET', tag: 't', summary: 's', description: 'd' } as const;
const things = { 200: { description: 'd', schema: z.object({ items: z.array(z.string()) }) } };
const operations: Operation[] = [
  {
    ...base,
    id: 'health',
    path: '/v1/health',
    access: 'public',
    responses: { 200: { description: 'd', schema: z.object({ status: z.literal('ok') }) } },
  },
  { ...base, id: 'things.list', path: '/v1/things', access: 'key', responses: things },
  { ...base, id: 'things.get', path: '/v1/things/{id}', access: 'key', responses: things },
  { ...base, id: 'things.create', method: 'POST', path: '/v1/things', access: 'key', responses: things },
  {
    ...base,
    id: 'things.find',
    path: '/v1/search',
    access: 'key',
    query: z.object({ q: z.string() }),
    responses: things,
  },
];

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an API that keeps the contract has no breach, and is only read', async (t) => {
  const asked: string[] = [];
  const url = await serve(t, ({ method, url: path, headers }, response) => {
    asked.push(`${method} ${path}${headers['x-api-key'] === undefined ? '' : ' with key'}`);
    if (path === '/v1/health') response.end('{"status":"ok"}');
    else if (headers['x-api-key'] === 'k') response.end('{"items":["a"]}');
    else response.writeHead(401, { 'content-type': 'application/problem+json' }).end('{}');
  });
  assert.deepEqual(await contractBreaches(url, 'k', operations), []);
  assert.deepEqual(asked, ['GET /v1/health with key', 'GET /v1/things', 'GET /v1/things with key', 'GET /v1/search']);
});

test('wrong statuses, wrong bodies and open doors are named', async (t) => {
  const url = await serve(t, ({ url: path }, response) => {
    if (path === '/v1/health') response.writeHead(503).end();
    else response.end('{"items":[1]}');
  });
  assert.deepEqual(await contractBreaches(url, 'k', operations), [
    'health answers 503, not 200',
    'things.list without a key answers 200, not 401 with problem details',
    'things.list: /items/0 Invalid input: expected string, received number',
    'things.find without a key answers 200, not 401 with problem details',
  ]);
});
