import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { z } from 'zod';
import type { Operation } from '../../shared/contract/operation.ts';
import { bucketOf as bucketIn, routeSalt } from '../../shared/migration/arms.ts';
import { expressionTypes } from './context-types.ts';
import { compileSource } from './expressions/compile.ts';
import { startGeneratedGateway } from './generated-gateway.ts';

const count = Number(process.env['SUBJECTS'] ?? 30_000);
const bucketOf = compileSource(
  '@((int)(BitConverter.ToUInt32(SHA256.Create().ComputeHash(Encoding.UTF8.GetBytes("route:" + context.ToString())), 0) % 10000))',
  expressionTypes,
);

/** Unicode subjects, the same in every run. */
function* subjects(): Generator<string> {
  let seed = 12_345;
  const next = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0);
  for (let i = 0; i < count; i++) {
    const codes = Array.from({ length: 6 }, next).map((value) => value % 0x11_0000);
    yield `${String.fromCodePoint(...codes.map((code) => (code >= 0xd800 && code <= 0xdfff ? 65 : code)))}${i}`;
  }
}

test('gateway: split: policy and TypeScript choose the same arm for every subject (SUBJECTS=1000000 for the long run), within binomial bounds', () => {
  let below = 0;
  for (const subject of subjects()) {
    const bucket = createHash('sha256').update(`route:${subject}`).digest().readUInt32LE(0) % 10_000;
    if (bucketOf.evaluate(subject) !== bucket) assert.fail(`another arm for ${JSON.stringify(subject)}`);
    if (bucket < 1000) below++;
  }
  const deviation = Math.abs(below - count * 0.1) / Math.sqrt(count * 0.1 * 0.9);
  assert.ok(deviation < 4, `${below} of ${count} below 10 %`);
});

const order = z.object({ buyer: z.object({ ids: z.array(z.string()) }) });

function operation(id: string, method: Operation['method'], path: string, access: Operation['access'] = 'public') {
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: { schema: order } };
  return { id, method, path, access, tag: 't', summary: id, description: id, responses: {}, ...body };
}

/** A contract unlike the project's own: nested paths, several parameters, trailing slashes, ids of other kinds. */
const operations: Operation[] = [
  operation('shops.order-lines.get', 'GET', '/shops/{shop-id}/orders/{orderId}/lines/{line_no}', 'key'),
  operation('Shops_orders-list', 'GET', '/shops/{shop-id}/orders/'),
  operation('shops.orders.create', 'POST', '/shops/{shop-id}/orders/'),
  operation('items.put', 'PUT', '/items/{name}.{kind}'),
  operation('items.patch', 'PATCH', '/items/{name}.{kind}'),
  operation('items.delete', 'DELETE', '/items/{name}.{kind}'),
];

/** A subject that stands in this of an operation's 10,000 buckets. */
function subjectIn(bucket: number, operationId: string): string {
  for (let i = 0; ; i++) if (bucketIn(routeSalt('exchange-v1', operationId), `s${i}`) === bucket) return `s${i}`;
}

const line = '/shops/s-1/orders/42/lines/7';
const stickyBy: [stickBy: string, id: string, send: (subject: string) => [path: string, init: RequestInit]][] = [
  ['subscription', 'shops.order-lines.get', (subject) => [line, { headers: { 'x-api-key': subject } }]],
  ['header:X-Tenant', 'Shops_orders-list', (subject) => ['/shops/s-1/orders/', { headers: { 'x-tenant': subject } }]],
  ['query:tenant', 'Shops_orders-list', (subject) => [`/shops/s-1/orders?a=1&tenant=${subject}`, {}]],
  [
    'body:/buyer/ids/0',
    'shops.orders.create',
    (subject) => [
      '/shops/s-1/orders/',
      { method: 'POST', body: JSON.stringify({ buyer: { ids: [subject, 'other'] } }) },
    ],
  ],
];

for (const [stickBy, id, send] of stickyBy)
  test(`gateway: arms: a split sticks by ${stickBy.replace(/:.*/, '')}, to the hundredth of a percent`, async (t) => {
    const buckets = [0, 1, 9998, 9999];
    const subjects = buckets.map((bucket) => subjectIn(bucket, id));
    for (const [percent, expected] of [
      [0, [0, 0, 0, 0]],
      [0.01, [1, 0, 0, 0]],
      [0.02, [1, 1, 0, 0]],
      [99.99, [1, 1, 1, 0]],
      [100, [1, 1, 1, 1]],
    ] as const) {
      const gateway = await startGeneratedGateway(t, {
        operations,
        subscriptions: subjects,
        manifest: `routes: { ${id}: { mode: split, percent: ${percent}, stickBy: "${stickBy}" } }`,
      });
      for (const [i, subject] of subjects.entries())
        for (let turn = 0; turn < 2; turn++) {
          const answer = await gateway.ask(...send(subject));
          const arm = expected[i] === 1 ? 'functions' : 'legacy';
          assert.deepEqual([await answer.text(), answer.headers.get('x-served-by')], [arm, arm], `${percent} % ${i}`);
        }
    }
  });

test('gateway: arms: a switch that holds no state of a route is answered by legacy, and the answer says so', async (t) => {
  for (const value of ['split:99999', 'split:-1', 'split:010000', 'FUNCTIONS', '10000']) {
    const gateway = await startGeneratedGateway(t, {
      operations,
      manifest: 'routes: { Shops_orders-list: { mode: functions } }',
      switches: { 'route-Shops_orders-list': value },
    });
    const answer = await gateway.ask('/shops/1/orders');
    assert.deepEqual([await answer.text(), answer.headers.get('x-route-revision')], ['legacy', 'invalid'], value);
  }
});

const everyone = operations.map(({ id }) => `  ${id}: { mode: functions, timeout: 1s }`).join('\n');

test('gateway: arms: legacy answers a GET that functions fail, and nothing else', async (t) => {
  const failing = async (status: number) =>
    startGeneratedGateway(t, {
      operations,
      manifest: `routes:\n${everyone}`,
      subscriptions: ['one'],
      functions: (incoming, outgoing) => {
        incoming.resume();
        outgoing.statusCode = status;
        outgoing.end('failed');
      },
    });
  const broken = await failing(503);
  for (const [path, headers] of [
    [line, { 'x-api-key': 'one' }],
    ['/shops/s-1/orders/', {}],
  ] as const) {
    const answer = await broken.ask(path, { headers });
    assert.deepEqual([answer.status, await answer.text()], [200, 'legacy']);
    assert.deepEqual(
      [answer.headers.get('x-served-by'), answer.headers.get('x-fallback'), answer.headers.get('x-route-revision')],
      ['legacy', 'legacy', 'functions'],
    );
  }
  assert.deepEqual(
    broken.asked.legacy.map(({ method, url }) => `${method} ${url}`),
    [`GET ${line}`, 'GET /shops/s-1/orders/'],
  );
  for (const [method, path] of [
    ['POST', '/shops/s-1/orders/'],
    ['PUT', '/items/a.txt'],
    ['PATCH', '/items/a.txt'],
    ['DELETE', '/items/a.txt'],
  ] as const) {
    const answer = await broken.ask(path, { method, ...(method !== 'DELETE' && { body: '{}' }) });
    assert.deepEqual([answer.status, await answer.text(), answer.headers.get('x-fallback')], [503, 'failed', null]);
  }
  assert.equal(broken.asked.legacy.length, 2);
  assert.equal(broken.asked.functions.length, 6);
  const refusing = await failing(404);
  assert.equal((await refusing.ask('/shops/s-1/orders/')).status, 404);
  assert.equal(refusing.asked.legacy.length, 0);
});

test('gateway: arms: an arm that does not begin its answer in time is given up: a GET falls back, a POST is 503', async (t) => {
  const gateway = await startGeneratedGateway(t, {
    operations,
    manifest: `routes:\n${everyone}`,
    functions: (incoming) => void incoming.resume(),
  });
  const [read, write] = await Promise.all([
    gateway.ask('/shops/s-1/orders/'),
    gateway.ask('/shops/s-1/orders/', { method: 'POST', body: '{}' }),
  ]);
  assert.deepEqual([read.status, await read.text()], [200, 'legacy']);
  assert.equal(write.status, 503);
  assert.match(write.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.deepEqual(
    gateway.asked.legacy.map(({ method }) => method),
    ['GET'],
  );
});

test('gateway: arms: a breaker that trips spares functions: a GET falls back, a POST is 503, until it closes', async (t) => {
  let now = 1_000_000;
  let status = 500;
  const gateway = await startGeneratedGateway(t, {
    operations,
    manifest: `backends: { functions: { breaker: { failures: 3, within: 30s, open: 10s } } }\nroutes:\n${everyone}`,
    now: () => now,
    functions: (incoming, outgoing) => {
      incoming.resume();
      outgoing.statusCode = status;
      outgoing.end('functions');
    },
  });
  const read = async () => (await gateway.ask('/shops/s-1/orders/')).text();
  const write = async () => (await gateway.ask('/shops/s-1/orders/', { method: 'POST', body: '{}' })).status;
  assert.deepEqual([await read(), await write(), await read()], ['legacy', 500, 'legacy']);
  assert.equal(gateway.asked.functions.length, 3);
  assert.deepEqual([await read(), await write()], ['legacy', 503]);
  assert.equal(gateway.asked.functions.length, 3);
  assert.ok(gateway.asked.legacy.every(({ method }) => method === 'GET'));
  status = 200;
  now += 11_000;
  assert.deepEqual([await read(), await write()], ['functions', 200]);
});
