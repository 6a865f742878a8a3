import { type Command, FailedError, type Output, UsageError } from './command.ts';

/** Runs a command: help, options and failures alike for all. @returns the exit code: 0 done, 1 failed, 2 called wrongly */
export async function runCommand(
  name: string,
  command: Command,
  args: readonly string[],
  output: Output,
): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    output.out(command.usage);
    return 0;
  }
  try {
    return await command.run(args, output);
  } catch (error) {
    const { code, message, retryable } = error as Error & { code?: unknown; retryable?: boolean };
    // The code of a store's client is a number, its HTTP status.
    if (error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'))) {
      output.err(`${name}: ${message}\n\n${command.usage}`);
      return 2;
    }
    // A store or queue that is away is no fault of the command: there is nothing to trace.
    const away = retryable === true || code === 'ECONNREFUSED';
    if (!(error instanceof FailedError || away)) throw error;
    output.err(`${name}: ${message}`);
    return 1;
  }
}
