import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MalformedResponseError, ResponseParser } from './response-parser.ts';

/** What the parser makes of an answer that comes in these pieces. */
function parse(pieces: readonly Buffer[], method = 'GET', closes = false) {
  const seen = { status: 0, body: Buffer.alloc(0), ended: false, headers: '' };
  const parser = new ResponseParser(method, {
    head: ({ status, headers }, whole) => {
      seen.status = status;
      seen.headers = headers.names().join();
      if (whole) seen.body = Buffer.from(whole);
    },
    data: (chunk) => (seen.body = Buffer.concat([seen.body, chunk])),
    end: () => (seen.ended = true),
  });
  for (const piece of pieces) parser.feed(piece);
  if (closes) parser.close();
  return { ...seen, body: seen.body.toString('latin1') };
}

function cut(text: string, at: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...new Set(at.map((one) => one % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...ends]
    .map((from, i) => bytes.subarray(from, ends[i] ?? bytes.length))
    .filter(({ length }) => length > 0);
}

const answers: readonly [text: string, method: string, closes: boolean, body: string][] = [
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'GET', false, 'hello'],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nA: b\r\n\r\n',
    'GET',
    false,
    'hello world',
  ],
  ['HTTP/1.0 200 OK\r\n\r\nuntil the end', 'GET', true, 'until the end'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'HEAD', false, ''],
  ['HTTP/1.1 204 No Content\r\n\r\n', 'GET', false, ''],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'POST', false, 'ok'],
];

test('gateway: connections: an answer reads the same however it is cut into packets', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...answers),
      fc.array(fc.nat(300), { maxLength: 8 }),
      ([text, method, closes, body], at) => {
        const seen = parse(cut(text, at), method, closes);
        assert.deepEqual([seen.body, seen.ended], [body, true]);
      },
    ),
    { numRuns: 500 },
  );
});

for (const [what, text] of [
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na'],
  ['bytes after the end', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab'],
  ['a chunk size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['a chunk longer than it says', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n'],
  ['a header without a colon', 'HTTP/1.1 200 OK\r\nnope\r\n\r\n'],
  ['a header with a space in its name', 'HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 0\r\n\r\n'],
  ['a header that is folded', 'HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n'],
  ['half a line end in a header', 'HTTP/1.1 200 OK\r\nX-A: a\rb\r\nContent-Length: 0\r\n\r\n'],
  ['a control character in a header', 'HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 0\r\n\r\n'],
  ['a control character in the reason', 'HTTP/1.1 200 a\x01b\r\nContent-Length: 0\r\n\r\n'],
  ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
] as const) {
  test(`gateway: connections: refused: ${what}`, () => {
    assert.throws(() => parse([Buffer.from(text)]), MalformedResponseError);
  });
}
