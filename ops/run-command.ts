import { type Command, FailedError, type Output, UsageError } from './command.ts';

/** Runs a command that has an entry of its own. @returns the exit code: 0 done, 1 failed, 2 called wrongly */
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
    if (error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) {
      output.err(`${name}: ${(error as Error).message}\n\n${command.usage}`);
      return 2;
    }
    if (!(error instanceof FailedError)) throw error;
    output.err(`${name}: ${error.message}`);
    return 1;
  }
}
