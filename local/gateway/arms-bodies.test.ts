import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { z } from 'zod';
import type { Operation } from '../../shared/contract/operation.ts';
import { startGeneratedGateway } from './generated-gateway.ts';

const operations: Operation[] = [
  {
    ...{ id: 'uploads.create', method: 'POST', path: '/uploads/{folder}/', access: 'public', tag: 't' },
    ...{ summary: 's', description: 'd', responses: {}, body: { schema: z.unknown() } },
  },
];
const route = (options: string) => `routes: { uploads.create: { stickBy: "body:/key", ${options} } }`;
const split = 'mode: split, percent: 100';

async function problemOf(answer: Response): Promise<[status: number, type: string]> {
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { type } = (await answer.json()) as { type: string };
  return [answer.status, type.replace(/.*\//, '')];
}

/** A body that comes in chunks, without its length. */
function chunked(text: string): RequestInit {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(text));
      controller.close();
    },
  });
  return { method: 'POST', body, duplex: 'half' };
}

test('gateway: arms: a body streams to its arm while no split has to read it', async (t) => {
  const arrived = Promise.withResolvers<number>();
  let received = 0;
  const gateway = await startGeneratedGateway(t, {
    operations,
    manifest: route('mode: functions, maxBody: 4MB'),
    functions: (incoming, outgoing) => {
      incoming.on('data', (chunk: Buffer) => {
        received += chunk.length;
        arrived.resolve(received);
      });
      incoming.on('end', () => outgoing.end(String(received)));
    },
  });
  const size = 4 * 1024 * 1024;
  const sent = http.request(`${gateway.url}/uploads/a/`, { method: 'POST', headers: { 'content-length': size } });
  sent.write(Buffer.alloc(1000));
  // The client still holds the rest back.
  assert.equal(await arrived.promise, 1000);
  sent.end(Buffer.alloc(size - 1000));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const [text] = (await once(answer, 'data')) as [Buffer];
  assert.equal(text.toString(), String(size));
});

test('gateway: arms: the body that a split reads reaches the arm byte for byte, up to the largest', async (t) => {
  const gateway = await startGeneratedGateway(t, { operations, manifest: route(`${split}, maxBody: 4MB`) });
  const start = '\t{ "key" : "ä\\u00e4", "key2":1.0, "pad":"';
  for (const size of [100, 4 * 1024 * 1024]) {
    const body = `${start}${'x'.repeat(size - Buffer.byteLength(start) - 4)}"}\r\n`;
    assert.equal(Buffer.byteLength(body), size);
    assert.equal(await (await gateway.ask('/uploads/a/', { method: 'POST', body })).text(), 'functions');
    assert.equal(gateway.asked.functions.at(-1)?.body, body);
  }
});

test('gateway: arms: a body above the limit of its route is 413 and reaches no arm, read or not, with or without its length', async (t) => {
  const body = JSON.stringify({ key: 'x'.repeat(2000) });
  for (const options of [split, 'mode: functions', 'mode: legacy']) {
    const gateway = await startGeneratedGateway(t, { operations, manifest: route(`${options}, maxBody: 1KB`) });
    for (const init of [{ method: 'POST', body }, chunked(body)])
      assert.deepEqual(await problemOf(await gateway.ask('/uploads/a/', init)), [413, 'body-too-large'], options);
    const within = JSON.stringify({ key: 'x'.repeat(900) });
    for (const init of [{ method: 'POST', body: within }, chunked(within)])
      assert.equal((await gateway.ask('/uploads/a/', init)).status, 200);
    assert.deepEqual(gateway.asked.legacy.length + gateway.asked.functions.length, 2);
  }
});

for (const [what, body] of [
  ['text', 'key=a'],
  ['half of it', '{"key": "a"'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['compressed', Buffer.from('H4sIAAAAAAAAA6tWyk6tVLJSSlSqBQBIEZ1NCwAAAA==', 'base64')],
] as const)
  test(`gateway: arms: a body that is no JSON (${what}) is 400 while a split has to read it`, async (t) => {
    const reading = await startGeneratedGateway(t, { operations, manifest: route(split) });
    const answer = await reading.ask('/uploads/a/', { method: 'POST', body });
    assert.deepEqual(await problemOf(answer), [400, 'malformed-body']);
    assert.equal(reading.asked.functions.length, 0);
    const passing = await startGeneratedGateway(t, { operations, manifest: route('mode: functions') });
    assert.equal((await passing.ask('/uploads/a/', { method: 'POST', body })).status, 200);
  });

for (const [what, body] of [
  ['no body', undefined],
  ['no field', '{}'],
  ['null', '{"key":null}'],
  ['an empty one', '{"key":""}'],
  ['an object', '{"key":{"a":1}}'],
  ['a list in its place', '[1]'],
  ['no object at all', '7'],
] as const)
  test(`gateway: arms: a body with ${what} where the subject should be sticks by the caller instead`, async (t) => {
    const gateway = await startGeneratedGateway(t, { operations, manifest: route(split) });
    const answer = await gateway.ask('/uploads/a/', { method: 'POST', ...(body !== undefined && { body }) });
    assert.deepEqual([answer.status, await answer.text()], [200, 'functions']);
  });

test('gateway: arms: a body that nests too deeply is 400 while a split has to read it', async (t) => {
  const gateway = await startGeneratedGateway(t, { operations, manifest: route(split) });
  const body = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  assert.deepEqual(await problemOf(await gateway.ask('/uploads/a/', { method: 'POST', body })), [
    400,
    'malformed-body',
  ]);
});
