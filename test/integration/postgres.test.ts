import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startPostgres } from '../../local/postgres/server.ts';
import { SqlUnavailableError } from '../../shared/exchange/errors.ts';
import { openPostgres } from '../../shared/exchange/postgres.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'postgres-'));
const server = await startPostgres({ dataDir });
const sql = await openPostgres({ url: server.url, maxConnections: 1 });
after(async () => {
  await sql.close();
  await server.close();
  await rm(dataDir, { recursive: true });
});

const backend = async () => (await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid;

test('a conflict asks for a second try, and keeps its connection', async () => {
  const before = await backend();
  const conflict = "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$";
  await assert.rejects(
    sql.transaction((inner) => inner.query(conflict)),
    SqlUnavailableError,
  );
  await assert.rejects(sql.query(conflict), SqlUnavailableError);
  assert.equal(await backend(), before);
  assert.deepEqual(await sql.transaction((inner) => inner.query('SELECT 1 AS one')), [{ one: 1 }]);
});

test('a statement that is wrong keeps its connection', async () => {
  const before = await backend();
  await assert.rejects(sql.query('SELECT 1 / 0'), /division by zero/);
  assert.equal(await backend(), before);
});

for (const [where, end] of [
  ['a query', (text: string) => sql.query(text)],
  ['a transaction', (text: string) => sql.transaction((inner) => inner.query(text))],
] as const) {
  test(`a connection that the server ended in ${where} is replaced`, async () => {
    const before = await backend();
    await assert.rejects(end('SELECT pg_terminate_backend(pg_backend_pid())'), SqlUnavailableError);
    assert.notEqual(await backend(), before);
  });
}
