import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { test } from 'node:test';
import { openPostgres, type Postgres } from '../../shared/exchange/postgres.ts';
import type { Arms } from './arms.ts';

/** The SQL port on PostgreSQL. */
export function keepTransactions({ stack }: Arms): void {
  const key = () => [randomUUID(), 'k', 'hash', 201, '{}', new Date()];
  const insert = 'insert into idempotency_keys values ($1, $2, $3, $4, $5, $6)';
  const count = async (sql: Postgres, partner: unknown) =>
    (await sql.query('select 1 from idempotency_keys where partner_id = $1', [partner])).length;
  const withSql = (name: string, work: (sql: Postgres) => Promise<void>): void => {
    test(`PostgreSQL: ${name}`, async () => {
      const sql = await openPostgres({ url: stack.databaseUrl, maxConnections: 2 });
      await work(sql).finally(() => sql.close());
    });
  };

  withSql('a transaction that throws leaves nothing, and its connection goes on', async (sql) => {
    for (let round = 0; round < 5; round++) {
      const row = key();
      const failing = sql.transaction(async (inside) => {
        await inside.query(insert, row);
        throw new RangeError('on purpose');
      });
      await assert.rejects(failing, RangeError);
      assert.equal(await count(sql, row[0]), 0);
    }
  });

  withSql('a transaction inside another is part of it', async (sql) => {
    const [outer, inner] = [key(), key()];
    const failing = sql.transaction(async (inside) => {
      await inside.query(insert, outer);
      await inside.transaction((deeper) => deeper.query(insert, inner));
      throw new RangeError('on purpose');
    });
    await assert.rejects(failing, RangeError);
    assert.deepEqual([await count(sql, outer[0]), await count(sql, inner[0])], [0, 0]);
  });

  withSql('a query that is wrong is a fault, not an outage', async (sql) => {
    await assert.rejects(
      sql.query('select nonsense from nowhere'),
      (error: Error) => error.name !== 'SqlUnavailableError',
    );
  });

  test('PostgreSQL: a database that hangs is an outage, and works on when it wakes', async () => {
    let hangs = false;
    const { hostname, port, pathname, username } = new URL(stack.databaseUrl);
    const between = net.createServer((client) => {
      const server = net.connect(Number(port), hostname);
      client.on('data', (bytes) => hangs || server.write(bytes));
      server.on('data', (bytes) => client.write(bytes));
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const address = between.address() as net.AddressInfo;
    const url = `postgres://${username}@127.0.0.1:${address.port}${pathname}`;
    const sql = await openPostgres({ url, queryTimeoutMs: 100, maxConnections: 1 });
    try {
      const row = key();
      const hung = sql.transaction(async (inside) => {
        await inside.query(insert, row);
        hangs = true;
        await inside.query('select 1');
      });
      await assert.rejects(hung, { name: 'SqlUnavailableError' });
      hangs = false;
      assert.equal(await count(sql, row[0]), 0);
    } finally {
      await sql.close();
      between.close();
    }
  });

  withSql('a connection that dies in a transaction is an outage, and the next one works', async (sql) => {
    const row = key();
    const cut = sql.transaction(async (inside) => {
      await inside.query(insert, row);
      const [{ pid } = { pid: 0 }] = await inside.query<{ pid: number }>('select pg_backend_pid() as pid');
      await sql.query('select pg_terminate_backend($1)', [pid]);
      await inside.query('select 1');
    });
    await assert.rejects(cut, { name: 'SqlUnavailableError', retryable: true });
    assert.equal(await count(sql, row[0]), 0);
  });
}
