import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '@azure/functions';
import { ProblemError } from '../shared/contract/errors.ts';
import { parseJson, readBody } from './body.ts';

const isProblem = (name: string) => (error: unknown) => error instanceof ProblemError && error.problem === name;
const json = new Headers({ 'content-type': 'application/json' });

test('a body that never ends is left after 64 KiB', async () => {
  let pulled = 0;
  let canceled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(8192));
    },
    cancel: () => {
      canceled = true;
    },
  });
  const request = { headers: new Headers(), body } as unknown as HttpRequest;
  await assert.rejects(readBody(request), isProblem('body-too-large'));
  assert.ok(pulled < 12, `${pulled} chunks were read`);
  assert.ok(canceled);
});

test('a length that is announced is refused before a byte is read', async () => {
  const body = new ReadableStream<Uint8Array>({ pull: () => assert.fail('read') }, { highWaterMark: 0 });
  const request = { headers: new Headers({ 'content-length': '65537' }), body } as unknown as HttpRequest;
  await assert.rejects(readBody(request), isProblem('body-too-large'));
});

test('brackets in strings are no nesting', () => {
  const text = JSON.stringify({ a: '[[[['.repeat(50), b: '\\"[['.repeat(50) });
  assert.deepEqual(parseJson(Buffer.from(text), json), JSON.parse(text));
  assert.throws(() => parseJson(Buffer.from('['.repeat(33)), json), isProblem('malformed-body'));
});

test('no body is no body', () => {
  assert.equal(parseJson(Buffer.alloc(0), new Headers()), undefined);
});
