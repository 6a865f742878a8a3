import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const server = fastify();
await server.register(proxy, { upstream: process.argv[2] ?? '' });
console.log(`ready fastify ${await server.listen({ port: 0, host: '127.0.0.1' })}`);
