import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A mistake of whoever started the program (a busy port, a bad file): one message, no stack, exit code 1. */
export class StartError extends Error {
  override name = 'StartError';
}

export interface Running {
  /** The address clients use, printed on the `ready` line. */
  url: string;
  close(): Promise<void>;
}

interface Program<O extends NonNullable<ParseArgsConfig['options']>> {
  /** One word, as on the `ready` line. */
  name: string;
  usage: string;
  options: O;
  start(values: ReturnType<typeof parseArgs<{ options: O }>>['values']): Promise<Running>;
}

/**
 * Runs one of the local servers as a program: options, `--help`, a `ready <name> <url>` line, a clean stop on
 * SIGINT, SIGTERM and the death of a parent that holds its channel. A start that fails prints one line and exits with 1; wrong options exit with 2.
 */
export async function runProgram<O extends NonNullable<ParseArgsConfig['options']>>(
  program: Program<O>,
): Promise<void> {
  let values;
  try {
    ({ values } = parseArgs({ options: { ...program.options, help: { type: 'boolean', short: 'h' } } }));
  } catch (error) {
    console.error(`${program.name}: ${(error as Error).message}\n\n${program.usage}`);
    process.exit(2);
  }
  if ((values as { help?: boolean }).help) {
    console.log(program.usage);
    return;
  }
  try {
    const running = await program.start(values);
    let closing = false;
    const stop = () => {
      if (closing) process.exit(130);
      closing = true;
      running.close().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(`${program.name}: ${String(error)}`);
          process.exit(1);
        },
      );
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    // Started by another program: when that one is killed, nobody is left to stop this one.
    process.on('disconnect', stop);
    console.log(`ready ${program.name} ${running.url}`);
  } catch (error) {
    console.error(`${program.name}: ${explain(error)}`);
    process.exit(1);
  }
}

/** A port option as a number; 0 asks the system for a free one. */
export function portOption(value: string | undefined, fallback: number): number {
  const port = value === undefined ? fallback : Number(value);
  if ((value !== undefined && !/^\d+$/.test(value)) || port > 65_535)
    throw new StartError(`"${value}" is no port: use 0 to 65535`);
  return port;
}

function explain(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const { code, port, message, stack, syscall } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is in use: stop what holds it, or choose another with --port`;
  if (code === 'EACCES') return `not allowed: ${message}`;
  // What the system refuses, such as a file where a folder should be, has nothing to do with where it was asked.
  if (code !== undefined && syscall !== undefined) return message;
  return stack ?? message;
}
