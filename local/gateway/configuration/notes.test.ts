import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operation, startTestGateway } from '../test-gateway.ts';

const api = (path: string, more: object = {}) => ({ properties: { displayName: path, path, ...more } });
const inWords = (notes: readonly string[]) => notes.map((note) => note.replace(/^.*gateway-[^/]+\//, ''));

test('gateway: load: what of a folder is not served, and what is missing, is said', async (t) => {
  const gateway = await startTestGateway(t, {
    files: {
      'apis/graph/apiInformation.json': api('graph', { type: 'graphql' }),
      'apis/soap/apiInformation.json': api('soap', { type: 'soap' }),
      'apis/soap/specification.wsdl': '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" />',
      'apis/Shop/v1/1/apiInformation.json': api('shop'),
      'apis/shop/apiInformation.json': api('shop'),
      'apis/shop/operations/list/operationInformation.json': operation('GET', '/list'),
      'apis/shop/operations/lost/policy.xml': '<policies />',
      'workspaces/team/apis/a/apiInformation.json': api('a'),
      'namedValues/1/namedValueInformation.json': { properties: { displayName: 'key', secret: true } },
      'namedValues/2/namedValueInformation.json': { properties: { displayName: 'unused', secret: true } },
      'policy.xml':
        '<policies><inbound><set-header name="x"><value>{{ key }}</value></set-header></inbound></policies>',
      'subscriptions/one/subscriptionInformation.json': { properties: { scope: '/apis' } },
    },
  });
  assert.deepEqual(inWords(gateway.notes), [
    'apis/Shop: it has no apiInformation.json and is not served',
    'apis/graph: a GraphQL API, which is not run here: its requests are answered with 404',
    'apis/shop/operations/lost: no specification describes this operation: its policy is not run',
    'apis/soap: neither a specification nor operations/ describes an operation: its requests are answered with 404',
    'workspaces/team: a workspace runs in a gateway of its own: give its folder as --apim',
    'no value is known of the named values key: --overrides may give them',
    'APIs ask for a key, and no subscription has one: --overrides may give one',
  ]);
  assert.deepEqual((await startTestGateway(t)).notes, []);
});

test('gateway: load: operations that no request reaches are named', async (t) => {
  const paths = ['/a/{id}', '/A/{name}', '/a/{*rest}', '/b#c', '/q?x={x}', '/q'];
  const gateway = await startTestGateway(t, {
    files: {
      'apis/shop/apiInformation.json': api('shop'),
      'apis/shop/specification.json': {
        openapi: '3.0.0',
        paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: {} } }])),
      },
    },
  });
  assert.deepEqual(inWords(gateway.notes).slice(0, 2), [
    'apis/shop: GET /A/{name}: GET /a/{id} fits the same requests and takes them',
    'apis/shop: GET /b#c: no path of a request has a #: it is never called',
  ]);
  assert.equal(gateway.notes.length, 3);
});
