import { chownSync, existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { StartError } from '../program.ts';

/** nobody: an id every system leaves free of rights, whether or not it has a name there. */
const NOBODY = 65_534;

export interface Invocation {
  /** Puts a program's command line in front of its own arguments. */
  command(program: string): [string, ...string[]];
  /** For `spawn`. */
  identity: { uid?: number; gid?: number };
}

/**
 * How to start PostgreSQL, which refuses to run as root. Where the caller is root, it runs as nobody; where nobody
 * cannot even reach the files (a clone under /root), or may not write to /dev/null (initdb does, and containers are met
 * where only root may), it also keeps the one right to pass over the modes of files.
 * Where the system has `setpriv`, it is told to end when its parent is killed.
 */
export function unprivileged(dataDir: string, program: string): Invocation {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));
  const through = (...options: string[]): Invocation['command'] =>
    setpriv ? (name) => [setpriv, '--pdeathsig=INT', ...options, name] : (name) => [name];
  if (process.getuid?.() !== 0) return { command: through(), identity: {} };
  giveAway(dataDir);
  const open = reachable(dataDir) && reachable(program);
  if (!setpriv && !open) {
    throw new StartError(
      `PostgreSQL does not run as root, and its files under ${path.dirname(dataDir)} are closed to other users: run as an ordinary user, put the clone where others may read, or set DATABASE_URL`,
    );
  }
  if (!setpriv) return { command: through(), identity: { uid: NOBODY, gid: NOBODY } };
  const rights = '+dac_override,+dac_read_search';
  const plain = open && writable('/dev/null');
  return {
    command: through(
      ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
      // The last lets access(2), by which PostgreSQL looks for its own programs, honour the right as well.
      ...(plain ? [] : [`--inh-caps=${rights}`, `--ambient-caps=${rights}`, '--securebits=+no_setuid_fixup']),
    ),
    identity: {},
  };
}

function giveAway(dir: string): void {
  if (statSync(dir).uid === NOBODY) return;
  chownSync(dir, NOBODY, NOBODY);
  for (const entry of readdirSync(dir)) {
    const file = path.join(dir, entry);
    const found = lstatSync(file);
    if (found.isDirectory()) giveAway(file);
    else if (!found.isSymbolicLink()) chownSync(file, NOBODY, NOBODY);
  }
}

function writable(device: string): boolean {
  return (statSync(device).mode & 0o002) !== 0;
}

function reachable(file: string): boolean {
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    if (!(statSync(dir).mode & 0o001)) return false;
    if (dir === path.dirname(dir)) return true;
  }
}
