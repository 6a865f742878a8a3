import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The cheapest server that the Cosmos client can talk to: it reads the request and answers with bytes made beforehand.
 * What a real server loses against it is what its own work costs.
 */
const document = JSON.stringify({
  id: 'd',
  pk: 'p',
  text: 'x'.repeat(900),
  _rid: 'AAAAAYAAAAIBAAAAAAAAAA==',
  _etag: '"0"',
});
const answers = {
  document,
  query: `{"_rid":"AAAAAYAAAAI=","Documents":[${Array.from({ length: 10 }, () => document).join(',')}],"_count":10}`,
  batch: `[${Array.from({ length: 5 }, () => `{"statusCode":201,"requestCharge":5,"resourceBody":${document}}`).join(',')}]`,
};

/** What every answer about a container carries: the client works on these too, whoever sends them. */
const headersOfCosmos = {
  'x-ms-activity-id': '5b5b1b1e-2b0f-4b7e-9d0b-1f6f3f1c2a3d',
  'x-ms-request-charge': '1',
  'x-ms-session-token': '0:-1#100',
  'x-ms-alt-content-path': 'dbs/bench/colls/bench',
  'x-ms-content-path': 'AAAAAYAAAAI=',
  etag: '"5b5b1b1e-2b0f-4b7e-9d0b-1f6f3f1c2a3d"',
};

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const { headers, method } = request;
    const body =
      request.url === '/'
        ? account(headers.host ?? '')
        : headers['x-ms-cosmos-is-batch-request']
          ? answers.batch
          : headers['x-ms-documentdb-isquery']
            ? answers.query
            : answers.document;
    response.writeHead(method === 'POST' && body === answers.document ? 201 : 200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headersOfCosmos,
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => {
  console.log(`ready bare http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

function account(host: string): string {
  const location = [{ name: 'Bare', databaseAccountEndpoint: `http://${host}/` }];
  return JSON.stringify({
    id: 'bare',
    writableLocations: location,
    readableLocations: location,
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
  });
}
