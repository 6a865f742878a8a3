import assert from 'node:assert/strict';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Proxy } from './transport.ts';
import { openTunnel } from './tunnel.ts';

const pieces = [
  'HTTP/1.1',
  'HTTP/1.0',
  ' 200',
  ' 204',
  ' 407',
  ' 2000',
  ' OK',
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  'a: b',
  '\0',
  'é',
];
const answer = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 60 }),
  fc.constantFrom('HTTP/1.1 200\r\n\r\n', 'HTTP/1.1 200 OK\r\nx: y\r\n\r\nhello').map(String),
  fc.nat(40_000).map((length) => `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(length)}\r\n\r\nafter`),
);

test('gateway: fuzz: a proxy that answers CONNECT is understood or refused, however its answer is cut; none crashes or hangs', async (t) => {
  let packets: Buffer[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      for (const packet of packets) socket.write(packet);
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const proxy: Proxy = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, authorization: undefined };
  const check = fc.asyncProperty(answer, fc.array(fc.nat(100), { maxLength: 6 }), async (text, cuts) => {
    const bytes = Buffer.from(text, 'latin1');
    const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
    packets = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
    const end = bytes.indexOf('\r\n\r\n');
    const opens = end !== -1 && end <= 16 * 1024 && /^HTTP\/1\.[01] 2\d\d(?: |\r\n)/.test(text);
    const opening = openTunnel(proxy, 'backend', 443, 60_000);
    if (!opens) return assert.rejects(opening, (error: Error) => error.message.length < 300);
    const socket = await opening;
    const rest: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) rest.push(chunk);
    return assert.equal(Buffer.concat(rest).toString('latin1'), bytes.toString('latin1', end + 4));
  });
  await fc.assert(check, { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) });
});
