import pg from 'pg';

/** Thrown when PostgreSQL cannot answer now; the caller may try again. */
export class DatabaseAwayError extends Error {
  override name = 'DatabaseAwayError';
}

export interface Connection {
  rows<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
}

export interface Database extends Connection {
  /** Commits what `work` did, or nothing of it. */
  inTransaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

// Numerics stay text (floating point would lose digits), which is what pg does by default.
export function openDatabase(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 3000,
    query_timeout: 8000,
    statement_timeout: 8000,
    keepAlive: true,
  });
  pool.on('error', (error) => console.error(`legacy: lost a database connection: ${error.message}`));
  return {
    rows: (text, values) => guarded(async () => (await pool.query(text, values)).rows),
    close: () => pool.end(),
    inTransaction: (work) =>
      guarded(async () => {
        const client = await pool.connect();
        let lost: Error | undefined;
        const noteLoss = (error: Error) => {
          lost = error;
        };
        client.on('error', noteLoss);
        try {
          await client.query('begin');
          const result = await work({ rows: async (text, values) => (await client.query(text, values)).rows });
          await client.query('commit');
          return result;
        } catch (error) {
          await client.query('rollback').catch(noteLoss);
          throw error;
        } finally {
          client.off('error', noteLoss);
          client.release(lost);
        }
      }),
  };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAway(error as Error & { code?: string })) {
      throw new DatabaseAwayError((error as Error).message, { cause: error });
    }
    throw error;
  }
}

function isAway({ code = '', message }: Error & { code?: string }): boolean {
  return /^(?:08|53|57|40|ECONN|EPIPE|ETIMEDOUT)/.test(code) || /connect|terminated|closed|timeout/i.test(message);
}
