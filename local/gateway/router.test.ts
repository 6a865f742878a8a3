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

test('gateway: routing: operations of one path are told apart by the query that their templates demand', async (t) => {
  const info = (id: string) => `apis/demo/operations/${id}/operationInformation.json`;
  const names = (url: string) => `{ name: ${url}, in: query, required: true, schema: { type: string } }`;
  const gateway = await startTestGateway(t, {
    inbound: `<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent"><headers specified-parameter-action="ignore" unspecified-parameter-action="ignore" /></validate-parameters>
      <set-header name="x-kind"><value>@(context.Operation.Id + "-" + context.Request.MatchedParameters.GetValueOrDefault("kind", "") + context.Request.MatchedParameters.GetValueOrDefault("id", ""))</value></set-header>
      <choose><when condition='@(context.Operation.Id == "kinds")'><rewrite-uri template="/kinds" /></when></choose>`,
    files: {
      [info('kinds')]: operation('GET', '/shop/{id}?kind={kind}'),
      [info('listed')]: operation('GET', '/shop/{id}?list=true&Kind={kind}'),
      [info('plain')]: operation('GET', '/shop/{id}'),
      [info('made')]: operation('GET', '/made?a={a}'),
      // An import has moved the parameter into the template of the operation that it made of this one.
      'apis/demo/specification.yaml': `paths: { /made: { get: { operationId: Made, parameters: [${names('a')}] } } }`,
    },
  });
  const seen = async (path: string) => {
    const { url, headers } = await gateway.echo(path);
    return [headers['x-kind'], url];
  };
  assert.deepEqual(await seen('/shop/1?KIND=b'), ['kinds-b1', '/kinds']);
  assert.deepEqual(await seen('/shop/1?kind=b&list=TRUE'), ['listed-b1', '/shop/1?kind=b&list=TRUE']);
  assert.deepEqual(await seen('/shop/1'), ['plain-1', '/shop/1']);
  assert.equal((await gateway.ask('/shop/1?list=true')).status, 400);
  assert.deepEqual(await seen('/made?a=1'), ['made-', '/made?a=1']);
  assert.deepEqual(await seen('/made'), ['any-get-', '/made']);
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
