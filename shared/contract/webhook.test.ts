import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateBody } from './validation.ts';
import { endpointChange, endpointRequest } from './webhook.ts';

test('an address that can be no endpoint is listed with whatever else is wrong', () => {
  const urls = [
    '',
    '//x',
    'ftp://x.example',
    'javascript:1',
    'https://u:p@x.example',
    'https://x.example/#a',
    'http://',
  ];
  for (const url of urls) {
    for (const schema of [endpointRequest, endpointChange]) {
      const result = validateBody(schema, { url, enabled: 'yes', colour: 'red' });
      const pointers = new Set(result.valid ? [] : result.errors.map(({ pointer }) => pointer));
      assert.deepEqual(pointers, new Set(['/colour', '/enabled', '/url']), url);
    }
  }
  assert.equal(validateBody(endpointRequest, { url: 'https://x.example/a?b=c' }).valid, true);
});
