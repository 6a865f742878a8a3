import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { StackFile } from '../../ops/stack.ts';
import { call } from '../fixtures/api.ts';

const root = path.join(import.meta.dirname, '..', '..');
const dir = mkdtempSync(path.join(os.tmpdir(), 'start-'));
after(() => rmSync(dir, { recursive: true, force: true }));

interface Run {
  out: () => string;
  ready: Promise<void>;
  ended: Promise<number | null>;
  stop(): void;
  kill(): void;
}

function npmStart(...args: string[]): Run {
  const child = spawn(process.execPath, [path.join(root, 'local', 'start.ts'), '--data', dir, ...args], { cwd: root });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<void>((resolve, reject) => {
    const keep = (chunk: Buffer) => {
      text += chunk.toString();
      if (/^ready/m.test(text)) resolve();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('exit', () => reject(new Error(text)));
  });
  ready.catch(() => {});
  return { out: () => text, ready, ended, stop: () => child.kill('SIGINT'), kill: () => child.kill('SIGKILL') };
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The status of an answer over TLS, to whoever trusts the authority of a PEM file. */
function statusOverTls(url: string, authorityFile: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca: readFileSync(authorityFile), agent: false }, (answer) => resolve(answer.resume().statusCode)).on(
      'error',
      reject,
    );
  });
}

test('starts, keeps its data over a restart, and leaves nothing running', async () => {
  const file = path.join(dir, 'stack.json');
  const first = npmStart('--random-ports', '--no-provider');
  await first.ready;
  const stack = JSON.parse(readFileSync(file, 'utf8')) as StackFile;
  assert.equal(stack.provider, undefined);
  assert.match(first.out(), new RegExp(stack.gateway));
  const key = stack.keys.pro;
  const quote = await call(stack.gateway, 'POST', '/v1/quotes', {
    key,
    body: { from: 'BTC', to: 'EUR', fromAmount: '1' },
  });
  assert.equal(quote.status, 201);
  const second = npmStart('--random-ports');
  assert.equal(await second.ended, 1);
  assert.match(second.out(), /runs here already/);
  first.stop();
  assert.equal(await first.ended, 0);
  assert.ok(!existsSync(file));
  for (const [name, pid] of Object.entries(stack.processes)) assert.ok(!alive(pid), `${name} has ended`);

  const third = npmStart('--random-ports', '--no-provider');
  await third.ready;
  const next = JSON.parse(readFileSync(file, 'utf8')) as StackFile;
  assert.equal(next.keys.pro, key);
  const { id } = quote.body as { id: string };
  assert.equal((await call(next.gateway, 'GET', `/v1/quotes/${id}`, { key })).status, 200);
  assert.equal(
    await statusOverTls(`${next.management.replace('http:', 'https:')}/keys`, next.managementAuthority),
    200,
  );
  third.stop();
  assert.equal(await third.ended, 0);
});

test('a start that is killed takes its parts with it, and the next one in the folder works', async () => {
  const file = path.join(dir, 'stack.json');
  const killed = npmStart('--random-ports', '--no-provider');
  await killed.ready;
  const { processes } = JSON.parse(readFileSync(file, 'utf8')) as StackFile;
  killed.kill();
  await killed.ended;
  const next = npmStart('--random-ports', '--no-provider');
  const twin = npmStart('--random-ports', '--no-provider');
  const outcomes = await Promise.allSettled([next.ready, twin.ready]);
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const [winner, loser] = outcomes[0].status === 'fulfilled' ? [next, twin] : [twin, next];
  assert.equal(await loser.ended, 1);
  assert.match(loser.out(), /runs here already/);
  winner.stop();
  assert.equal(await winner.ended, 0);
  // Nobody tells of their end: they were that start's children. The Functions host may drain for ten seconds.
  const deadline = Date.now() + 30_000;
  while (Object.values(processes).some(alive) && Date.now() < deadline) await delay(50);
  assert.deepEqual(
    Object.entries(processes).filter(([, pid]) => alive(pid)),
    [],
  );
});

test('a busy port is one clear message and exit code 1', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  const run = npmStart('--random-ports', '--port', String(port));
  assert.equal(await run.ended, 1);
  assert.match(run.out(), new RegExp(`^npm start: port ${port} \\(gateway\\) is in use: .*\n$`));
  holder.close();
});

test('a wrong option is exit code 2 with the usage', async () => {
  const run = npmStart('--colour');
  assert.equal(await run.ended, 2);
  assert.match(run.out(), /usage: npm start/);
});

test('a bad manifest names each mistake with its line, and leaves nothing running', async () => {
  const routes = path.join(dir, 'bad-routes.yaml');
  writeFileSync(
    routes,
    'defaults: { mode: legacy }\nroutes:\n  quotes.creat: { mode: split }\n  health: { mode: sideways }\n',
  );
  const run = npmStart('--random-ports', '--routes', routes);
  assert.equal(await run.ended, 1);
  assert.match(run.out(), /quotes\.creat/);
  assert.match(run.out(), /routes\.health\.mode/);
  assert.doesNotMatch(run.out(), /^ +at /m);
  assert.ok(!existsSync(path.join(dir, 'stack.json')));
});
