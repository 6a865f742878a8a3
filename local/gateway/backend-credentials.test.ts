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

test('gateway: load errors: a named value that a backend wants and nobody has', (t) => {
  const folder = writeArtefacts(t, { 'backends/func/backendInformation.json': keyed('func-key') });
  assert.throws(() => new Program(loadFolder(folder)), {
    message: 'backends/func/backendInformation.json:1:1: there is no named value "func-key"',
  });
});
