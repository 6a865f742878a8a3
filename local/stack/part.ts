import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { StartError } from '../program.ts';

export interface PartOptions {
  name: string;
  /** The program, from the project's root. */
  program: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Where `NAME.log` goes. */
  logDir: string;
  /** Told of a death nobody asked for, and of the return. */
  onEvent: (line: string) => void;
}

/** One server of the stack as a process of its own. */
export interface Part {
  name: string;
  url: string;
  /** Of the present process; undefined between a death and the restart. */
  pid: number | undefined;
  stop(): Promise<void>;
}

const root = path.join(import.meta.dirname, '..', '..');
/** The parts' sources and SDKs, compiled once: every later start is faster by it. */
const compileCache = path.join(root, 'node_modules', '.cache', 'node');
const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 8_000;
const RESTART_AFTER_MS = 200;
const LONGEST_RESTART_MS = 5_000;

/**
 * Starts one part and waits for its ready line. A part that dies later is started again on the same address, with
 * growing pauses; `onChange` tells the stack so that its file names the new process. Throws StartError with the
 * part's own message when it does not come up the first time.
 */
export async function startPart(options: PartOptions, onChange: () => void): Promise<Part> {
  mkdirSync(options.logDir, { recursive: true });
  let stopping = false;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;
  let current = await launch(options, options.args);
  const part: Part = {
    name: options.name,
    url: current.url,
    pid: current.child.pid,
    async stop() {
      stopping = true;
      clearTimeout(restart);
      await end(current.child);
    },
  };
  const args = withPort(options.args, part.url);

  function watch(child: ChildProcess): void {
    child.once('exit', (code, signal) => {
      part.pid = undefined;
      if (stopping) return;
      options.onEvent(`${options.name} ended (${signal ?? `exit code ${code}`}); starting it again`);
      onChange();
      again();
    });
  }

  function again(): void {
    const wait = Math.min(LONGEST_RESTART_MS, RESTART_AFTER_MS * 2 ** failures);
    restart = setTimeout(() => {
      launch(options, args).then(
        (next) => {
          failures = 0;
          current = next;
          part.pid = next.child.pid;
          watch(next.child);
          if (stopping) void end(next.child);
          options.onEvent(`${options.name} is back`);
          onChange();
        },
        (error: Error) => {
          failures += 1;
          options.onEvent(error.message);
          if (!stopping) again();
        },
      );
    }, wait);
  }

  watch(current.child);
  return part;
}

function launch(options: PartOptions, args: readonly string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [path.resolve(root, options.program), ...args], {
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...options.env },
    // Out of the terminal's group: Ctrl-C reaches the parent alone, which stops the parts in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(path.join(options.logDir, `${options.name}.log`), { flags: 'a' });
  child.stdout!.pipe(log, { end: false });
  let errors = '';
  child.stderr!.pipe(log, { end: false });
  child.stderr!.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new StartError(
          `${options.name} was not ready within ${READY_WITHIN_MS / 1000} s: see ${options.logDir}/${options.name}.log`,
        ),
      );
    }, READY_WITHIN_MS);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const ready = /^ready \S+ (\S+)$/.exec(line);
      if (!ready) return;
      clearTimeout(late);
      resolve({ child, url: ready[1]! });
    });
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(late);
      log.end();
      const own = errors.trim();
      reject(new StartError(own.startsWith(`${options.name}:`) ? own : `${options.name} did not start: ${own}`));
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** A port the system chose must stay the same over a restart: others know the part by it. */
function withPort(args: readonly string[], url: string): string[] {
  const at = args.indexOf('--port');
  return args.map((arg, index) => (index === at + 1 && at >= 0 ? new URL(url).port : arg));
}
