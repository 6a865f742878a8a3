import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** The back end of the benchmark: a small answer, as fast as Node gives one. */
const body = Buffer.from(
  JSON.stringify({ pairs: Array.from({ length: 8 }, (_, i) => ({ id: `BTC-X${i}`, rate: '1.25' })) }),
);
const server = http.createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
  incoming.resume();
  outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  outgoing.end(body);
});
server.listen(0, '127.0.0.1', () =>
  console.log(`ready backend http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
