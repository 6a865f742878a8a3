import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { runCommand } from '../run-command.ts';
import { promoteCommand } from './promote-command.ts';
import { waitForDigest } from './running-digest.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string, string];

interface Running {
  staging?: { output: string; health: string };
  release: string;
}

/** A repository with two stacks, and a `pulumi` on the PATH that knows staging's outputs. */
async function repository(t: TestContext, { staging, release }: Running) {
  const root = await mkdtemp(path.join(tmpdir(), 'promote-'));
  t.after(() => rm(root, { recursive: true }));
  const url = staging === undefined ? 'http://127.0.0.1:1' : await api(t, staging.health);
  const outputs = staging === undefined ? {} : { packageDigest: staging.output, apiUrl: url };
  await mkdir(path.join(root, 'pulumi'));
  const production = path.join(root, 'pulumi', 'Pulumi.production.yaml');
  await writeFile(
    production,
    `# Safe.\nconfig:\n  exchange-api:location: uksouth # why here\n  exchange-api:release:\n${release}    registry: { account: packages }\n`,
  );
  await mkdir(path.join(root, 'bin'));
  await writeFile(
    path.join(root, 'bin', 'pulumi'),
    `#!/bin/sh\n[ "$*" = "stack output --json --stack staging" ] || exit 1\necho '${JSON.stringify(outputs)}'\n`,
    { mode: 0o755 },
  );
  const before = process.env['PATH'];
  process.env['PATH'] = `${path.join(root, 'bin')}:${before}`;
  t.after(() => (process.env['PATH'] = before));
  return {
    read: () => readFile(production, 'utf8'),
    run: async (...args: string[]) => {
      const lines: string[] = [];
      const write = (line: string) => lines.push(line);
      const code = await runCommand('promote', promoteCommand(root), args, { out: write, err: write });
      return { code, lines };
    },
  };
}

async function api(t: TestContext, digest: string): Promise<string> {
  const server = createServer((_request, response) => response.end(JSON.stringify({ status: 'ok', package: digest })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('production gets exactly the digest that staging runs, and remembers its own', async (t) => {
  const { run, read } = await repository(t, { staging: { output: b, health: b }, release: `    digest: ${a}\n` });
  assert.deepEqual(await run('staging', 'production'), {
    code: 0,
    lines: [`production: ${a} -> ${b}`, 'next: cd pulumi && pulumi up --stack production'],
  });
  const text = await read();
  assert.match(text, /# Safe\.\n/);
  assert.match(text, /location: uksouth # why here/);
  assert.match(text, new RegExp(`digest: ${b}`));
  assert.match(text, new RegExp(`previous: ${a}`));
  assert.match(text, /registry: \{ account: packages \}/);
});

test('a rollback returns to the previous digest, and can itself be undone', async (t) => {
  const { run, read } = await repository(t, { release: `    digest: ${b}\n    previous: ${a}\n` });
  assert.equal((await run('rollback', 'production')).code, 0);
  assert.match(await read(), new RegExp(`digest: ${a}\\n    previous: ${b}|previous: ${b}[^]*digest: ${a}`));
  assert.equal((await run('rollback', 'production')).code, 0);
  assert.match(await read(), new RegExp(`digest: ${b}`));
});

test('a stack that runs something else than it was given is not promoted', async (t) => {
  const { run, read } = await repository(t, { staging: { output: b, health: c }, release: `    digest: ${a}\n` });
  const before = await read();
  const { code, lines } = await run('staging', 'production');
  assert.equal(code, 1);
  assert.match(lines.join('\n'), new RegExp(`staging was given ${b}, but http://127.0.0.1:\\d+ runs ${c}`));
  assert.equal(await read(), before);
});

test('a stack that runs nothing is not promoted', async (t) => {
  const { run } = await repository(t, { staging: { output: 'none', health: b }, release: '' });
  assert.deepEqual(await run('staging', 'production'), { code: 1, lines: ['promote: staging runs no package'] });
});

test('without a previous package there is no rollback', async (t) => {
  const { run } = await repository(t, { release: `    digest: ${b}\n` });
  assert.deepEqual(await run('rollback', 'production'), {
    code: 1,
    lines: ['promote: production has no previous package'],
  });
});

test('a wrong call is told with the usage', async (t) => {
  const { run } = await repository(t, { release: '' });
  const { code, lines } = await run('staging');
  assert.equal(code, 2);
  assert.match(lines[0]!, /two words are needed\n\nusage:/);
});

test('a deployment is waited for until it runs, and no longer than the limit', async (t) => {
  const url = await api(t, b);
  let time = 0;
  const clock = { now: () => time, sleep: async (milliseconds: number) => void (time += milliseconds) };
  await waitForDigest(url, b, { limit: 0, interval: 1000, ...clock });
  await assert.rejects(waitForDigest(url, a, { limit: 3000, interval: 1000, ...clock }), {
    name: 'FailedError',
    message: `${url} does not run ${a}: ${b}`,
  });
  assert.equal(time, 3000);
});
