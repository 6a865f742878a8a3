import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { refusedApp, startApp, writeApp } from './fixtures/app-process.ts';

const slow = `
  const { app } = require('@azure/functions');
  app.get('slow', async (request, context) => {
    context.log('begun');
    await new Promise((resolve) => setTimeout(resolve, Number(request.query.get('ms'))));
    return { body: 'done' };
  });
  app.get('quick', () => ({ body: 'quick' }));`;

test('functions-host: stop: SIGTERM lets running requests end and takes no more', async (t) => {
  const host = await startApp(t, await writeApp(t, { 'index.js': slow }));
  const running = fetch(`${host.url}/api/slow?ms=400`);
  await host.printed('begun');
  host.child.kill('SIGTERM');
  assert.equal(await (await running).text(), 'done');
  assert.equal(await host.exited, 0);
});

test('functions-host: stop: a handler that does not end is cut off after the limit', async (t) => {
  const host = await startApp(t, await writeApp(t, { 'index.js': slow }), { args: ['--drain', '100'] });
  const running = fetch(`${host.url}/api/slow?ms=60000`).then(
    () => 'answered',
    () => 'cut off',
  );
  await host.printed('begun');
  host.child.kill('SIGTERM');
  assert.equal(await host.exited, 0);
  assert.equal(await running, 'cut off');
  assert.match(host.output(), /1 invocation\(s\) did not end within 100 ms/);
});

test('functions-host: functionTimeout: an invocation that takes longer fails', async (t) => {
  const folder = await writeApp(t, {
    'index.js': slow,
    'host.json': { version: '2.0', functionTimeout: '00:00:00.2' },
  });
  const host = await startApp(t, folder);
  assert.equal((await fetch(`${host.url}/api/slow?ms=60000`)).status, 500);
  await host.printed(`Timeout value of 200 ms exceeded by function: 'Functions.slow'`);
});

test('functions-host: HTTP throttles: requests beyond maxConcurrentRequests wait, beyond maxOutstandingRequests are 429', async (t) => {
  const http = { maxConcurrentRequests: 1, maxOutstandingRequests: 2 };
  const folder = await writeApp(t, { 'index.js': slow, 'host.json': { version: '2.0', extensions: { http } } });
  const host = await startApp(t, folder);
  const first = fetch(`${host.url}/api/slow?ms=300`);
  await host.printed('begun');
  // Of two more, one waits and one is too many; which, the network decides.
  const more = await Promise.all([fetch(`${host.url}/api/quick`), fetch(`${host.url}/api/quick`)]);
  assert.deepEqual(
    more.map(({ status }) => status).toSorted((one, other) => one - other),
    [200, 429],
  );
  assert.equal((await first).status, 200);
});

test('functions-host: admin: status, ping, functions, and running one by hand', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `${slow} app.timer('nightly', { schedule: '0 0 3 * * *', handler: (timer, context) => context.log('by hand') });`,
  });
  const host = await startApp(t, folder);
  const status = (await (await fetch(`${host.url}/admin/host/status`)).json()) as { state: string };
  assert.equal(status.state, 'Running');
  assert.equal((await fetch(`${host.url}/admin/host/ping`, { method: 'POST' })).status, 200);
  const functions = (await (await fetch(`${host.url}/admin/functions`)).json()) as { name: string }[];
  assert.deepEqual(
    functions.map(({ name }) => name),
    ['slow', 'quick', 'nightly'],
  );
  const run = (name: string) => fetch(`${host.url}/admin/functions/${name}`, { method: 'POST', body: '{"input":""}' });
  assert.equal((await run('nightly')).status, 202);
  await host.printed('nightly: by hand');
  assert.equal((await run('absent')).status, 404);
});

test('functions-host: admin: drain stops the triggers, and its status says when all has ended', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `${slow} app.timer('often', { schedule: '* * * * * *', handler: (timer, context) => context.log('tick') });`,
  });
  const host = await startApp(t, folder);
  const status = async () => (await fetch(`${host.url}/admin/host/drain/status`)).json();
  assert.deepEqual(await status(), { state: 'Disabled', outstandingInvocations: 0, outstandingRetries: 0 });
  const running = fetch(`${host.url}/api/slow?ms=300`);
  await host.printed('begun');
  assert.equal((await fetch(`${host.url}/admin/host/drain`, { method: 'POST' })).status, 202);
  assert.deepEqual(await status(), { state: 'InProgress', outstandingInvocations: 1, outstandingRetries: 0 });
  await (await running).text();
  assert.deepEqual(await status(), { state: 'Completed', outstandingInvocations: 0, outstandingRetries: 0 });
});

test('functions-host: disabled functions: are listed, and answer 404', async (t) => {
  const folder = await writeApp(t, {
    'index.js': slow,
    'local.settings.json': { Values: { 'AzureWebJobs.quick.Disabled': 'true' } },
  });
  const host = await startApp(t, folder);
  assert.match(host.output(), /quick: httpTrigger \(disabled\)/);
  assert.equal((await fetch(`${host.url}/api/quick`)).status, 404);
  const enabled = await startApp(t, folder, { env: { 'AzureWebJobs.quick.Disabled': 'false' } });
  assert.equal((await fetch(`${enabled.url}/api/quick`)).status, 200);
});

test('functions-host: local.settings.json: values reach the app, the environment wins, comments are fine', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `require('@azure/functions').app.get('env', () => ({ jsonBody: [process.env.A, process.env.B, process.env.AZURE_FUNCTIONS_ENVIRONMENT] }));`,
    'local.settings.json': `\uFEFF{ "IsEncrypted": false, /* two */ "Values": { "A": "file", "B": "http://x//y", }, // and a comma
      "Host": { "CORS": "https://a.example", "CORSCredentials": true } }`,
  });
  const host = await startApp(t, folder, { env: { A: 'environment' } });
  const response = await fetch(`${host.url}/api/env`, { headers: { origin: 'https://a.example' } });
  assert.deepEqual(await response.json(), ['environment', 'http://x//y', 'Development']);
  assert.equal(response.headers.get('access-control-allow-origin'), 'https://a.example');
  const preflight = await fetch(`${host.url}/api/env`, {
    method: 'OPTIONS',
    headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' },
  });
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-methods')], [204, 'GET']);
});

test('functions-host: local.settings.json: a file that is encrypted, broken or for another language is refused', async (t) => {
  const refused = async (settings: unknown) =>
    refusedApp(t, await writeApp(t, { 'index.js': slow, 'local.settings.json': settings }));
  assert.match(await refused({ IsEncrypted: true, Values: {} }), /is encrypted: run "func settings decrypt" first/);
  assert.match(await refused('{ "Values": '), /local\.settings\.json is not valid JSON/);
  assert.match(
    await refused({ Values: { FUNCTIONS_WORKER_RUNTIME: 'python' } }),
    /FUNCTIONS_WORKER_RUNTIME is "python"/,
  );
});

test('functions-host: logging: the levels of host.json hold, by the longest category', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      const say = (request, context) => { context.debug('at debug'); context.log('at information'); context.warn('at warning'); return {}; };
      app.get('loud', say);
      app.get('quiet', say);`,
    'host.json': {
      version: '2.0',
      logging: { logLevel: { default: 'Information', 'Function.loud': 'Debug', 'Function.quiet.User': 'Warning' } },
    },
  });
  const host = await startApp(t, folder);
  await fetch(`${host.url}/api/loud`);
  await fetch(`${host.url}/api/quiet`);
  await host.printed('quiet: warning: at warning');
  assert.match(host.output(), /loud: debug: at debug\n.*loud: at information\n.*loud: warning: at warning/);
  assert.doesNotMatch(host.output(), /quiet: .*at (?:debug|information)/);
});

test('functions-host: timers: run on start, on schedule, and after a missed run as past due', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      const report = (timer, context) => context.log(JSON.stringify([timer.isPastDue, timer.scheduleStatus !== null, timer.schedule]));
      app.timer('start', { schedule: '%WHEN%', runOnStartup: true, handler: report });
      app.timer('often', { schedule: '* * * * * *', handler: report });
      app.timer('span', { schedule: '00:00:01', handler: report });`,
    'local.settings.json': { Values: { WHEN: '0 */5 * * * *' } },
  });
  const data = await writeApp(t, {});
  const host = await startApp(t, folder, { args: ['--data', data] });
  await host.printed('start: [false,true,{"adjustForDST":true}]');
  await host.printed('often: [false,false,{"adjustForDST":true}]');
  await host.printed('span: [false,false,{"adjustForDST":true}]');
  host.child.kill('SIGTERM');
  await host.exited;
  assert.deepEqual(await readdir(path.join(data, 'timers')), ['start.json']);
  const missed = await writeApp(t, {
    'timers/start.json': {
      last: '2020-01-01T00:00:00Z',
      next: '2020-01-01T00:05:00Z',
      lastUpdated: '2020-01-01T00:00:00Z',
    },
  });
  const again = await startApp(t, folder, { args: ['--data', missed] });
  await again.printed('start: [true,true,{"adjustForDST":true}]');
});

test('functions-host: timers: a failed run is tried again as its retry options say', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      app.timer('shaky', { schedule: '0 0 3 * * *', runOnStartup: true,
        retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: 0 },
        handler: (timer, context) => {
          context.log('attempt', context.retryContext?.retryCount ?? 0);
          if ((context.retryContext?.retryCount ?? 0) < 2) throw new Error('not yet');
        } });`,
  });
  const host = await startApp(t, folder);
  await host.printed('shaky: attempt 2');
});

test('functions-host: timers: a schedule that is none is refused', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `require('@azure/functions').app.timer('bad', { schedule: 'every day', handler() {} });`,
  });
  assert.match(await refusedApp(t, folder), /function "bad": the schedule expression "every day" was not recognized/);
});

test('functions-host: HTTP streaming: both bodies flow as they come', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      app.setup({ enableHttpStream: true });
      app.post('upper', { route: 'upper/{who}', handler: (request) => ({
        headers: { 'x-who': request.params.who, 'x-q': request.query.getAll('q').join('+'), 'x-test': request.headers.get('x-test') },
        cookies: [{ name: 'a', value: 'b' }],
        body: (async function* () { for await (const chunk of request.body) yield Buffer.from(chunk).toString().toUpperCase(); })(),
      }) });
      app.get('nothing', () => undefined);
      app.get('throws', () => { throw new Error('x'); });`,
  });
  const host = await startApp(t, folder);
  let send!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (send = controller) });
  const asked = fetch(`${host.url}/api/upper/me?q=1&q=2`, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'x-test': 'yes' },
  });
  send.enqueue(new TextEncoder().encode('one '));
  const response = await asked;
  const pieces = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await pieces.read()).value, 'ONE ');
  send.enqueue(new TextEncoder().encode('two'));
  assert.equal((await pieces.read()).value, 'TWO');
  send.close();
  assert.equal((await pieces.read()).done, true);
  assert.deepEqual(
    [
      response.headers.get('x-who'),
      response.headers.get('x-q'),
      response.headers.get('x-test'),
      response.headers.getSetCookie(),
    ],
    ['me', '1+2', 'yes', ['a=b']],
  );
  assert.equal((await fetch(`${host.url}/api/nothing`)).status, 204);
  assert.equal((await fetch(`${host.url}/api/throws`)).status, 500);
});

test('functions-host: HTTP streaming: a body that the function leaves unread keeps no later request waiting', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      app.setup({ enableHttpStream: true });
      app.post('refuse', async (request) => {
        for await (const chunk of request.body) return { status: 413 };
      });
      app.get('fine', () => ({ body: 'fine' }));`,
  });
  const host = await startApp(t, folder);
  for (const chunked of [false, true, true]) {
    const bytes = Buffer.alloc(1_000_000);
    const body = chunked ? new Blob([bytes]).stream() : bytes;
    const refused = await fetch(`${host.url}/api/refuse`, { method: 'POST', body, duplex: 'half' });
    assert.equal(refused.status, 413);
    assert.equal((await fetch(`${host.url}/api/fine`)).status, 200);
  }
});

test('functions-host: faults: a plan delays, fails or ends the n-th invocation', async (t) => {
  const folder = await writeApp(t, {
    'index.js': slow,
    'faults.json': {
      seed: 7,
      rules: [
        { function: 'quick', nth: 2, do: 'fail' },
        { function: 'quick', nth: 4, do: 'crash', when: 'after' },
      ],
    },
  });
  const host = await startApp(t, folder, { args: ['--faults', path.join(folder, 'faults.json')] });
  const status = () =>
    fetch(`${host.url}/api/quick`).then(
      (response) => response.status,
      () => 'no answer',
    );
  assert.deepEqual([await status(), await status(), await status(), await status()], [200, 500, 200, 'no answer']);
  await host.exited;
  assert.equal(host.child.signalCode, 'SIGKILL');
});
