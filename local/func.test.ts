import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';

const program = path.join(import.meta.dirname, 'func.ts');

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'func-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

function run(args: string[], search = process.env['PATH']) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env: { PATH: search },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('func: without a running stack it says how to start one', async (t) => {
  const { status, stderr } = run(['--data', await folder(t)]);
  assert.equal(status, 1);
  assert.match(stderr, /^func: no stack is running .*stack\.json.*\n.*npm start/);
});

test('func: without Core Tools it says how to install them', async (t) => {
  const data = await folder(t);
  await writeFile(path.join(data, 'stack.json'), JSON.stringify({ pid: process.pid }));
  const { status, stderr } = run(['--data', data], data);
  assert.equal(status, 1);
  assert.match(stderr, /^func: the program "func" is not on the PATH[^]*azure-functions-core-tools@4/);
});

test('func: --help explains itself', () => {
  assert.match(run(['--help']).stdout, /^usage: npm run func/);
});
