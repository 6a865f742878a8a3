import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateBody } from './validation.ts';
import { endpointChange, endpointRequest } from './webhook.ts';
import { webhooksRecover } from './webhooks.ts';

test('an address that can be no endpoint is listed with whatever else is wrong', () => {
  const urls = [
    '',
    '//x',
    'ftp://x.example',
    'javascript:1',
    'https://u:p@x.example',
    'https://x.example/#a',
    'http://',
    'https:x.example',
    'https:///x.example',
    'https://x.example\\@y.example/',
    'https://x.example/a b',
    'https://x.example\t/',
    ' https://x.example/',
    'https://x.example/\n',
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

test('a time range must run forwards, within the years that have four digits', () => {
  const { schema } = webhooksRecover.body;
  const faultsOf = (body: unknown) => {
    const result = validateBody(schema, body);
    return result.valid ? [] : result.errors;
  };
  const since = '2026-01-05T12:00:00+02:00';
  assert.deepEqual(faultsOf({ since, until: '2026-01-05T10:00:00Z' }), []);
  assert.deepEqual(faultsOf({ since, until: '2026-01-05T09:59:59Z' }), [
    { pointer: '/until', detail: 'must not be before since' },
  ]);
  for (const at of [
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2026-02-30T00:00:00Z',
    'x',
    '5',
    5,
  ]) {
    assert.deepEqual(faultsOf({ since: at, colour: 'red' }), [
      { pointer: '/since', detail: 'must be an RFC 3339 timestamp' },
      { pointer: '/colour', detail: 'is not known' },
    ]);
  }
  assert.deepEqual(faultsOf({ since: '0001-01-01T00:00:00Z', until: '9999-12-31T23:59:59.999Z' }), []);
});
