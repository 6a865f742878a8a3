import type { Pool, PoolClient, PoolConfig } from 'pg';
import { SqlUnavailableError } from './errors.ts';
import type { Sql } from './sql.ts';

export interface PostgresSettings {
  url: string;
  /** Asked for at each new connection, in place of a password in the URL: a token of the managed identity. */
  password?: () => Promise<string>;
  maxConnections?: number;
  /** How long a query may stay without an answer before the connection counts as lost; 8 s when not given. */
  queryTimeoutMs?: number;
  /** Called when an idle connection dies; the pool replaces it by itself. */
  onConnectionLost?: (error: Error) => void;
}

export interface Postgres extends Sql {
  close(): Promise<void>;
}

/**
 * A pool of connections to PostgreSQL, opened on demand. A database that is away costs a caller at most the three
 * seconds of a connection attempt, and never the process.
 */
export async function openPostgres(settings: PostgresSettings): Promise<Postgres> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    ...connectionOf(settings),
    max: settings.maxConnections ?? 10,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    query_timeout: settings.queryTimeoutMs ?? 8000,
    // The server gives up too, so that a query nobody waits for holds no locks.
    statement_timeout: settings.queryTimeoutMs ?? 8000,
    // A transaction whose process vanished must not keep its locks.
    idle_in_transaction_session_timeout: 15_000,
  });
  // Without a listener an idle connection that breaks ends the process.
  pool.on('error', (error) => settings.onConnectionLost?.(error));
  return {
    query: (text, values) => lend(pool, (client) => run(client, text, values)),
    transaction: (work) => transact(pool, work),
    close: () => pool.end(),
  };
}

/** With a connection string, the driver ignores a password function: then the URL is taken apart here. */
function connectionOf({ url, password }: PostgresSettings): PoolConfig {
  if (password === undefined) return { connectionString: url };
  const { hostname, port, username, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    database: pathname.slice(1),
    ssl: true,
    password,
  };
}

async function transact<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  return lend(pool, async (client, discard) => {
    const sql: Sql = {
      query: (text, values) => run(client, text, values),
      transaction: (inner) => inner(sql),
    };
    try {
      await run(client, 'BEGIN');
      const result = await work(sql);
      await run(client, 'COMMIT');
      return result;
    } catch (error) {
      // A lost connection is closed, which rolls back; asking it to would only wait once more.
      if (!isLost(error)) await client.query('ROLLBACK').catch(discard);
      throw error;
    }
  });
}

/**
 * Lends a connection, and keeps it when a statement fails on it. The pool's own `query` closes it then: where some
 * statements fail all the time, the others would wait for new connections.
 */
async function lend<T>(
  pool: Pool,
  work: (client: PoolClient, discard: (error: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch(rethrow);
  let broken: Error | undefined;
  const discard = (error: Error) => {
    broken = error;
  };
  // A client that is lent has no listener of the pool's: a break between two queries would end the process.
  client.on('error', discard);
  try {
    return await work(client, discard);
  } catch (error) {
    if (isLost(error)) broken = error;
    throw error;
  } finally {
    client.off('error', discard);
    client.release(broken);
  }
}

async function run<T extends object>(client: PoolClient, text: string, values?: readonly unknown[]): Promise<T[]> {
  try {
    const result = await client.query<T>(text, values as unknown[] | undefined);
    return result.rows;
  } catch (error) {
    return rethrow(error);
  }
}

// SQLSTATE classes that say "the server cannot serve now": 08 connection, 53 resources, 57P operator intervention.
// 57014 is a statement cut off by its timeout, 40001 and 40P01 are conflicts that a second try may win.
const unavailable = /^(?:08...|53...|57P0.|57014|25P03|40001|40P01)$/;
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
const lostConnection =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client was closed|not queryable/i;

/** Whether the connection is of no more use. An `ERROR` ends a statement; worse ends the session, or never came. */
function isLost(error: unknown): error is SqlUnavailableError {
  return error instanceof SqlUnavailableError && (error.cause as { severity?: string }).severity !== 'ERROR';
}

function rethrow(error: unknown): never {
  const { code, message } = error as Error & { code?: string };
  if ((code && (unavailable.test(code) || networkCodes.has(code))) || lostConnection.test(message)) {
    throw new SqlUnavailableError(`the database is not available: ${message || code}`, { cause: error });
  }
  throw error;
}
