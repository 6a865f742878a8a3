import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const POLL_MS = 150;
const AFTER_ERROR_MS = 1_000;
/** A row becomes visible when its transaction commits, which may be this long after its `created_at`. */
const LATE_COMMIT_MS = 10_000;

/**
 * Tells `seen` of each exchange that waits for its provider, those left unfinished by an earlier run included.
 * A real provider is told by a call; watching the table keeps both arms free of a dependency only the demo has.
 */
export async function watchExchanges(
  databaseUrl: string,
  seen: (id: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, connectionTimeoutMillis: 2_000 });
  // The server may go away and come back: the next poll says so.
  pool.on('error', () => {});
  const known = new Set<string>();
  let since = new Date(0);
  let reported = '';
  while (!signal.aborted) {
    let wait = POLL_MS;
    try {
      const { rows } = await pool.query<{ id: string; created_at: Date }>(
        `SELECT id, created_at FROM exchanges
          WHERE state NOT IN ('finished', 'expired', 'canceled', 'failed', 'refunded')
            AND provider = 'simulator' AND created_at > $1 ORDER BY created_at`,
        [new Date(since.getTime() - LATE_COMMIT_MS)],
      );
      for (const { id, created_at: createdAt } of rows) {
        if (createdAt > since) since = createdAt;
        if (known.has(id)) continue;
        known.add(id);
        seen(id);
      }
      reported = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== reported) console.error(`provider: cannot read exchanges: ${message}`);
      reported = message;
      wait = AFTER_ERROR_MS;
    }
    await delay(wait, undefined, { signal }).catch(() => {});
  }
  await pool.end();
}
