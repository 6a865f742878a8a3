import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operation, policies, startTestGateway } from './test-gateway.ts';

const tell = '<set-header name="x-op"><value>@(context.Api.Revision + " " + context.Operation.Id)</value></set-header>';
const api = (path: string, more: object = {}) => ({
  properties: { displayName: path, path, subscriptionRequired: false, serviceUrl: 'http://127.0.0.1:1/s', ...more },
});
const answer = policies({ inbound: `<return-response>${tell}</return-response>` });

test('gateway: revisions: the current one has the path, each one its path and number, as apiops extracts them', async (t) => {
  const files: Record<string, string | object> = {
    'apis/demo/apiInformation.json': api('demo'),
    'versionSets/v/versionSetInformation.json': { properties: { versioningScheme: 'Segment' } },
    'apis/shop/apiInformation.json': api('shop', { apiRevision: '2', isCurrent: true }),
    // What is not current does not say so.
    'apis/shop;rev=1/apiInformation.json': api('shop', { apiRevision: '1' }),
    'apis/shop;rev=3/apiInformation.json': api('shop', { apiRevision: '3' }),
    'apis/seg/apiInformation.json': api('seg', { apiVersion: 'v1', apiVersionSetId: '/apiVersionSets/v' }),
    'apis/seg;rev=2/apiInformation.json': api('seg', {
      apiRevision: '2',
      apiVersion: 'v1',
      apiVersionSetId: '/apiVersionSets/v',
    }),
  };
  for (const name of ['shop', 'shop;rev=1', 'shop;rev=3', 'seg', 'seg;rev=2']) {
    files[`apis/${name}/policy.xml`] = answer;
    files[`apis/${name}/operations/list/operationInformation.json`] = operation('GET', '/list');
  }
  files['apis/shop;rev=3/operations/new/operationInformation.json'] = operation('GET', '/new');
  const gateway = await startTestGateway(t, { files });
  const ask = async (path: string) => {
    const { status, headers } = await gateway.ask(path);
    return headers.get('x-op') ?? status;
  };
  assert.equal(await ask('/shop/list'), '2 list');
  assert.equal(await ask('/shop/new'), 404, 'only a later revision has it');
  assert.equal(await ask('/shop;rev=3/new?a=b'), '3 new');
  assert.equal(await ask('/shop;rev=1/list'), '1 list');
  assert.equal(await ask('/shop;rev=2/list'), '2 list');
  assert.equal(await ask('/shop;rev=4/list'), 404);
  assert.equal(await ask('/seg/v1/list'), '1 list');
  assert.equal(await ask('/seg/v1;rev=2/list'), '2 list');
});

test('gateway: routing: the query in the template of an operation decides, and names parameters', async (t) => {
  const files = Object.fromEntries(
    [
      operation('GET', '/get'),
      operation('GET', '/get?a={b}'),
      operation('GET', '/get?a={b}&kind=big'),
      operation('GET', '/{other}'),
    ].map((one, i) => [`apis/demo/operations/q${i}/operationInformation.json`, one]),
  );
  const names = '@(context.Operation.Id + " " + string.Join(",", context.Request.MatchedParameters.Values))';
  const gateway = await startTestGateway(t, {
    files,
    inbound: `<return-response><set-body>${names}</set-body></return-response>`,
  });
  const ask = async (path: string) => (await gateway.ask(path)).text();
  assert.equal(await ask('/get'), 'q0 ');
  assert.equal(await ask('/get?c=d'), 'q0 ');
  assert.equal(await ask('/get?A=x%20y&c=d'), 'q1 x y');
  assert.equal(await ask('/get?a=x&kind=small'), 'q1 x');
  assert.equal(await ask('/get?a=x&kind=big'), 'q2 x');
  assert.equal(await ask('/got?a=x'), 'q3 got');
});

test('gateway: routing: operations of SOAP APIs are told apart by their action', async (t) => {
  const soap = (action: string) => operation('POST', `/?soapAction=http://tempuri.org/${action}`);
  const gateway = await startTestGateway(t, {
    inbound: '<return-response><set-body>@(context.Operation.Id)</set-body></return-response>',
    files: {
      'apis/calc/apiInformation.json': api('calc', { type: 'soap' }),
      'apis/calc/policy.xml': policies({
        inbound: '<return-response><set-body>@(context.Operation.Id)</set-body></return-response>',
      }),
      'apis/calc/operations/add/operationInformation.json': soap('Add'),
      'apis/calc/operations/divide/operationInformation.json': soap('Divide'),
    },
  });
  const ask = async (headers: Record<string, string>, path = '/calc') =>
    (await gateway.ask(path, { method: 'POST', body: '<e/>', headers })).text();
  assert.equal(await ask({ soapaction: '"http://tempuri.org/Divide"' }), 'divide');
  assert.equal(
    await ask({ 'content-type': 'application/soap+xml; charset=utf-8; action="http://tempuri.org/Add"' }),
    'add',
  );
  assert.equal(await ask({}, '/calc?soapAction=http://tempuri.org/Add'), 'add');
});
