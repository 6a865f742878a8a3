import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { StartError } from '../program.ts';
import { lockFolder } from './folder-lock.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lock-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('of many starts at once in one folder, one gets it; the next gets it when it is given back', async (t) => {
  const dir = folder(t);
  // What a killed stack left: all of them find it at the same time.
  writeFileSync(path.join(dir, 'start.lock'), JSON.stringify({ pid: process.pid, port: 1, token: 'gone' }));
  const starts = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(dir)));
  const [release, ...others] = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  assert.deepEqual(others, []);
  for (const start of starts) if (start.status === 'rejected') assert.ok(start.reason instanceof StartError);
  release?.();
  (await lockFolder(dir))();
  assert.deepEqual(readdirSync(dir), []);
});

test('a folder is free when its holder is gone, even if others have its process id and its port', async (t) => {
  const dir = folder(t);
  const other = createServer((socket) => socket.end('something else')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  for (const left of [JSON.stringify({ pid: process.pid, port, token: 'gone' }), '{"pid":', '']) {
    writeFileSync(path.join(dir, 'start.lock'), left);
    (await lockFolder(dir))();
  }
});
