import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFolder } from './configuration/load-folder.ts';
import { Program } from './program.ts';
import { startTestGateway, writeArtefacts } from './test-gateway.ts';

const keyed = (name: string) => ({
  properties: {
    url: 'http://127.0.0.1:1',
    protocol: 'http',
    credentials: {
      header: { 'x-functions-key': [`{{${name}}}`] },
      query: { code: [`a-{{${name}}}`] },
      authorization: { scheme: 'Bearer', parameter: `{{${name}}}` },
    },
  },
});
const key = (value: string) => ({ properties: { displayName: 'func-key', value, secret: true } });

test('gateway: backends: credentials hold named values, and stand in for what the client sends', async (t) => {
  const echo = await startTestGateway(t);
  const gateway = await startTestGateway(t, {
    inbound: '<set-backend-service backend-id="func" />',
    files: {
      'backends/func/backendInformation.json': keyed('func-key'),
      'namedValues/func-key/namedValueInformation.json': key('s3cret'),
    },
    overrides: { backends: { func: echo.backendUrl } },
  });
  const { url, headers } = await gateway.echo('/x', {
    headers: { 'X-Functions-Key': 'mine', authorization: 'Bearer mine' },
  });
  assert.deepEqual(
    [url, headers['x-functions-key'], headers['authorization']],
    ['/x?code=a-s3cret', 's3cret', 'Bearer s3cret'],
  );
});

test('gateway: load errors: each named value that a backend or a policy wants and nobody has', (t) => {
  const folder = writeArtefacts(t, { 'backends/func/backendInformation.json': keyed('func-key') });
  const problem = (name: string) => `there is no named value "${name}"`;
  assert.throws(() => new Program(loadFolder(folder)), {
    message: `backends/func/backendInformation.json:1:1: ${problem('func-key')}`,
  });
  const two = writeArtefacts(t, {
    'policy.xml':
      '<policies><inbound>\n<set-header name="{{a}}"><value>{{b}}</value></set-header></inbound></policies>',
  });
  assert.throws(
    () => new Program(loadFolder(two)),
    ({ message }: Error) => {
      const lines = message.replaceAll(/^.*policy\.xml:/gm, '').split('\n');
      assert.deepEqual(lines, [`2:19: ${problem('a')}`, `2:33: ${problem('b')}`]);
      return true;
    },
  );
});
