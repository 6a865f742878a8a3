/** Where a command writes, so that tests can read it. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** One word of the operator's command line. */
export interface Command {
  summary: string;
  /** What `--help` prints, options and examples included. */
  usage: string;
  /** Exit code: 0 done, 1 it failed or the check did not hold, 2 the call was wrong. */
  run(args: readonly string[], output: Output): Promise<number>;
}

/** The call was wrong: printed with the command's usage, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What was asked cannot be done, and the message says why: printed in one line, exit code 1. */
export class FailedError extends Error {
  override name = 'FailedError';
}
