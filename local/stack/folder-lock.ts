import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { StartError } from '../program.ts';

/** Who holds a folder. The port answers with the token as long as the holder lives, whatever became of its pid. */
interface Holder {
  pid: number;
  port: number;
  token: string;
}

const ANSWER_WITHIN_MS = 2_000;

/**
 * Takes a folder for one stack, from before its start to after its end; two would write the same files. What a killed
 * stack held is free. Resolves with what gives the folder back. Throws StartError when another stack holds it.
 */
export async function lockFolder(dir: string): Promise<() => void> {
  const file = path.join(dir, 'start.lock');
  const token = randomUUID();
  const server = net.createServer((socket) => socket.on('error', () => {}).end(token));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  const own: Holder = { pid: process.pid, port: (server.address() as AddressInfo).port, token };
  const draft = `${file}.${token}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    // A link is made whole or not at all, so nobody reads half a file.
    while (!linked(draft, file)) {
      const holder = readHolder(file);
      if (holder && (await lives(holder)))
        throw new StartError(
          `a stack runs here already (process ${holder.pid}, ${dir}): stop it, or choose another --data DIR`,
        );
      removeStale(file, holder, `${draft}.stale`);
    }
  } catch (error) {
    server.close();
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    server.close();
    if (readHolder(file)?.token === token) rmSync(file, { force: true });
  };
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when there is none, or when it is no holder that could be asked. */
function readHolder(file: string): Holder | undefined {
  try {
    const { pid, port, token } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    return pid && port && token ? { pid, port, token } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function lives({ port, token }: Holder): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1');
    const done = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    // Connected but silent: a holder that is stopped or very busy.
    socket.setTimeout(ANSWER_WITHIN_MS, () => done(true));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('end', () => done(answer === token));
    socket.on('error', () => done(false));
  });
}

/** Another start may have replaced the stale file since it was read: then the new one goes back. */
function removeStale(file: string, stale: Holder | undefined, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readHolder(aside)?.token !== stale?.token) linked(aside, file);
  rmSync(aside);
}
