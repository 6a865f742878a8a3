import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { FailedError } from '../command.ts';

/**
 * Runs a program and gives back what it printed; its errors go to the terminal.
 * @throws FailedError when it is not there or fails
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd: string; environment?: NodeJS.ProcessEnv },
): Promise<string> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.environment ?? process.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(new FailedError(`${program} cannot be run: ${cause.message}`, { cause })));
    child.once('close', resolve);
  });
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new FailedError(`${[program, ...args].join(' ')} failed with exit code ${code}`);
  return printed;
}
