import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProxyServer } from 'http-proxy-3';

const proxy = createProxyServer({ target: process.argv[2] ?? '', agent: new http.Agent({ keepAlive: true }) });
const server = http.createServer((incoming, outgoing) => proxy.web(incoming, outgoing));
server.listen(0, '127.0.0.1', () =>
  console.log(`ready http-proxy http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
