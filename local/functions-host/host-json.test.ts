import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartError } from '../program.ts';
import { writeApp } from './fixtures/app-process.ts';
import { loadHostJson } from './host-json.ts';

test('functions-host: host.json: defaults are those of the real host', async (t) => {
  const hostJson = await loadHostJson(await writeApp(t, {}), {});
  assert.equal(hostJson.functionTimeoutMs, undefined);
  assert.equal(hostJson.http.routePrefix, 'api');
  assert.deepEqual(hostJson.serviceBus, {
    autoCompleteMessages: true,
    maxAutoLockRenewalMs: 300_000,
    maxConcurrentCalls: 16,
    maxConcurrentSessions: 8,
    maxConcurrentCallsPerSession: 1,
    sessionIdleTimeoutMs: undefined,
    tryTimeoutMs: 60_000,
    maxMessageBatchSize: 1000,
  });
});

test('functions-host: host.json: keys ignore case, and AzureFunctionsJobHost variables win', async (t) => {
  const folder = await writeApp(t, {
    'host.json': {
      Version: '2.0',
      functionTimeout: '00:10:00',
      Extensions: {
        Http: { RoutePrefix: '' },
        serviceBus: { maxConcurrentSessions: 3, sessionIdleTimeout: '00:00:02.5' },
      },
    },
  });
  const hostJson = await loadHostJson(folder, {
    AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentSessions: '5',
  });
  assert.equal(hostJson.functionTimeoutMs, 600_000);
  assert.equal(hostJson.http.routePrefix, '');
  assert.equal(hostJson.serviceBus.maxConcurrentSessions, 5);
  assert.equal(hostJson.serviceBus.sessionIdleTimeoutMs, 2500);
});

test('functions-host: host.json: what is unknown, malformed or not supported is refused by name', async (t) => {
  const refused = async (content: unknown, message: RegExp) =>
    assert.rejects(loadHostJson(await writeApp(t, { 'host.json': content }), {}), (error: unknown) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, message);
      return true;
    });
  await refused(null, /it has no host.json/);
  await refused('{', /not valid JSON/);
  await refused({}, /"version" must be "2.0"/);
  await refused({ version: '2.0', functionTimout: '00:01:00' }, /the setting "functionTimout" is not supported/);
  await refused({ version: '2.0', functionTimeout: 'soon' }, /"functionTimeout" must be a duration/);
  await refused(
    { version: '2.0', customHandler: { description: {}, enableForwardingHttpRequest: true } },
    /"customHandler\.enableForwardingHttpRequest" is not supported/,
  );
  await refused(
    { version: '2.0', extensions: { serviceBus: { sessionHandlerOptions: { maxConcurrentSessions: 1 } } } },
    /"extensions.serviceBus.sessionHandlerOptions.maxConcurrentSessions" is not supported/,
  );
  await refused(
    { version: '2.0', extensions: { serviceBus: { maxConcurrentCalls: 0 } } },
    /must be a whole number of at least 1/,
  );
});
