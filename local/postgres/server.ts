import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { StartError } from '../program.ts';
import { postgresBinaries } from './binaries.ts';
import { unprivileged, type Invocation } from './unprivileged.ts';

export interface Postgres {
  url: string;
  port: number;
  pid: number;
  /** Settles when the server has ended, asked or not. */
  ended: Promise<void>;
  /** Ends open connections, rolls back what was open, writes everything out. */
  close(): Promise<void>;
}

const MAX_LOG = 4_000;

/**
 * Starts PostgreSQL on `dataDir` (made on first use), on 127.0.0.1, ready for queries when the promise resolves.
 * An acknowledged commit survives the death of the server's processes, not a power cut: fsync is off, as befits a
 * development machine. Throws StartError with the server's own words when it does not come up.
 */
export async function startPostgres(options: { dataDir: string; port?: number }): Promise<Postgres> {
  const { initdb, postgres } = await postgresBinaries();
  const dataDir = path.resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const as = unprivileged(dataDir, postgres);
  if (!existsSync(path.join(dataDir, 'PG_VERSION'))) await initialise(as, initdb, dataDir);
  await stopOrphan(dataDir);
  const port = options.port || (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 120,
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '64MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    log_min_messages: 'warning',
  };
  const args = ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = launch(as, postgres, args);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await ready(child, port);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    pid: child.pid!,
    ended,
    close: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

function launch(as: Invocation, program: string, args: readonly string[]): ChildProcess {
  const [command, ...before] = as.command(program);
  // A group of its own: Ctrl-C in the terminal must reach the parent alone, which then stops the parts in order.
  return spawn(command, [...before, ...args], {
    ...as.identity,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function initialise(as: Invocation, initdb: string, dataDir: string): Promise<void> {
  const child = launch(as, initdb, [
    ...['-D', dataDir, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8', '--no-locale'],
    '--no-instructions',
  ]);
  const log = capture(child);
  const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  if (code !== 0) throw new StartError(`PostgreSQL could not make its files in ${dataDir}:\n${log()}`);
}

function ready(child: ChildProcess, port: number): Promise<void> {
  const log = capture(child);
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', () => {
      if (log().includes('ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => {
      const inUse = log().includes('Address already in use');
      reject(
        new StartError(inUse ? `port ${port} is in use by another program` : `PostgreSQL did not start:\n${log()}`),
      );
    });
  });
}

function capture(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-MAX_LOG);
  };
  child.stdout!.on('data', keep);
  child.stderr!.on('data', keep);
  return () => text.trim();
}

/** A server whose parent was killed still holds the folder: end it, as its owner would have. */
async function stopOrphan(dataDir: string): Promise<void> {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!isPostgres(pid)) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + 10_000;
  while (existsSync(pidFile) && isPostgres(pid)) {
    if (Date.now() > deadline) throw new StartError(`another PostgreSQL (process ${pid}) holds ${dataDir}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

/** A port free a moment ago; the system does not hand it out again at once. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as { port: number };
        probe.close(() => resolve(port));
      });
  });
}
