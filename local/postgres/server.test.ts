import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { startPostgres, type Postgres } from './server.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'postgres-'));
after(() => rmSync(root, { recursive: true, force: true }));

async function query(server: Postgres, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url });
  // A server that ends closes its connections: the error is the client's to hear, not the process's to die of.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

test('a commit survives a kill of the server, and the folder can be opened again', async () => {
  // Closed to everyone else, as a clone in a home folder is.
  chmodSync(root, 0o700);
  const dataDir = path.join(root, 'kept');
  const first = await startPostgres({ dataDir });
  await query(first, 'CREATE TABLE kept (n int)');
  await query(first, 'INSERT INTO kept VALUES (42)');
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  const second = await startPostgres({ dataDir, port: first.port });
  assert.equal(second.port, first.port);
  assert.deepEqual(await query(second, 'SELECT n FROM kept'), [{ n: 42 }]);
  await second.close();
});

test('a server that its parent left behind is ended before a new one starts', async () => {
  const dataDir = path.join(root, 'orphan');
  const orphan = await startPostgres({ dataDir });
  const next = await startPostgres({ dataDir });
  await orphan.ended;
  assert.equal((await query(next, 'SELECT 1 AS one'))[0]?.['one'], 1);
  await next.close();
});

test('a server ends when its parent is killed', { skip: !existsSync('/usr/bin/setpriv') && 'no setpriv' }, async () => {
  const module = JSON.stringify(path.join(import.meta.dirname, 'server.ts'));
  const dataDir = JSON.stringify(path.join(root, 'left'));
  const script = `const { startPostgres } = await import(${module}); console.log((await startPostgres({ dataDir: ${dataDir} })).pid);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  parent.kill('SIGKILL');
  const pidFile = path.join(root, 'left', 'postmaster.pid');
  while (existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(Number(line.toString()) > 0);
});
