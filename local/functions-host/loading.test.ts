import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { build } from 'esbuild';
import { refusedApp, startApp, writeApp } from './fixtures/app-process.ts';

const cjs = `const { app } = require('@azure/functions'); app.get('hello', () => ({ body: 'hello' }));`;
const esm = `import { app } from '@azure/functions'; app.get('hello', () => ({ body: 'hello' }));`;
const requireBanner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

async function says(t: TestContext, folder: string): Promise<string> {
  const host = await startApp(t, folder);
  return (await fetch(`${host.url}/api/hello`)).text();
}

/** Bundles the app as people do; returns the bundle's folder, which has no modules beside it. */
async function bundle(t: TestContext, format: 'cjs' | 'esm', banner?: string): Promise<string> {
  const source = await writeApp(t, { 'index.mjs': esm });
  const file = format === 'cjs' ? 'index.cjs' : 'index.mjs';
  const folder = await writeApp(t, { 'package.json': { main: file } });
  await build({
    entryPoints: [path.join(source, 'index.mjs')],
    outfile: path.join(folder, file),
    bundle: true,
    platform: 'node',
    format,
    external: ['@azure/functions-core'],
    ...(banner && { banner: { js: banner } }),
  });
  return folder;
}

test('functions-host: loading: a CommonJS app, a module app and a bundle of either kind', async (t) => {
  assert.equal(await says(t, await writeApp(t, { 'index.js': cjs })), 'hello');
  assert.equal(
    await says(t, await writeApp(t, { 'package.json': { type: 'module', main: './index.js' }, 'index.js': esm })),
    'hello',
  );
  assert.equal(await says(t, await bundle(t, 'cjs')), 'hello');
  assert.equal(await says(t, await bundle(t, 'esm', requireBanner)), 'hello');
});

test('functions-host: loading: main may be a glob', async (t) => {
  const folder = await writeApp(t, {
    'package.json': { main: 'dist/{index.js,functions/**/*.js}' },
    'dist/index.js': `require('@azure/functions').app.setup({ enableHttpStream: false });`,
    'dist/functions/hello.js': cjs,
    'dist/functions/deep/other.js': cjs.replaceAll('hello', 'other'),
  });
  const host = await startApp(t, folder);
  assert.equal(await (await fetch(`${host.url}/api/other`)).text(), 'other');
  assert.match(host.output(), /hello: \[GET\][^]*other: \[GET\]/);
});

test('functions-host: loading: an app runs in its own folder', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `const { app } = require('@azure/functions'); const text = require('node:fs').readFileSync('note.txt', 'utf8');
      app.get('hello', () => ({ body: text }));`,
    'note.txt': 'a note',
  });
  assert.equal(await says(t, folder), 'a note');
});

test('functions-host: loading: hooks run in the order of the real worker, and can change inputs and results', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      const order = [];
      app.hook.appStart(() => order.push('appStart'));
      app.hook.appTerminate(() => console.log('appTerminate ran'));
      app.hook.preInvocation((context) => { order.push('pre'); context.inputs = [...context.inputs]; context.hookData.a = 1; });
      app.hook.postInvocation((context) => { order.push('post' + context.hookData.a); context.result = { body: order.join() }; });
      app.get('hello', () => { order.push('handler'); return {}; });`,
  });
  const host = await startApp(t, folder);
  assert.equal(await (await fetch(`${host.url}/api/hello`)).text(), 'appStart,pre,handler,post1');
  host.child.kill('SIGTERM');
  assert.equal(await host.exited, 0);
  assert.match(host.output(), /appTerminate ran/);
});

test('functions-host: loading: log hooks see every entry and can change those of the app', async (t) => {
  const folder = await writeApp(t, {
    'index.js': `
      const { app } = require('@azure/functions');
      app.hook.log((context) => {
        if (context.category === 'user') context.message = context.invocationContext.functionName + ' hooked ' + context.message;
      });
      app.get('hello', (request, context) => { context.log('a secret'.replace('secret', 'text')); return {}; });`,
  });
  const host = await startApp(t, folder);
  await fetch(`${host.url}/api/hello`);
  await host.printed('hello hooked a text');
});

test('functions-host: loading: an entry file that throws is reported with its stack', async (t) => {
  const output = await refusedApp(t, await writeApp(t, { 'index.js': `throw new Error('no DATABASE_URL');` }));
  assert.match(output, /the entry file .*index\.js failed while loading: Error: no DATABASE_URL\n\s+at /);
});

test('functions-host: loading: a main that matches nothing, or is missing, is reported', async (t) => {
  assert.match(await refusedApp(t, await writeApp(t, {})), /"main": "index.js" in .* matches no file/);
  assert.match(await refusedApp(t, await writeApp(t, { 'package.json': {} })), /names no "main"/);
  assert.match(await refusedApp(t, await writeApp(t, { 'package.json': null })), /is no function app/);
});

test('functions-host: loading: a registration after an await is reported by name', async (t) => {
  const late = `(async () => { await new Promise((resolve) => setTimeout(resolve, 50)); ${cjs} })();`;
  assert.match(
    await refusedApp(t, await writeApp(t, { 'index.js': late })),
    /registered "hello" only after an await, when the worker no longer listens/,
  );
  const host = await startApp(
    t,
    await writeApp(t, { 'index.js': `${cjs.replaceAll('hello', 'early')} ${late.replace('const', 'var')}` }),
  );
  await host.printed('function "hello" was registered after the app had started');
});

test('functions-host: loading: an app that registers nothing is reported', async (t) => {
  const folder = await writeApp(t, { 'index.js': '' });
  assert.match(await refusedApp(t, folder), /registered no function/);
  const old = await writeApp(t, { 'index.js': '', 'hello/function.json': { bindings: [] } });
  assert.match(await refusedApp(t, old), /version 3 programming model, which is not supported/);
});

test('functions-host: loading: a module bundle without a require banner is reported with the banner', async (t) => {
  assert.match(await refusedApp(t, await bundle(t, 'esm')), /an ES module bundle needs a `require`/);
});

test('functions-host: loading: a trigger, binding or option that is not supported is refused by name', async (t) => {
  const refused = async (code: string) =>
    refusedApp(
      t,
      await writeApp(t, { 'index.js': `const { app, input, output, trigger } = require('@azure/functions'); ${code}` }),
    );
  assert.match(
    await refused(`app.storageQueue('q', { queueName: 'a', connection: 'b', handler() {} });`),
    /function "q": the binding type "queueTrigger" is not supported/,
  );
  assert.match(
    await refused(
      `app.serviceBusTopic('t', { topicName: 'a', subscriptionName: 'b', connection: 'c', handler() {} });`,
    ),
    /function "t": "topicName" on "serviceBusTrigger" \(topics\) is not supported/,
  );
  assert.match(
    await refused(`app.get('h', { extraInputs: [input.storageBlob({ path: 'a', connection: 'b' })], handler() {} });`),
    /function "h": the binding type "blob" is not supported/,
  );
  assert.match(
    await refused(`app.get('h', { extraOutputs: [output.table({ tableName: 'a', connection: 'b' })], handler() {} });`),
    /function "h": the output type "table" is not supported/,
  );
  assert.match(await refused(`app.get('no spaces', { handler() {} });`), /"no spaces" is not a valid function name/);
  const both = await writeApp(t, {
    'index.js': `${cjs} app.storageQueue('q', { queueName: 'a', connection: 'b', handler() {} });`,
  });
  const host = await startApp(t, both, { env: { 'AzureWebJobs.q.Disabled': '1' } });
  assert.equal(await (await fetch(`${host.url}/api/hello`)).text(), 'hello');
});

test('functions-host: HTTP route: a malformed or conflicting template is refused by function name', async (t) => {
  const refused = async (...routes: string[]) => {
    const calls = routes.map((route, index) => `app.get('f${index}', { route: '${route}', handler() {} });`);
    return refusedApp(
      t,
      await writeApp(t, { 'index.js': `const { app } = require('@azure/functions'); ${calls.join(' ')}` }),
    );
  };
  assert.match(await refused('/x'), /function "f0": the route "api\/\/x" is invalid: .*cannot appear consecutively/);
  assert.match(await refused('x/{a:nothing}'), /constraint reference 'nothing' could not be resolved/);
  assert.match(await refused('admin/x'), /conflicts with one or more built in routes/);
  assert.match(await refused('a/{b}', 'A/{B}'), /function "f1": the route specified conflicts with .* "f0"/);
});
