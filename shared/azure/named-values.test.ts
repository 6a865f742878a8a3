import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { AdministrationError, listNamedValues, changeNamedValue, type Administration } from './named-values.ts';

const service = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/n';

/** The resource manager, as far as one test needs it, over real HTTP. */
async function resourceManager(
  t: TestContext,
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<Administration & { seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`.trim());
      answer(request, body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, service, token: () => 'secret', seen };
}

test('every page of named values is read, and secrets are left out', async (t) => {
  const administration = await resourceManager(t, ({ url, headers }, _, response) => {
    const first = !url!.includes('page=2');
    response.end(
      JSON.stringify(
        first
          ? {
              value: [
                { name: 'route-a', properties: { value: 'legacy', tags: ['route'] } },
                { name: 'key', properties: { secret: true } },
              ],
              nextLink: `http://${headers.host}${url}&page=2`,
            }
          : { value: [{ name: 'route-b', properties: { value: 'functions' } }], nextLink: '' },
      ),
    );
  });
  assert.deepEqual(await listNamedValues(administration), [
    { name: 'route-a', value: 'legacy', tags: ['route'] },
    { name: 'route-b', value: 'functions', tags: [] },
  ]);
  assert.equal(administration.seen[0], `GET ${service}/namedValues?api-version=2024-05-01 Bearer secret`);
});

const change = { name: 'route-a', from: 'legacy', to: 'split:5', tags: ['route'] };

test('a change that the service works on is waited for', async (t) => {
  let polls = 0;
  const administration = await resourceManager(t, ({ method, url, headers }, _, response) => {
    if (method === 'GET' && url!.startsWith(service)) {
      response.setHeader('etag', '"7"').end(JSON.stringify({ properties: { value: 'legacy' } }));
      return;
    }
    assert.ok(method === 'GET' || headers['if-match'] === '"7"');
    const done = method === 'GET' && ++polls === 2;
    const location = { location: `http://${headers.host}/operations/1`, 'retry-after': '3' };
    response.writeHead(done ? 200 : 202, done ? {} : location).end();
  });
  const waits: number[] = [];
  await changeNamedValue(administration, change, async (ms) => {
    waits.push(ms);
  });
  assert.deepEqual(waits, [3000, 3000]);
  assert.deepEqual(administration.seen.slice(1), [
    `PATCH ${service}/namedValues/route-a?api-version=2024-05-01 Bearer secret {"properties":{"value":"split:5","tags":["route"]}}`,
    'GET /operations/1 Bearer secret',
    'GET /operations/1 Bearer secret',
  ]);
});

test('what somebody else has changed meanwhile is left alone', async (t) => {
  const administration = await resourceManager(t, (_, __, response) =>
    response.end(JSON.stringify({ properties: { value: 'functions' } })),
  );
  await assert.rejects(
    changeNamedValue(administration, change, async () => {}),
    /route-a is functions and no longer legacy: somebody else has moved it/,
  );
  assert.equal(administration.seen.length, 1);
});

test('a refusal says what was asked and what was answered', async (t) => {
  const administration = await resourceManager(t, (_, __, response) => response.writeHead(403).end('no'));
  await assert.rejects(listNamedValues(administration), (error) => {
    assert.ok(error instanceof AdministrationError);
    assert.match(error.message, /refused GET http.*namedValues.*: 403 no/);
    return true;
  });
});

test('an administration that is not there is told by its address', async () => {
  const administration = { endpoint: 'http://127.0.0.1:1', service, token: () => '' };
  await assert.rejects(listNamedValues(administration), (error) => {
    assert.ok(error instanceof AdministrationError);
    assert.match(error.message, /does not answer: GET http:\/\/127\.0\.0\.1:1/);
    return true;
  });
});

test('an administration that is frozen is given up on, and a change sent to it is told to be uncertain', async (t) => {
  const frozen = await resourceManager(t, () => {});
  const stuck = await resourceManager(t, ({ method }, _, response) => {
    if (method === 'GET') response.end(JSON.stringify({ properties: { value: 'legacy' } }));
  });
  await Promise.all([
    assert.rejects(listNamedValues({ ...frozen, patienceMs: 50 }), {
      name: 'AdministrationError',
      message: /does not answer: GET .*: no answer in 0.05 s$/,
    }),
    assert.rejects(
      changeNamedValue({ ...stuck, patienceMs: 50 }, change, async () => {}),
      { name: 'AdministrationError', message: /PATCH .*: no answer in 0.05 s; it is not known whether the value was/ },
    ),
  ]);
});
