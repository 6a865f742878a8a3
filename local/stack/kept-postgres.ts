import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres } from '../postgres/server.ts';

/** A PostgreSQL that comes back on the same port when it dies. */
export interface KeptPostgres {
  url: string;
  /** Undefined between a death and the restart. */
  pid: number | undefined;
  stop(): Promise<void>;
}

const RETRY_MS = 500;

/** Starts it; `onEvent` is told of each death and return. Throws as `startPostgres` when the first start fails. */
export async function keepPostgres(
  options: { dataDir: string; port: number },
  onEvent: (line: string) => void,
  onChange: () => void,
): Promise<KeptPostgres> {
  let server = await startPostgres(options);
  let stopping = false;
  const kept: KeptPostgres = {
    url: server.url,
    pid: server.pid,
    async stop() {
      stopping = true;
      await server.close();
      await guard;
    },
  };

  async function restart(): Promise<void> {
    await server.ended;
    while (!stopping) {
      kept.pid = undefined;
      onEvent('postgres ended; starting it again');
      onChange();
      try {
        server = await startPostgres(options);
      } catch (error) {
        onEvent(`postgres: ${(error as Error).message}`);
        await delay(RETRY_MS);
        continue;
      }
      kept.pid = server.pid;
      onEvent('postgres is back');
      onChange();
      if (stopping) await server.close();
      await server.ended;
    }
  }

  const guard = restart();
  return kept;
}
